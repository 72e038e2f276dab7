import type { EnvironmentValues } from "../../../values/schema/environment";
import { namespacesOf, type UsedNamespace } from "../../../values/schema/section";
import { sectionsOf } from "../../../values/schema/sections";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { restarted, statusesOf } from "./containers";
import { holds, type LivePod } from "./live";
import { explain, type LiveNamespace, readNamespace } from "./namespace";
import { ownedChecks } from "./owned";
import { isOver } from "./pods";
import { serviceChecks } from "./services";

/** The namespaces that an environment makes or uses. No two are the same. */
export function namespacesOfAll(values: EnvironmentValues): UsedNamespace[] {
  return sectionsOf(values).flatMap(({ section, values }) => namespacesOf(section, values));
}

/** What the platform says of a namespace: whether it is there, its pods, and its Services. */
export async function platformChecks(kubectl: Kubectl, used: UsedNamespace): Promise<Check[]> {
  const owned = await ownedChecks(kubectl, used);
  const namespace = await readNamespace(kubectl, used.name);
  return [...owned, ...(await podsCheck(kubectl, namespace)), ...(await serviceChecks(kubectl, namespace))];
}

/** Nothing where there are no pods, and none are wanted: rows of the section say what is not there. */
async function podsCheck(kubectl: Kubectl, namespace: LiveNamespace): Promise<Check[]> {
  if (namespace.pods.length === 0 && namespace.workloads.length === 0) return [];
  const pods = namespace.pods.filter(pod => !isOver(pod));
  const ready = pods.filter(pod => holds(pod, "Ready")).length;
  const troubles = await explain(kubectl, namespace);
  const detail = [`${ready} of ${pods.length} ready`, ...troubles, ...pods.flatMap(restarts)].join("\n");
  return [{ check: `pods ${namespace.name}`, ok: troubles.length === 0, detail }];
}

/** A container that runs again is well; why it ended may still matter. */
function restarts(pod: LivePod): string[] {
  return statusesOf(pod).flatMap(status => {
    const ended = status.lastState?.terminated;
    if (!status.ready || !status.restartCount || ended?.reason === "OOMKilled") return [];
    const how = ended ? `: ${ended.exitCode} (${ended.reason ?? "Error"}) at ${ended.finishedAt ?? "?"}` : "";
    return [`${pod.metadata.name}: ${status.name} ${restarted(status)}${how}`];
  });
}
