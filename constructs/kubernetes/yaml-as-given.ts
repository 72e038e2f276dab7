/**
 * How text is written as YAML so that it is read as it was: in blocks and folded lines the library loses spaces of what
 * is blank.
 */
export const YAML_AS_GIVEN = {
  blockQuote: false,
  lineWidth: 0,
  doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
} as const;
