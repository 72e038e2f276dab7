// Builds the npm package into dist/: the compiled sources, and beside them what they read at run time.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

const ASSETS = ["bundles", "charts", "constructs/scripts", "values/profiles", "values/values.schema.json"];

rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const asset of ASSETS) cpSync(asset, `dist/${asset}`, { recursive: true });
