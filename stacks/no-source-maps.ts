/**
 * Imported first by the programs: their messages need no source maps, and with them Node.js reads the 58 MB of maps
 * that the providers carry inline.
 */
process.setSourceMapsEnabled(false);
