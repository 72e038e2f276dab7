import { spawnSync } from "node:child_process";
import { join } from "node:path";

const INSTALL = join(__dirname, "..", "..", "aztec", "install.sh");

/** The root folder of the real node. The first time it is made, which takes minutes. */
export function installed(): string {
  const { status, stdout, stderr } = spawnSync("sh", [INSTALL], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
