// `node -r ./tools/ts.cjs FILE.ts` runs our sources without a build. Libraries are left to Node's own loader: a loader that reads them too
// would search the 58 MB of source maps that the provider classes carry for ES modules.
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");

const options = {
  swcrc: false,
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
};

require.extensions[".ts"] = (module, filename) =>
  module._compile(transformSync(readFileSync(filename, "utf8"), { ...options, filename }).code, filename);
