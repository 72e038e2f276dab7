// Builds the npm package into dist/: the compiled sources, and beside them what they read at run time.
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const SCRIPTS = ["p2p", "sequencer/member", "sequencer/lease", "sequencer/mesh", "sequencer/proxy"].map(
  room => `constructs/${room}/scripts`,
);
const ASSETS = ["bundles", "charts", ...SCRIPTS, "values/profiles", "values/values.schema.json"];

rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const asset of ASSETS) cpSync(asset, `dist/${asset}`, { recursive: true });

// The command reads its version there. The whole file would be a second package, with exports that lead nowhere.
const { version, type } = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync("dist/package.json", `${JSON.stringify({ version, type })}\n`);
