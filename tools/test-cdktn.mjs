/**
 * `npm test` and `npm run test:docs` with the community fork in place of the framework: `npm run test:cdktn`.
 *
 * It runs in a copy of the project in which `cdktf` is an alias of cdktn. Arguments go to the first.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CDKTN = "0.24.0";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = mkdtempSync(join(tmpdir(), "cdktn-"));
const run = (program, ...args) => execFileSync(program, args, { cwd: copy, stdio: "inherit" });

try {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter(Boolean)) cpSync(join(root, file), join(copy, file));

  // The providers' peer range of cdktf ends below: the override lets them have what the project has.
  const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8"));
  manifest.devDependencies.cdktf = `npm:cdktn@${CDKTN}`;
  manifest.overrides = { cdktf: "$cdktf" };
  manifest.peerDependencies.cdktf = `^${CDKTN}`;
  writeFileSync(join(copy, "package.json"), JSON.stringify(manifest, null, 2));

  run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  run("npm", "run", "-s", "types");
  run("npm", "test", "--", ...process.argv.slice(2));
  run("npm", "run", "-s", "test:docs");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true });
}
