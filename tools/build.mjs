/**
 * Builds the npm package into `build/<name>/`, which `npm pack` packs: the compiled sources of dist/, and beside them
 * what they read at run time. `--framework cdktn` makes the package for cdktn.
 */
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { writePackage, writeRenamedPackage } from "./framework/package.mjs";

const { framework } = parseArgs({ options: { framework: { type: "string", default: "cdktf" } } }).values;
if (framework !== "cdktf" && framework !== "cdktn")
  throw new Error(`--framework ${framework}: there is no such framework → give cdktf or cdktn`);

const SCRIPTS = readdirSync("constructs", { recursive: true })
  .filter(path => basename(path) === "scripts")
  .map(path => `constructs/${path}`);
const ASSETS = ["bundles", "charts", ...SCRIPTS, "values/profiles", "values/values.schema.json"];

rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
for (const asset of ASSETS) cpSync(asset, `dist/${asset}`, { recursive: true });

// The command reads these there. The whole file would be a second package, with exports that lead nowhere.
const { name, version, type, config, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const read = { name, version, type, config, peerDependencies };
writeFileSync("dist/package.json", `${JSON.stringify(read, null, 2)}\n`);

if (framework === "cdktn") writeRenamedPackage();
else writePackage(name);
