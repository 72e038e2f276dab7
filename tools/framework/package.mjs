/** The npm package for cdktn, from the built one: `dist/` and the documents with the names of cdktn. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { line, renamedFile } from "./rename.mjs";

/** Of `dist/`, what tsc writes: the rest runs in pods, or is data. */
const COMPILED = /^dist\/(?!bundles\/).*\.(js|d\.ts)$/;

export function writePackage() {
  const folder = join("build", line.name);
  const { scripts: _, devDependencies: __, ...manifest } = JSON.parse(readFileSync("package.json", "utf8"));
  rmSync(folder, { recursive: true, force: true });
  for (const path of [...manifest.files, "README.md", "LICENSE"]) cpSync(path, join(folder, path), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!COMPILED.test(path) && !/\.md$|package\.json$/.test(path)) continue;
    const file = join(folder, path);
    writeFileSync(file, renamedFile(path, readFileSync(file, "utf8")));
  }
}
