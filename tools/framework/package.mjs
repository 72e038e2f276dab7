/** The npm packages, as they are packed: `dist/`, the documents, and a manifest without what development needs. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { line, renamedFile } from "./rename.mjs";

/** Of `dist/`, what tsc writes: the rest runs in pods, or is data. */
const COMPILED = /^dist\/(?!bundles\/).*\.(js|d\.ts)$/;

/** Writes `build/<name>/`, and returns the folder. */
export function writePackage(name) {
  const folder = join("build", name);
  const whole = JSON.parse(readFileSync("package.json", "utf8"));
  const { private: _, scripts: __, devDependencies: ___, ...manifest } = whole;
  rmSync(folder, { recursive: true, force: true });
  for (const path of [...manifest.files, "README.md", "LICENSE"]) cpSync(path, join(folder, path), { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** The same for cdktn: with its names. */
export function writeRenamedPackage() {
  const folder = writePackage(line.name);
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!COMPILED.test(path) && !/\.md$|package\.json$/.test(path)) continue;
    const file = join(folder, path);
    writeFileSync(file, renamedFile(path, readFileSync(file, "utf8")));
  }
}
