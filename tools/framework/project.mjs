/** The project as it would be if its sources named cdktn, in a folder of its own: what the tests of cdktn run in. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renamedFile } from "./rename.mjs";

const TEXT = /\.(ts|cts|js|json|md)$/;
/** `tools` has what is about both, and the header of the programs that run in pods. */
const AS_IT_IS = /^(tools|bundles|node_modules)\/|^package-lock\.json$|\.schema\.json$/;

export function writeProject(root, folder) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter(Boolean)) {
    const [from, to] = [join(root, file), join(folder, file)];
    mkdirSync(dirname(to), { recursive: true });
    if (!TEXT.test(file) || AS_IT_IS.test(file)) cpSync(from, to);
    else writeFileSync(to, renamedFile(file, readFileSync(from, "utf8")), { mode: statSync(from).mode });
  }
}
