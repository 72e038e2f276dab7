import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = dirname(__dirname);
const PRELOAD = `--require ${JSON.stringify(join(__dirname, "usage.cjs"))}`;

export interface Program {
  readonly name: string;
  /** A program and its arguments. `out` is its folder: what it prints is in `out.txt` beside it. */
  readonly command: (out: string) => readonly string[];
}

/** What a process took, with the processes that it started itself. */
export interface Figures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The largest resident set of one process; of programs that are not Node nobody knows it. */
  readonly peakMiB?: number;
}

/** Runs a program by the shell, which says at the end what its children took. */
const TIMED = `"$@" >"$BENCH_OUT"; code=$?; times >"$BENCH_USAGE.times"; exit $code`;

/** Runs programs as whole processes, each with an output folder of its own. All of it is gone after `close`. */
export class Runner {
  readonly folder = mkdtempSync(join(tmpdir(), "rollup-network-bench-"));
  private runs = 0;

  constructor(
    private readonly signal: AbortSignal,
    private readonly progress: (text: string) => void,
  ) {}

  /** Medians of programs that run by turns, on the same machine. With more than one run, a first one fills caches. */
  async turns(programs: readonly Program[], times: number): Promise<Figures[]> {
    const results: Figures[][] = programs.map(() => []);
    for (let i = times > 1 ? 0 : 1; i <= times; i++) {
      for (const [side, program] of programs.entries()) {
        const { figures, outdir } = await this.run(program);
        for (const left of [outdir, `${outdir}.txt`]) rmSync(left, { recursive: true, force: true });
        if (i > 0) results[side]?.push(figures);
        this.progress(
          `${program.name}: ${i === 0 ? "warm-up" : `run ${i} of ${times}`}, ${figures.seconds.toFixed(2)} s`,
        );
      }
    }
    return results.map(medians);
  }

  /** Runs a program once. The folder is the caller's to read until `close`. */
  async run({ name, command }: Program): Promise<{ readonly figures: Figures; readonly outdir: string }> {
    const outdir = join(this.folder, String(this.runs++));
    const usage = `${outdir}.usage`;
    const bench = { NODE_OPTIONS: PRELOAD, BENCH_USAGE: usage, BENCH_OUT: `${outdir}.txt`, CDKTF_OUTDIR: outdir };
    const started = performance.now();
    const child = spawn("sh", ["-c", TIMED, "sh", ...command(outdir)], {
      cwd: ROOT,
      env: { ...process.env, ...bench },
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    // The shell leads a group of its own: an abort ends the program too. The streams close with the last process.
    const end = () => child.pid && process.kill(-child.pid, "SIGTERM");
    this.signal.addEventListener("abort", end, { once: true });
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    this.signal.removeEventListener("abort", end);
    const seconds = (performance.now() - started) / 1000;
    this.signal.throwIfAborted();
    if (code !== 0) throw new Error(`${name} ended with code ${code}:\n${errors}`);
    const peaks = existsSync(usage) ? readFileSync(usage, "utf8").trim().split("\n").map(Number) : [];
    const peakMiB = peaks.length > 0 ? Math.max(...peaks) : undefined;
    return { figures: { seconds, cpuSeconds: cpuOf(readFileSync(`${usage}.times`, "utf8")), peakMiB }, outdir };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The second line of `times` is of the children: `0m1.040s 0m0.260s`. */
function cpuOf(times: string): number {
  const [, children = ""] = times.split("\n");
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
    0,
  );
}

function medians(runs: readonly Figures[]): Figures {
  const peaks = runs.flatMap(({ peakMiB }) => peakMiB ?? []);
  return {
    seconds: median(runs.map(run => run.seconds)),
    cpuSeconds: median(runs.map(run => run.cpuSeconds)),
    peakMiB: peaks.length > 0 ? median(peaks) : undefined,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
