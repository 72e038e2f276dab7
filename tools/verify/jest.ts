import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Suite } from "../../__tests__/cluster/suites";

/** How a suite ended. */
export interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** What jest printed. */
  readonly output: string;
  readonly green: boolean;
}

/** Suites in processes of jest, out of reach of the terminal's Ctrl-C, whose order of events is ours. */
export class Jest {
  private readonly running = new Set<ChildProcess>();

  /** @param progress is told what a suite says of its steps */
  constructor(
    private readonly rounds: number,
    private readonly progress: (line: string) => void,
  ) {}

  /** @param pattern of the names of the tests to run; all without it */
  async run({ name, env }: Suite, pattern?: string): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), "verify-"));
    const file = join(folder, "results.json");
    const started = Date.now();
    const args = [
      ...["node_modules/jest/bin/jest.js", "--config", "jest.cluster.config.js", "--json", "--outputFile", file],
      ...["--runTestsByPath", `__tests__/cluster/${name}.test.ts`],
      ...(pattern === undefined ? [] : ["--testNamePattern", pattern]),
    ];
    // Standard output has the results in JSON a second time.
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ROUNDS: `${this.rounds}`, ...env },
      detached: true,
    });
    this.running.add(child);
    const output: string[] = [];
    const lines = createInterface({ input: child.stderr });
    lines.on("line", line => {
      output.push(line);
      if (/^ {2}[^\s✓✕○●].*: /.test(line)) this.progress(`  ${name}:${line.slice(1)}`);
    });
    const code = await new Promise<number | null>(resolve => child.on("close", resolve));
    this.running.delete(child);
    const { numPassedTests = 0, numFailedTests = 0 } = results(file);
    rmSync(folder, { recursive: true, force: true });
    return {
      passed: numPassedTests,
      failed: numFailedTests,
      seconds: Math.round((Date.now() - started) / 1000),
      output: `${output.join("\n")}\n`,
      green: code === 0 && numPassedTests > 0 && numFailedTests === 0,
    };
  }

  /** Ends what runs, with what it started; it does not get to mend anything. */
  interrupt(): void {
    for (const { pid } of this.running) if (pid) kill(pid);
  }
}

/** Ends a process and all that come from it: tests start programs in groups and sessions of their own. */
function kill(pid: number): void {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = stdout
    .trim()
    .split("\n")
    .map(line => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family) family.push(...pairs.flatMap(([child = 0, of]) => (of === parent ? [child] : [])));
  for (const member of family) {
    try {
      process.kill(member, "SIGKILL");
    } catch {} // gone meanwhile
  }
}

function results(file: string): { numPassedTests?: number; numFailedTests?: number } {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
