import { oneLine } from "../../../manifests/hidden";
import { type Kubectl, KubectlError } from "../../kubernetes/kubectl";
import type { LiveEvent, LivePod, LiveWorkload } from "./live";
import { isOnlyUnready, troublesOf } from "./pods";
import { askProbe } from "./readiness";
import { type Warning, warningsIn } from "./warnings";
import { workloadTroubles } from "./workloads";

/** What the API server says of the pods of a namespace, and of what makes them. */
export interface LiveNamespace {
  readonly name: string;
  readonly pods: readonly LivePod[];
  readonly workloads: readonly LiveWorkload[];
  readonly warnings: readonly Warning[];
}

export async function readNamespace(kubectl: Kubectl, name: string): Promise<LiveNamespace> {
  const [pods, workloads, events] = await Promise.all([
    podsIn(kubectl, name),
    listed<LiveWorkload>(kubectl, name, "statefulsets,deployments,jobs"),
    listed<LiveEvent>(kubectl, name, "events").catch(withoutThem),
  ]);
  return { name, pods, workloads, warnings: warningsIn(events) };
}

/** All that is listed, so that one Role allows it. */
const LISTED = "pods, statefulsets, deployments, jobs, services, endpointslices and events";

const known = new WeakMap<Kubectl, Map<string, Promise<readonly LivePod[]>>>();

/** The pods of a namespace. A connection asks for them once: several checks of one command look at the same pods. */
export function podsIn(kubectl: Kubectl, namespace: string): Promise<readonly LivePod[]> {
  const asked = known.get(kubectl) ?? new Map<string, Promise<readonly LivePod[]>>();
  const pods = asked.get(namespace) ?? listed<LivePod>(kubectl, namespace, "pods");
  known.set(kubectl, asked.set(namespace, pods));
  return pods;
}

/** Objects of a namespace, of one kind or of several. */
export function listed<T>(
  kubectl: Kubectl,
  namespace: string,
  kinds: string,
  selector?: string,
): Promise<readonly T[]> {
  const allowedBy = `a Role with list on ${LISTED} of namespace ${namespace}`;
  return kubectl.list(namespace, kinds, { allowedBy }, selector);
}

/** Events only say why. */
function withoutThem(error: Error): readonly LiveEvent[] {
  if (error instanceof KubectlError && error.failure === "forbidden") return [];
  throw error;
}

/** Why pods of a namespace are not there or not ready: a line for all that have the same trouble. */
export async function explain(kubectl: Kubectl, { pods, workloads, warnings }: LiveNamespace): Promise<string[]> {
  const troubles = await Promise.all(
    pods.map(async pod => {
      const said = isOnlyUnready(pod) ? await askProbe(kubectl, pod) : undefined;
      return said ? [said] : troublesOf(pod, warnings);
    }),
  );
  const byText = new Map<string, string[]>();
  pods.forEach(({ metadata: { name } }, i) => {
    for (const text of troubles[i] ?? []) byText.set(text, [...(byText.get(text) ?? []), name]);
  });
  return [
    ...workloads.flatMap(workload => workloadTroubles(workload, pods, warnings)),
    ...[...byText].map(([text, names]) => `${names.join(", ")}: ${text}`),
  ].map(oneLine);
}
