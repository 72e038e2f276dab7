import { z } from "zod";
import { type ConfirmOptions, confirm } from "../confirm";
import type { Kubectl } from "../kubernetes/kubectl";
import { line } from "../kubernetes/line";
import type { Target } from "./target";

export interface ActionOptions extends ConfirmOptions {
  readonly reason?: string;
  readonly json?: boolean;
}

export interface Request {
  /** Of the Event, such as HandoffRequested. */
  readonly event: string;
  /** What will be done, in a line, as in "delete pod seq-1". */
  readonly action: string;
  /** What that does to the sequencer, a line each. */
  readonly effects: readonly string[];
  /** Of the StatefulSet. */
  readonly uid: string;
  readonly allowedBy: string;
  /** Throws if the cluster has changed while the user took time to answer. */
  readonly recheck?: () => Promise<void>;
}

/** API servers limit an Event's message; this leaves room for the rest of it. */
const MAX_REASON = 500;

export function checkReason({ reason = "" }: ActionOptions): void {
  if (reason.length <= MAX_REASON) return;
  throw new Error(
    `--reason has ${reason.length} characters, an Event has room for ${MAX_REASON} → shorten it and name a ticket`,
  );
}

/**
 * Has a request confirmed, and records it as an Event: every action leaves a trace.
 *
 * @returns the user, as the API server knows them; undefined if the user declined
 */
export async function begin(
  kubectl: Kubectl,
  target: Target,
  request: Request,
  options: ActionOptions,
): Promise<string | undefined> {
  const { environment, namespace, name } = target;
  const who = await whoAmI(kubectl);
  const plan = [
    `${environment.name}: ${request.action}, namespace ${namespace}, ${kubectl.cluster}, as ${who}`,
    ...request.effects.map(effect => `  ${effect}`),
  ];
  if (!(await confirm(plan, options, kubectl.signal))) {
    say("declined, nothing was changed");
    return undefined;
  }
  if (!options.yes) await request.recheck?.();
  const message = `${who} asked to ${request.action}${options.reason ? `: ${options.reason}` : ""}`;
  const now = new Date().toISOString().replace(/\.\d+/, "");
  const event = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { generateName: `${name}-`, namespace },
    involvedObject: { apiVersion: "apps/v1", kind: "StatefulSet", name, namespace, uid: request.uid },
    type: "Normal",
    reason: request.event,
    message,
    source: { component: "rollup-network" },
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
  };
  await kubectl.run(["create", "--namespace", namespace, "--validate=false", "-f", "-"], {
    input: JSON.stringify(event),
    allowedBy: request.allowedBy,
  });
  return who;
}

const WHO = z.object({ status: z.object({ userInfo: z.object({ username: line }) }) });

/** Needs kubectl and an API server of 1.28 or later; before, only the audit log says who it was. */
async function whoAmI(kubectl: Kubectl): Promise<string> {
  try {
    return WHO.parse(await kubectl.json(["auth", "whoami"])).status.userInfo.username;
  } catch {
    kubectl.signal.throwIfAborted();
    return "a user whom the API server does not name";
  }
}

/** Merges annotations into the Lease; null removes one. */
export async function annotateLease(
  kubectl: Kubectl,
  { namespace, name }: Target,
  annotations: Readonly<Record<string, string | null>>,
  allowedBy: string,
): Promise<void> {
  const patch = JSON.stringify({ metadata: { annotations } });
  await kubectl.run(["patch", "--namespace", namespace, "lease", name, "--type=merge", "--patch", patch], {
    allowedBy,
  });
}

/** Asks until there is an answer; undefined if there is none in time. */
export async function until<T>(
  kubectl: Kubectl,
  seconds: number,
  ask: () => Promise<T | undefined>,
  everyMs: number,
): Promise<T | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) return undefined;
    await kubectl.sleep(everyMs);
  }
}

/** The outcome: as JSON on standard output where that was asked for, and the text beside it. */
export function done({ json }: ActionOptions, text: string, outcome: object): void {
  if (!json) console.log(text);
  else {
    say(text);
    console.log(JSON.stringify(outcome, null, 2));
  }
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
