import type { Suite } from "../../__tests__/cluster/suites";
import { changed, type Digests } from "./digest";
import type { Result } from "./jest";
import { plan, type Step } from "./plan";
import type { Records } from "./record";
import { schedule } from "./schedule";

export interface Options {
  /** Skips what is unchanged since its record. */
  readonly changed?: boolean;
  /** Records green runs. */
  readonly record?: boolean;
  readonly rounds: number;
}

/** What a run needs of the world. */
export interface World {
  readonly digests: (suite: Suite) => Promise<Digests>;
  readonly records: Records;
  readonly run: (suite: Suite, pattern?: string) => Promise<Result>;
  /** Why a suite cannot run on this machine. */
  readonly missing: (suite: Suite) => Promise<string | undefined>;
  /** Gives back what a suite that did not end well may have taken away. */
  readonly mend: () => Promise<void>;
  readonly say: (text: string) => void;
  readonly interrupted: AbortSignal;
}

/** What there is to do, suite by suite. */
export async function planned(suites: readonly Suite[], { digests, records }: World): Promise<Step[]> {
  const steps: Step[] = [];
  for (const suite of suites) steps.push(plan(suite, await digests(suite), records.of(suite.name)));
  return steps;
}

/** Runs suites and says how they ended; whether none failed. */
export async function verify(suites: readonly Suite[], options: Options, world: World): Promise<boolean> {
  const { say, interrupted } = world;
  const all = await planned(suites, world);
  const steps = options.changed ? all : all.map(step => ({ ...step, run: "all" as const, why: "everything runs" }));
  for (const { suite, run, why } of steps) if (run === "none") say(`skipped ${suite.name}: ${why}`);
  const toRun = new Map(steps.filter(({ run }) => run !== "none").map(step => [step.suite, step]));
  const results: Result[] = [];
  await schedule([...toRun.keys()], async suite => {
    if (interrupted.aborted) return;
    const { run, why, digests } = toRun.get(suite) as Step;
    const missing = await world.missing(suite);
    if (missing) {
      say(`skipped ${suite.name}: ${missing}`);
      toRun.delete(suite);
      return;
    }
    const pattern = run === "some" ? suite.always : undefined;
    say(`runs ${suite.name}${pattern ? `, tests ${pattern}` : ""}: ${why}`);
    const result = await world.run(suite, pattern);
    if (!result.green && suite.harms) await world.mend().catch(error => say(`not mended: ${error.message}`));
    if (interrupted.aborted) return;
    results.push(result);
    say(`\n${result.output}${result.green ? "passed" : "FAILED"} ${suite.name} after ${result.seconds} s\n`);
    if (options.record && run === "all" && result.green) await record(suite, digests, result, options, world);
  });
  say(summary(steps.length, results));
  return results.length === toRun.size && results.every(({ green }) => green);
}

/** Records a green run, unless what it depends on is no longer what it was at the beginning. */
async function record(suite: Suite, before: Digests, result: Result, { rounds }: Options, world: World): Promise<void> {
  const moved = changed(before, await world.digests(suite));
  if (moved.length > 0) {
    world.say(`not recorded ${suite.name}: ${moved.join(", ")} changed while it ran`);
    return;
  }
  const { SOAK_MINUTES } = suite.env ?? {};
  const extent = SOAK_MINUTES ? `${SOAK_MINUTES} minutes` : `${rounds} ${rounds === 1 ? "round" : "rounds"}`;
  const date = new Date().toISOString().slice(0, 10);
  world.records.add(suite.name, {
    date,
    ran: `${result.passed} tests, ${extent}, ${result.seconds} s`,
    digests: before,
  });
}

/** In jest's words, with the suites that were skipped. */
function summary(suites: number, results: readonly Result[]): string {
  const sum = (count: (result: Result) => number) => results.reduce((total, result) => total + count(result), 0);
  const line = (failed: number, passed: number, skipped: number) =>
    [failed && `${failed} failed`, skipped && `${skipped} skipped`, `${passed} passed`].filter(Boolean).join(", ");
  const green = results.filter(result => result.green).length;
  const [failed, passed] = [sum(result => result.failed), sum(result => result.passed)];
  return [
    `Test Suites: ${line(results.length - green, green, suites - results.length)}, ${suites} total`,
    `Tests:       ${line(failed, passed, 0)}, ${passed + failed} total`,
  ].join("\n");
}
