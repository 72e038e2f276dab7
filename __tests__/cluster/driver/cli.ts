import { exec } from "./driver";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of ours where it reaches the API server; how it ended is for the caller to judge. */
export async function cli(...args: readonly string[]): Promise<Ended> {
  const command = [process.execPath, "--require", "./tools/ts.cjs", "cli/main.ts", ...args];
  const { stdout, stderr } = await exec(["sh", "-c", '"$@"; echo "exit $?"', "sh", ...command]);
  const [, output = "", code] = /^([\s\S]*)exit (\d+)\n$/.exec(stdout) ?? [];
  return { code: Number(code), stdout: output, stderr };
}
