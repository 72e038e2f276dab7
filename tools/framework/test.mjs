/**
 * All tests with cdktn: `npm run test:cdktn`. Arguments go to `npm test`.
 *
 * They run in a copy of the project whose sources name cdktn and its bindings, with the Node.js that these ask for. The
 * package that the copy packs must be the one that `npm run build -- --framework cdktn` makes of the built sources.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFrom } from "./node.mjs";
import { writeProject } from "./project.mjs";
import { line } from "./rename.mjs";
import { isServed, standIn } from "./stand-in.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const scratch = mkdtempSync(join(tmpdir(), "cdktn-"));
const copy = join(scratch, "project");
const environment = { ...process.env };

const run = (program, ...args) => runIn(copy, program, ...args);

async function runIn(cwd, program, ...args) {
  const started = Date.now();
  const child = spawn(program, args, { cwd, env: environment, stdio: "inherit" });
  const [code] = await once(child, "close");
  console.log(`${program} ${args.join(" ")}: ${Math.round((Date.now() - started) / 1000)} s`);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
}

/** The bindings at both ends of their ranges, where npm does not serve them. */
async function bindings() {
  const missing = {};
  for (const [name, newest] of Object.entries(line.devDependencies).filter(([each]) => each.startsWith("@cdktn/"))) {
    const lowest = line.peerDependencies[name].slice(1);
    if (!isServed(name, newest)) missing[name] = [...new Set([lowest, newest])];
  }
  const names = Object.keys(missing);
  if (names.length === 0) return undefined;
  console.log(`not on the npm registry, and taken from the wheels of PyPI: ${names.join(", ")}`);
  const registry = await standIn(missing, scratch);
  const [own, userconfig] = [join(homedir(), ".npmrc"), join(scratch, "npmrc")];
  const settings = existsSync(own) ? readFileSync(own, "utf8") : "";
  writeFileSync(userconfig, `${settings}\n@cdktn:registry=${registry.url}\n`);
  environment.NPM_CONFIG_USERCONFIG = userconfig;
  return registry;
}

/** What the copy compiles must be what renames make of what the project compiles. */
async function compareBuilds() {
  await runIn(root, "npm", "run", "-s", "build", "--", "--framework", "cdktn");
  const [made, compiled] = [join(root, "build", line.name, "dist"), join(copy, "dist")];
  const files = folder => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(each => each.isFile());
  const texts = folder =>
    new Map(
      files(folder).map(({ parentPath, name }) => [relative(folder, join(parentPath, name)), read(parentPath, name)]),
    );
  const [a, b] = [texts(made), texts(compiled)];
  const different = [...new Set([...a.keys(), ...b.keys()])].filter(file => a.get(file) !== b.get(file));
  if (different.length > 0)
    throw new Error(`the two builds differ in ${different.join(", ")} → tools/framework/rename.mjs`);
  console.log(`the two builds agree in ${a.size} files`);
}

const read = (...path) => readFileSync(join(...path), "utf8");

let registry;
try {
  const bin = nodeFrom(line.engines.node.slice(2), join(scratch, "node"));
  if (bin) environment.PATH = `${bin}${delimiter}${environment.PATH}`;
  registry = await bindings();
  mkdirSync(copy);
  writeProject(root, copy);
  await run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  await run("npm", "run", "-s", "types");
  await run("npm", "test", "--", ...process.argv.slice(2));
  await run("npm", "run", "-s", "test:docs");
  await run("npm", "run", "-s", "test:package");
  await compareBuilds();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  registry?.close();
  rmSync(scratch, { recursive: true });
}
