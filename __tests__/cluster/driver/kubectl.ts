import { exec } from "./driver";
import type { Output } from "./run";

export function kubectl(args: readonly string[], input?: string): Promise<Output> {
  return exec(["kubectl", ...args], input);
}

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
export async function getJson(...args: string[]): Promise<any> {
  return JSON.parse((await kubectl(["get", ...args, "-o", "json"])).stdout);
}

/** Server-side apply of manifests, with unknown fields refused. */
export function apply(objects: readonly object[], ...options: string[]): Promise<Output> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  return kubectl(
    ["apply", "--server-side", "--force-conflicts", "--validate=strict", ...options, "-f", "-"],
    JSON.stringify(list),
  );
}

/** Deletes namespaces and waits until nothing of them is left. */
export async function deleteNamespaces(...names: string[]): Promise<void> {
  await kubectl(["delete", "namespace", "--ignore-not-found", "--wait", "--timeout=180s", ...names]);
}

/** Asks until the answer is there, and fails with the last one when it does not come in time. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined | false>,
  intervalSeconds = 1,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await new Promise(resolve => setTimeout(resolve, intervalSeconds * 1000));
  }
  throw new Error(
    `${what}: not within ${seconds} s; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`,
  );
}
