import { availableParallelism } from "node:os";
import { type LoadOptions, loadEnvironments, openValues } from "../../values/load/load";
import { loadOptions, type ValuesOptions } from "../environments";
import { JOBS, type Job, type Result } from "./jobs";
import { type Done, inWorkers } from "./pool";
import { Progress } from "./progress";

/**
 * Does a job for every environment that was asked for: in worker processes where there are enough to pay, in this one
 * otherwise. Both do the same. Values are read and checked before anything is written.
 *
 * @throws ValuesError with every finding
 */
export async function work<J extends Job>(
  job: J,
  names: readonly string[],
  options: ValuesOptions,
  outdir?: string,
): Promise<Done<J>> {
  const load = loadOptions(names, options);
  const values = openValues(load);
  const progress = new Progress(values.wanted.length);
  const step = () => progress.step();
  const workers = workersFor(values.wanted.length, availableParallelism());
  try {
    if (workers > 1) return await inWorkers({ job, load, outdir, workers }, values, step);
    return inThisProcess({ job, load, outdir }, step);
  } finally {
    progress.end();
  }
}

/** A worker takes 0.7 s of CPU time to begin, as much as 15 environments of six nodes: with 50 each, a quarter more. */
export const workersFor = (environments: number, cores: number) => Math.min(cores, Math.floor(environments / 50));

export function inThisProcess<J extends Job>(
  { job, load, outdir }: { readonly job: J; readonly load: LoadOptions; readonly outdir?: string },
  step: () => void,
): Done<J> {
  const environments = loadEnvironments(load);
  const { check, inTurn, newApp }: typeof import("../../stacks/app") = require("../../stacks/app");
  check(environments);
  const app = newApp({ outdir });
  const results: Result<J>[] = [];
  for (const result of inTurn<Result<Job>>(environments, JOBS[job](), app)) {
    results.push(result as Result<J>);
    step();
  }
  return { environments: environments.map(({ name }) => name), results, app };
}
