/** A Node.js of at least a release, for what asks for a later one than the machine has. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

function number(version) {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return (major * 1000 + minor) * 1000 + patch;
}

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
