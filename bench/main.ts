/**
 * `npm run bench`: what the constructs cost beside the same resources in raw provider classes, and `npm start` beside only loading
 * those classes. Prints figures and aims; a missed aim is no failure, unequal sides are.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Program, Runner } from "./measure";
import { asMarkdown, asTable } from "./report";
import { aimsOf, comparison, growthOf, type Results } from "./results";
import { differences } from "./same";

const ours = (environments: number): Program => ["bench/ours.ts", String(environments)];
const raw = (environments: number): Program => ["bench/raw.ts", String(environments)];
const START: Program = ["cli/main.ts", "synth"];
const LOAD: Program = ["bench/load.ts"];

interface Options {
  readonly runs: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly out?: string;
}

function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      out: { type: "string" },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 3 : 5));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: use a whole number from 1`);
  return { ...values, runs };
}

async function main(options: Options, runner: Runner): Promise<void> {
  await refuseUnequal(runner);
  const sizes = options.quick ? [1, 10] : [1, 10, 100];
  const constructs: Results["constructs"][number][] = [];
  for (const environments of sizes) {
    const figures = await runner.compare(ours(environments), raw(environments), options.runs, progress);
    constructs.push({ environments, ...comparison(figures) });
  }
  const start = comparison(await runner.compare(START, LOAD, options.runs, progress));
  const measured = { constructs, growth: growthOf(constructs), start };
  const machine = `Node ${process.version}, ${cpus().length} CPUs (${cpus()[0]?.model.trim() ?? "unknown"})`;
  const results: Results = { runs: options.runs, machine, ...measured, aims: aimsOf(measured) };
  console.log(options.json ? JSON.stringify(results, null, 2) : asTable(results));
  if (options.out) writeFileSync(options.out, asMarkdown(results));
}

/** Figures mean something only while both sides make the same resources. */
async function refuseUnequal(runner: Runner): Promise<void> {
  progress("do both sides synthesize the same?");
  const { outdir: left } = await runner.run(ours(2));
  const { outdir: right } = await runner.run(raw(2));
  const found = differences(left, right);
  if (found.length === 0) return;
  const more = found.length > SHOWN ? `\n  … and ${found.length - SHOWN} more` : "";
  const list = found.slice(0, SHOWN).join("\n  ");
  throw new Error(`the constructs and bench/raw*.ts make different resources: bring raw*.ts up to date\n  ${list}${more}`);
}

const SHOWN = 20;

function progress(text: string): void {
  console.error(`bench: ${text}`);
}

async function run(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
  const runner = new Runner(interrupt.signal);
  try {
    await main(options, runner);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    runner.close();
  }
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
