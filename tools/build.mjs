// Builds the npm package into dist/: the compiled sources, and beside them what they read at run time.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const SCRIPTS = readdirSync("constructs", { recursive: true })
  .filter(path => basename(path) === "scripts")
  .map(path => `constructs/${path}`);
const ASSETS = ["bundles", "charts", ...SCRIPTS, "values/profiles", "values/values.schema.json"];

rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const asset of ASSETS) cpSync(asset, `dist/${asset}`, { recursive: true });

// The command reads its version there. The whole file would be a second package, with exports that lead nowhere.
const { version, type } = JSON.parse(readFileSync("package.json", "utf8"));
writeFileSync("dist/package.json", `${JSON.stringify({ version, type })}\n`);
