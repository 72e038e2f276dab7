/** The npm package that a wheel of PyPI carries: the fork's bindings are there too, under the same name. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Downloads the wheel, and returns the path of the tarball in it.
 *
 * @throws Error where there is no Python with pip, or no such wheel
 */
export function tarballInWheel(name, version, folder) {
  const wheel = name.replace(/^@/, "").replace("/", "-");
  const into = join(folder, `${wheel}-${version}`);
  mkdirSync(into, { recursive: true });
  const python = (...args) => execFileSync("python3", args, { cwd: into, stdio: ["ignore", "ignore", "inherit"] });
  python("-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", `${wheel}==${version}`);
  const [file] = readdirSync(into).filter(each => each.endsWith(".whl"));
  python("-m", "zipfile", "-e", file, "wheel");
  const [tarball] = readdirSync(into, { recursive: true }).filter(each => each.endsWith(".tgz"));
  return join(into, tarball);
}
