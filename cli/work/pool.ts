import { type ChildProcess, fork } from "node:child_process";
import { on, once } from "node:events";
import { extname, join } from "node:path";
import type { App } from "../../constructs/kubernetes/framework/terraform";
import { type LoadOptions, type OpenValues, ValuesError } from "../../values/load/load";
import type { Job, Result } from "./jobs";
import type { Checked, Message, Order } from "./worker";

export interface Done<J extends Job> {
  /** Names of the environments, sorted. */
  readonly environments: readonly string[];
  /** In the same order. */
  readonly results: readonly Result<J>[];
  /** Where results that are files were written. */
  readonly app: App;
}

export interface Jobs<J extends Job> {
  readonly job: J;
  readonly load: LoadOptions;
  readonly outdir?: string;
  readonly workers: number;
}

/**
 * Shares environments among processes, which have memory of their own: the framework keeps what it makes in globals of
 * a process. Each reads its share and checks it, writes once all is known to be right, and ends with this process.
 */
export async function inWorkers<J extends Job>(
  { job, load, outdir, workers }: Jobs<J>,
  values: OpenValues,
  step: () => void,
): Promise<Done<J>> {
  const shares = Array.from({ length: workers }, (_, i) => {
    const dealt = (names: readonly string[]) => names.filter((_, at) => at % workers === i);
    return new Share<J>({ job, load, wanted: dealt(values.wanted), others: dealt(values.others) });
  });
  try {
    const { newApp }: typeof import("../../stacks/app") = require("../../stacks/app"); // loads while they do
    const read = (await Promise.all(shares.map(share => share.checked()))).flat();
    const findings = values.findings(read);
    if (findings.length > 0) throw new ValuesError(findings);
    const facts = new Map(read.map(each => [each.name, each]));
    const problems = values.wanted.flatMap(name => facts.get(name)?.problems ?? []);
    if (problems.length > 0) throw new ValuesError(problems);

    const app = newApp({ outdir });
    const done = new Map((await Promise.all(shares.map(share => share.done(app.outdir, step)))).flat());
    const results = values.wanted.map(name => {
      const outcome = done.get(name) as Outcome<J>;
      if ("error" in outcome) throw new Error(outcome.error);
      return outcome.result;
    });
    return { environments: values.wanted, results, app };
  } finally {
    await Promise.all(shares.map(share => share.end()));
  }
}

type Outcome<J extends Job> = { readonly result: Result<J> } | { readonly error: string };

/** A worker with its share of the environments. */
class Share<J extends Job> {
  private readonly worker: ChildProcess;
  private readonly messages: AsyncIterator<[Message]>;
  private readonly ended: Promise<unknown>;

  constructor(private readonly order: Order) {
    this.worker = fork(join(__dirname, `worker${extname(__filename)}`), { serialization: "advanced" });
    this.messages = on(this.worker, "message", { close: ["disconnect"] }) as AsyncIterator<[Message]>;
    this.ended = once(this.worker, "exit");
    this.send(order);
  }

  async checked(): Promise<readonly Checked[]> {
    const message = await this.next();
    if ("checked" in message) return message.checked;
    throw new Error("error" in message ? message.error : "a worker sent a result before it was told to begin");
  }

  /** The outcome of each environment, up to the first that is an error. */
  async done(outdir: string, step: () => void): Promise<[string, Outcome<J>][]> {
    const outcomes: [string, Outcome<J>][] = [];
    this.send({ outdir });
    for (const name of this.order.wanted) {
      const outcome = (await this.next()) as Outcome<J>;
      outcomes.push([name, outcome]);
      if ("error" in outcome) break;
      step();
    }
    await this.ended;
    return outcomes;
  }

  /** Ends the worker if its work is no longer wanted. */
  async end(): Promise<void> {
    this.worker.kill();
    await this.ended;
  }

  private send(message: Order | { readonly outdir: string }): void {
    this.worker.send(message, () => {}); // where the worker is gone, the next message says so
  }

  private async next(): Promise<Message> {
    const { value } = await this.messages.next();
    if (value) return value[0];
    await this.ended;
    const how = this.worker.signalCode ?? `exit code ${this.worker.exitCode}`;
    return {
      error: `a worker process ended before its work was done (${how}): run the command again for fewer environments`,
    };
  }
}
