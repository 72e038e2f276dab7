import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Suite } from "../../__tests__/cluster/suites";

/** Exit code of a script where this machine, or what it reaches, lacks something: sysexits.h's EX_UNAVAILABLE. */
const UNAVAILABLE = 69;

/**
 * Runs the script that installs a suite's software, if it has any. Returns why it cannot be had here, as the last line
 * of the script says; any other failure is for the suite to show.
 */
export async function missing({ installs, env }: Pick<Suite, "installs" | "env">): Promise<string | undefined> {
  if (!installs) return undefined;
  const child = spawn("sh", [installs], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
  const code = new Promise<number | null>(resolve => child.on("close", resolve));
  const lines = (await text(child.stderr)).trim().split("\n");
  return (await code) === UNAVAILABLE ? lines.at(-1) : undefined;
}
