import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** Exit code of a script where this machine, or what it reaches, lacks something: sysexits.h's EX_UNAVAILABLE. */
const UNAVAILABLE = 69;

/**
 * Runs a script that installs software for tests. Returns why it cannot be had here, as the last line of the script
 * says; any other failure is for the suite to show.
 */
export async function missing(script: string): Promise<string | undefined> {
  const child = spawn("sh", [script], { stdio: ["ignore", "ignore", "pipe"] });
  const code = new Promise<number | null>(resolve => child.on("close", resolve));
  const lines = (await text(child.stderr)).trim().split("\n");
  return (await code) === UNAVAILABLE ? lines.at(-1) : undefined;
}
