import { join } from "node:path";
import { driver } from "../driver/driver";
import { run } from "../driver/run";

/** What listens and calls, in pods and on nodes. */
export const CALLS = join(__dirname, "calls.mjs");

export type Protocol = "TCP" | "UDP";
export type Target = readonly [host: string, port: number, protocol: Protocol];
export type Answer = "answered" | "refused" | "silent";

/**
 * Has a pod of a node call its targets, or the node itself where there is no caller. Pods are asked through their node,
 * which reaches them whatever the policies say.
 */
export interface Question {
  readonly caller?: string;
  readonly targets: readonly Target[];
}

/** Asks all at once; the answers are in the order of the targets. */
export async function ask(node: string, questions: readonly Question[]): Promise<Answer[][]> {
  const { stdout } = await run(driver.onNetwork(node, ["node", CALLS, "ask"]), JSON.stringify(questions));
  return JSON.parse(stdout);
}

/** Each port of a host. */
export const targetsOf = (host: string, { tcp, udp }: Ports): Target[] => [
  ...tcp.map((port): Target => [host, port, "TCP"]),
  ...udp.map((port): Target => [host, port, "UDP"]),
];

export interface Ports {
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}
