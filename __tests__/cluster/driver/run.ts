import { spawn } from "node:child_process";

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and returns what it printed; rejects with it when it fails. */
export function run([program = "", ...args]: readonly string[], input = ""): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "pipe", env: process.env });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", chunk => out.push(chunk));
    child.stderr.on("data", chunk => err.push(chunk));
    child.on("error", reject);
    child.on("close", code => {
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`${[program, ...args].join(" ")} ended with ${code}\n${stdout}${stderr}`));
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
