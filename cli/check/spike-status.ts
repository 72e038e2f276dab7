import {
  SPIKE_BOOTSTRAP,
  SPIKE_COMPLETED,
  SPIKE_KEEPER,
  SPIKE_NEXUS,
  SPIKE_PREFLIGHT,
  SPIKE_STATE,
} from "../../constructs/spike/names";
import type { Environment } from "../../values/load/environment";
import { type SpikeValues, spireNamespace } from "../../values/schema/spike";
import type { Kubectl } from "../kubernetes/kubectl";
import { messagesOf } from "./platform/containers";
import type { LivePod } from "./platform/live";
import { listed } from "./platform/namespace";
import { troublesOf } from "./platform/pods";

export interface SpikeStatus {
  /** Ready and wanted; nothing where the set is not there. */
  readonly keepers?: Replicas;
  readonly nexus?: Replicas;
  readonly bootstrap: BootstrapStatus;
}

export interface Replicas {
  readonly ready: number;
  /** As the values have it. */
  readonly wanted: number;
  /** Replicas of the StatefulSet, where it has another number. */
  readonly scaledTo?: number;
}

export interface BootstrapStatus {
  readonly state: "complete" | "failed" | "running" | "missing" | "none";
  /** When it was completed, why it failed, or what it waits for. */
  readonly detail: string;
  /** The case of the runbook that comes first, where a key was made: to run it again would make another one. */
  readonly runbook?: "half-delivered" | "complete-but-not-noted";
}

/** What a cluster says of SPIKE. Pods of the bootstrap are listed, since nobody knows their names. */
export async function readSpike(kubectl: Kubectl, { values: { spike } }: Environment): Promise<SpikeStatus> {
  if (!spike) throw new Error("the environment has no spike section");
  const { namespace } = spike;
  const names = [
    `statefulset/${SPIKE_KEEPER}`,
    `statefulset/${SPIKE_NEXUS}`,
    `job/${SPIKE_BOOTSTRAP}`,
    `configmap/${SPIKE_STATE}`,
  ];
  const objects = await kubectl.objects(namespace, names);
  const find = (kind: string, name: string) =>
    objects.find(object => object.kind === kind && object.metadata.name === name);
  const replicas = (name: string, wanted: number): Replicas | undefined => {
    const set = find("StatefulSet", name);
    const { replicas: scaledTo = 1 } = set?.spec ?? {};
    return set && { ready: set.status?.readyReplicas ?? 0, wanted, ...(scaledTo !== wanted && { scaledTo }) };
  };
  const bootstrap: BootstrapStatus =
    spike.bootstrap === false
      ? { state: "none", detail: `the store ${spike.backendStore} needs no bootstrap` }
      : await bootstrapStatus(kubectl, spike, find("Job", SPIKE_BOOTSTRAP), find("ConfigMap", SPIKE_STATE));
  return { keepers: replicas(SPIKE_KEEPER, spike.keepers), nexus: replicas(SPIKE_NEXUS, 1), bootstrap };
}

// biome-ignore-start lint/suspicious/noExplicitAny: objects of the API are read by path
async function bootstrapStatus(kubectl: Kubectl, spike: SpikeValues, job: any, state: any): Promise<BootstrapStatus> {
  const { [SPIKE_COMPLETED]: completed, "completed-at": at, "completed-by-pod": by } = state?.data ?? {};
  const condition = (type: string) =>
    job?.status?.conditions?.find((each: any) => each.type === type && each.status === "True");
  const failed = condition("Failed");
  if (completed === "true" && !failed) {
    return { state: "complete", detail: `completed${at ? ` at ${at}` : ""}${by ? ` by pod ${by}` : ""}` };
  }
  if (!job) return { state: "missing", detail: await whyNoJob(kubectl, spike) };
  if (condition("Complete")) {
    const detail = `the Job is complete, but ConfigMap ${SPIKE_STATE} does not say so`;
    return { state: "failed", detail, runbook: "complete-but-not-noted" };
  }
  const pods = await listed<LivePod>(kubectl, spike.namespace, "pods", `job-name=${SPIKE_BOOTSTRAP}`);
  const born = ({ metadata: { creationTimestamp = "" } }: LivePod) => creationTimestamp;
  const [last] = pods.toSorted((a, b) => born(b).localeCompare(born(a)));
  const [said] = last ? messagesOf(last) : [];
  const detail = said?.message ?? failed?.message ?? `no pod of Job ${SPIKE_BOOTSTRAP} has said anything yet`;
  return {
    state: failed ? "failed" : "running",
    detail,
    ...(failed && said?.container !== SPIKE_PREFLIGHT && { runbook: "half-delivered" }),
  };
}

/** Terraform makes the Job once SPIRE and the keepers are ready; the rows of their pods say why they are not. */
async function whyNoJob(kubectl: Kubectl, spike: SpikeValues): Promise<string> {
  const spire = spike.spire.existing ? [] : await unready(kubectl, spireNamespace(spike));
  if (spire.length > 0) return `${NO_JOB} yet, since pods of SPIRE are not ready: ${spire.join(", ")}`;
  const keepers = await unready(kubectl, spike.namespace, `component=${SPIKE_KEEPER}`);
  if (keepers.length > 0) return `${NO_JOB} yet, since keepers are not ready: ${keepers.join(", ")}`;
  return `${NO_JOB} → deploy the stack`;
}
// biome-ignore-end lint/suspicious/noExplicitAny: objects of the API are read by path

const NO_JOB = `Job ${SPIKE_BOOTSTRAP} does not exist`;

/** Names of pods that are not ready. */
async function unready(kubectl: Kubectl, namespace: string, selector?: string): Promise<string[]> {
  const pods = await listed<LivePod>(kubectl, namespace, "pods", selector);
  return pods.filter(pod => troublesOf(pod).length > 0).map(({ metadata }) => metadata.name);
}
