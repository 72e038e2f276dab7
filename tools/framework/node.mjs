/** A Node.js of at least a release, for what asks for a later one than the machine has. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const number = version => version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);

/** The folder to put first into PATH, or nothing where this Node.js will do. npm's `node` package has the same. */
export function nodeFrom(atLeast, folder) {
  if (number(process.versions.node) >= number(atLeast)) return undefined;
  const name = `node-${process.platform}-${process.arch}`;
  const range = `${name}@${atLeast.split(".")[0]}`;
  execFileSync("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", range], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  console.log(`Node.js ${process.versions.node} is older than ${atLeast}: the tests run with npm's ${range}`);
  return join(folder, "node_modules", name, "bin");
}
