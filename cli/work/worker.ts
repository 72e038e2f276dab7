import "../../stacks/lean-start";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Finding } from "../../values/load/finding";
import { type Facts, type LoadOptions, openValues, withoutEnvironment } from "../../values/load/load";
import { JOBS, type Job, type Result } from "./jobs";

/** The first message to a worker. The second is the folder to write to, once all workers have checked their shares. */
export interface Order {
  readonly job: Job;
  readonly load: LoadOptions;
  /** The worker's share of the environments that were asked for. */
  readonly wanted: readonly string[];
  /** Its share of those that are only read. */
  readonly others: readonly string[];
}

/** What a worker knows of an environment before anything is written. */
export interface Checked extends Facts {
  /** What is wrong beyond the form of the values; nobody asks while that is wrong. */
  readonly problems: readonly Finding[];
}

/** What a worker sends: what it checked, and then a result for each environment in turn, or its one error. */
export type Message =
  | { readonly checked: readonly Checked[] }
  | { readonly result: Result<Job> }
  | { readonly error: string };

/** Sends a message, and then lets the end of the other process be noticed. */
async function send(message: Message): Promise<void> {
  await new Promise<void>(resolve => process.send?.(message, () => resolve()));
  await setImmediate();
}

async function work({ job, load, wanted, others }: Order): Promise<void> {
  const { findingsOf, inTurn, newApp }: typeof import("../../stacks/app") = require("../../stacks/app");
  const values = openValues(load);
  const read = wanted.map(values.read);
  const environments = read.flatMap(({ environment }) => environment ?? []);
  const wrong = read.some(({ findings }) => findings.length > 0);
  await send({
    checked: [
      ...others.map(name => ({ ...withoutEnvironment(values.read(name)), problems: [] })),
      ...read.map(each => ({
        ...withoutEnvironment(each),
        problems: each.environment && !wrong ? findingsOf(each.environment) : [],
      })),
    ],
  });
  const [{ outdir }] = await once(process, "message");
  for (const result of inTurn<Result<Job>>(environments, JOBS[job](), newApp({ outdir }))) await send({ result });
}

process.on("disconnect", () => process.exit()); // nobody wants the rest
process.once("message", (order: Order) =>
  work(order)
    .catch((error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }))
    .finally(() => process.disconnect()),
);
