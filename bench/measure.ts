import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = dirname(__dirname);
const TSX = require.resolve("tsx/cli");
const PRELOAD = `--require ${JSON.stringify(join(__dirname, "usage.cjs"))}`;

/** Arguments of tsx: a program of this package and what it is given. */
export type Program = readonly string[];

/** What a child process took, with the processes that it started itself. */
export interface Figures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The largest resident set of one process. */
  readonly peakMiB: number;
}

/** Runs programs as whole processes, each with an output folder of its own. All of it is gone after `close`. */
export class Runner {
  private readonly folder = mkdtempSync(join(tmpdir(), "rollup-network-bench-"));
  private runs = 0;

  constructor(private readonly signal: AbortSignal) {}

  /** Medians of two programs that run by turns, so that both meet the same machine. A first run of each fills caches and does not count. */
  async compare(a: Program, b: Program, times: number, progress: (text: string) => void): Promise<[Figures, Figures]> {
    const results: [Figures[], Figures[]] = [[], []];
    for (let i = 0; i <= times; i++) {
      for (const [side, program] of [a, b].entries()) {
        const { figures, outdir } = await this.run(program);
        rmSync(outdir, { recursive: true, force: true });
        if (i > 0) results[side]?.push(figures);
        progress(`${program.join(" ")}: ${i === 0 ? "warm-up" : `run ${i} of ${times}`}, ${figures.seconds.toFixed(2)} s`);
      }
    }
    return [medians(results[0]), medians(results[1])];
  }

  /** Runs a program once. The folder is the caller's to read until `close`. */
  async run(program: Program): Promise<{ readonly figures: Figures; readonly outdir: string }> {
    const run = join(this.folder, String(this.runs++));
    const usage = `${run}.usage`;
    const env = { ...process.env, NODE_OPTIONS: PRELOAD, BENCH_USAGE: usage, CDKTF_OUTDIR: run };
    const started = performance.now();
    const child = spawn(process.execPath, [TSX, ...program], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "ignore", "pipe"],
      signal: this.signal,
    });
    // An abort sends SIGTERM, which tsx hands on; the streams close when the last process has let go of them.
    child.on("error", () => undefined);
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    const seconds = (performance.now() - started) / 1000;
    this.signal.throwIfAborted();
    if (code !== 0) throw new Error(`tsx ${program.join(" ")} ended with code ${code}:\n${errors}`);
    const processes = readFileSync(usage, "utf8").trim().split("\n");
    const used = processes.map(line => JSON.parse(line) as Omit<Figures, "seconds">);
    const cpuSeconds = used.reduce((sum, each) => sum + each.cpuSeconds, 0);
    return { figures: { seconds, cpuSeconds, peakMiB: Math.max(...used.map(each => each.peakMiB)) }, outdir: run };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function medians(runs: readonly Figures[]): Figures {
  return {
    seconds: median(runs.map(run => run.seconds)),
    cpuSeconds: median(runs.map(run => run.cpuSeconds)),
    peakMiB: median(runs.map(run => run.peakMiB)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
