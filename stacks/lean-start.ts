/** Imported first by the programs, so that they read nothing that they never use. */
import Module, { createRequire } from "node:module";

// Messages need no source maps, and with them Node.js reads the 58 MB of maps that the providers carry inline.
process.setSourceMapsEnabled(false);

// The framework loads an archiver, which has 204 modules and takes a tenth of a synth's CPU time. It never calls it in
// this process: it starts another one to make an archive.
try {
  const archiver = createRequire(require.resolve("cdktf")).resolve("archiver");
  require.cache[archiver] = Object.assign(new Module(archiver), { loaded: true });
} catch {
  // A framework without one: its fork has none since 0.24.
}
