/**
 * Makes the next version from the changesets: `npm ci --prefix tools/release && node tools/release/version.mjs`.
 *
 * Changesets decide the number and write package.json; the text is in CHANGELOG.md already, under Unreleased, and
 * gets its heading here.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const UNRELEASED = "## [Unreleased]\n";

const versionOf = file => JSON.parse(readFileSync(file, "utf8")).version;
const before = versionOf("package.json");
execFileSync(process.execPath, ["tools/release/node_modules/@changesets/cli/bin.js", "version"], { stdio: "inherit" });
const version = versionOf("package.json");

if (version !== before) {
  const changelog = readFileSync("CHANGELOG.md", "utf8");
  if (!changelog.includes(UNRELEASED))
    throw new Error(`CHANGELOG.md has no line "${UNRELEASED.trim()}" → put it above the changes of ${version}`);
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync("CHANGELOG.md", changelog.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${date}\n`));

  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  lock.version = lock.packages[""].version = version;
  writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
}
