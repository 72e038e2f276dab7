import { oneLine } from "../../../manifests/hidden";
import type { Environment } from "../../../values/load/environment";
import { type Kubectl, unlessUnknown, withKubectl } from "../../kubernetes/kubectl";
import { explain, readNamespace } from "./namespace";
import { namespacesOfAll } from "./platform";

/** Clocks of this machine and the cluster may differ by as much. */
const SKEW_MS = 60_000;

/**
 * Says on stderr what a deploy that failed waited for: Terraform and Helm say only that it did not come. Pods that a
 * rollback took away are told by their Events.
 *
 * @param started when the deploy began, milliseconds since the epoch
 */
export async function explainWaits({ values }: Environment, started: number): Promise<void> {
  const asked = withKubectl(values.cluster, async kubectl =>
    (await Promise.all(namespacesOfAll(values).map(({ name }) => waitsIn(kubectl, name, started)))).flat(),
  );
  for (const text of (await unlessUnknown("what the deploy waited for", asked)) ?? []) console.error(text);
}

async function waitsIn(kubectl: Kubectl, name: string, started: number): Promise<string[]> {
  const namespace = await readNamespace(kubectl, name);
  const lines = await explain(kubectl, namespace);
  const there = new Set(namespace.pods.map(({ metadata }) => metadata.name));
  const gone = new Map<string, string>();
  for (const { kind, name, reason, message, at } of namespace.warnings) {
    if (kind !== "Pod" || there.has(name) || gone.has(name) || at < started - SKEW_MS) continue;
    gone.set(name, oneLine(`${name}, which is gone: ${reason}: ${message}`));
  }
  const all = [...lines, ...gone.values()];
  return all.length === 0 ? [] : [`not ready in namespace ${name}:\n${all.join("\n")}`];
}
