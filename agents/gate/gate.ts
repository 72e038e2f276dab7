/*! Waits for all targets at once, each in a bounded number of attempts. */
import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { HttpAnswer } from "../lib/http";
import { KubeClient } from "../lib/kube";
import type { GateConfig, Marker, Target } from "./config";
import { probe } from "./probe";

export type Say = (line: string) => void;

/** What was tried in vain; its message names every target that did not answer. */
export class Closed extends Error {}

/** Resolves when the targets answered, or the marker says that none has to. @throws Closed after the last attempt */
export async function pass(config: GateConfig, say: Say): Promise<void> {
  const done = config.marker && (await doneBefore(config.marker, config, say));
  if (done) return say(done);
  const { targets, attempts, timeoutMs, remedy } = config;
  const enough = new AbortController();
  const answers = await Promise.all(
    targets.map(async target => {
      const answer = await reach(target, config, enough.signal, say);
      if (answer !== undefined && config.require === "any") enough.abort();
      return answer;
    }),
  );
  const missing = targets.filter((_, i) => answers[i] === undefined);
  const reached = targets.filter(target => !missing.includes(target));
  if (config.answersFile)
    writeFileSync(
      config.answersFile,
      answers
        .filter(Boolean)
        .map(line => `${line}\n`)
        .join(""),
    );
  if (missing.length === 0 || enough.signal.aborted) {
    return say(
      `${missing.length === 0 ? "all " : ""}${reached.length} answer: ${reached.map(({ name }) => name).join(", ")}`,
    );
  }
  const each = missing.map(({ name, url }) => `${name} at ${textOf(url)}`).join(", ");
  const tries = `${attempts} ${attempts === 1 ? "attempt" : "attempts"} (${timeoutMs / 1000}s timeout)`;
  throw new Closed(`Failed to reach ${each} after ${tries}. ${remedy}`);
}

/**
 * What the target answered; nothing when it did not. The attempts are spread evenly over the timeout, and each may last
 * until the next is due: so all of them happen, whether connections are refused at once or vanish, and the last ends
 * with the timeout.
 */
async function reach(target: Target, config: GateConfig, enough: AbortSignal, say: Say): Promise<string | undefined> {
  const { attempts } = config;
  const started = performance.now();
  const interval = intervalOf(config);
  for (let attempt = 1; attempt <= attempts && !enough.aborted; attempt++) {
    const line = `${target.name} ${textOf(target.url)}: attempt ${attempt}/${attempts}:`;
    try {
      const answer = await probe(target, interval, config.access);
      say(`${line} ok`);
      return answer;
    } catch (error) {
      say(`${line} ${(error as Error).message}`);
    }
    const pause = Math.max(0, started + attempt * interval - performance.now());
    if (attempt < attempts) await delay(pause, undefined, { signal: enough }).catch(() => {});
  }
  return undefined;
}

/** What the marker says; nothing when it does not say that all is done. @throws Closed when it cannot be read */
async function doneBefore(
  { namespace, name, key, access }: Marker,
  config: GateConfig,
  say: Say,
): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  const what = `ConfigMap ${namespace}/${name}`;
  const closed = (why: string, remedy: string) => new Closed(`${why}. Nothing was changed: ${remedy}.`);
  const answer = await answerOf(what, config, say, () => new KubeClient(access).send(path, { method: "GET" })).catch(
    (error: Error) => {
      throw closed(`${what} cannot be read: ${error.message}`, "let this pod reach the API server, and run it again");
    },
  );
  if (answer.status === 200) {
    const data: Record<string, string> = JSON.parse(answer.text).data ?? {};
    if (key === undefined || data[key] !== "true") return undefined;
    const others = Object.entries(data).flatMap(([field, value]) => (field === key ? [] : [`${field} ${value}`]));
    return `${what} says ${key}${others.length > 0 ? ` (${others.join(", ")})` : ""}: nothing to wait for`;
  }
  const why =
    { 403: `this pod's ServiceAccount may not read ${what}`, 404: `${what} does not exist` }[answer.status] ??
    `${what} cannot be read: the API server answers ${answer.status}`;
  throw closed(why, "deploy its stack again, and then run this again");
}

/**
 * An answer of the API server. None, or that it cannot now, may pass: policies reach a new pod's host after the pod.
 */
async function answerOf(
  what: string,
  config: GateConfig,
  say: Say,
  ask: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const { attempts } = config;
  for (let attempt = 1; ; attempt++) {
    const answer = await ask().catch((error: Error) => error);
    const passing = answer instanceof Error || answer.status >= 500 || answer.status === 429;
    if (passing && attempt < attempts) {
      say(
        `${what}: attempt ${attempt}/${attempts}: ` +
          (answer instanceof Error ? answer.message : `status ${answer.status}`),
      );
      await delay(intervalOf(config));
    } else if (answer instanceof Error) throw answer;
    else return answer;
  }
}

/** From one attempt to the next, and for each; timers take whole milliseconds. */
const intervalOf = ({ attempts, timeoutMs }: GateConfig) => Math.max(1, Math.floor(timeoutMs / attempts));

const textOf = (url: URL) => url.href.replace(/\/$/, "");
