// `node -r ./tools/ts.cjs FILE.ts` runs our sources without a build. Libraries are left to Node's own loader: a
// loader that reads them too would search the 58 MB of source maps that the provider classes carry for ES modules.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { version } = require("@swc/core/package.json");

const options = {
  swcrc: false,
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
};
// Kept by content: to compile our 150 files anew took a fifth of the CPU time of every start.
const cache = join(__dirname, "../node_modules/.cache/rollup-network-ts");
const made = JSON.stringify([version, options]);

require.extensions[".ts"] = (module, filename) => module._compile(compiled(filename), filename);

function compiled(filename) {
  const source = readFileSync(filename, "utf8");
  const kept = join(cache, `${createHash("sha256").update(made).update(source).digest("hex")}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const { code } = require("@swc/core").transformSync(source, { ...options, filename });
    keep(kept, code);
    return code;
  }
}

/** Renamed into place, because another process may read it. A folder that cannot be written to does no harm. */
function keep(file, code) {
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, file);
  } catch {}
}
