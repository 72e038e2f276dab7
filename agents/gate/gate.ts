/*! Waits for all targets at once, each in a bounded number of attempts. */
import { setTimeout as delay } from "node:timers/promises";
import { KubeClient } from "../lib/kube";
import type { GateConfig, Marker, Target } from "./config";
import { probe } from "./probe";

export type Say = (line: string) => void;

/** What was tried in vain; its message names every target that did not answer. */
export class Closed extends Error {}

/** Resolves when all targets answered, or the marker says that none has to. @throws Closed after the last attempt */
export async function pass(config: GateConfig, say: Say): Promise<void> {
  const done = config.marker && (await doneBefore(config.marker));
  if (done) return say(done);
  const enough = new AbortController();
  const reached = new Set<Target>();
  const tried = config.targets.map(async target => {
    if (!(await reach(target, config, enough.signal, say))) return;
    reached.add(target);
    if (config.require === "any") enough.abort();
  });
  await Promise.all(tried);
  const missing = config.targets.filter(target => !reached.has(target));
  if (missing.length === 0 || enough.signal.aborted) {
    return say(`${missing.length === 0 ? "all " : ""}${reached.size} answer: ${[...reached].map(({ name }) => name).join(", ")}`);
  }
  const { attempts, timeoutMs, remedy } = config;
  const each = missing.map(({ name, url }) => `${name} at ${textOf(url)}`).join(", ");
  throw new Closed(
    `Failed to reach ${each} after ${attempts} ${attempts === 1 ? "attempt" : "attempts"} (${timeoutMs / 1000}s timeout). ${remedy}`,
  );
}

/**
 * The attempts are spread evenly over the timeout, and each may last until the next is due: so all of them happen, whether connections are
 * refused at once or vanish, and the last ends with the timeout.
 */
async function reach(target: Target, { attempts, timeoutMs }: GateConfig, enough: AbortSignal, say: Say): Promise<boolean> {
  const started = performance.now();
  const interval = timeoutMs / attempts;
  for (let attempt = 1; attempt <= attempts && !enough.aborted; attempt++) {
    const line = `${target.name} ${textOf(target.url)}: attempt ${attempt}/${attempts}:`;
    try {
      await probe(target, interval, enough);
      say(`${line} ok`);
      return true;
    } catch (error) {
      if (enough.aborted) break;
      say(`${line} ${(error as Error).message}`);
    }
    const pause = Math.max(0, started + attempt * interval - performance.now());
    if (attempt < attempts) await delay(pause, undefined, { signal: enough }).catch(() => {});
  }
  return false;
}

/** What the marker says; nothing when it does not say that all is done. @throws Closed when it cannot be read */
async function doneBefore({ namespace, name, key, access }: Marker): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  const what = `ConfigMap ${namespace}/${name}`;
  const answer = await new KubeClient(access).send(path, { method: "GET" }).catch((error: Error) => {
    throw new Closed(
      `${what} cannot be read: ${error.message}. Nothing was changed: let this pod reach the API server, and run it again.`,
    );
  });
  if (answer.status === 200) {
    const data: Record<string, string> = JSON.parse(answer.text).data ?? {};
    if (key === undefined || data[key] !== "true") return undefined;
    const others = Object.entries(data).flatMap(([field, value]) => (field === key ? [] : [`${field} ${value}`]));
    return `${what} says ${key}${others.length > 0 ? ` (${others.join(", ")})` : ""}: nothing to wait for`;
  }
  const why = { 403: `forbidden to this pod's ServiceAccount`, 404: "there is none" }[answer.status] ?? `status ${answer.status}`;
  throw new Closed(`${what} cannot be read: ${why}. Nothing was changed: deploy its stack again, and then run this again.`);
}

const textOf = (url: URL) => url.href.replace(/\/$/, "");
