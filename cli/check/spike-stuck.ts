import { SPIKE_KEEPER, SPIKE_NEXUS, SPIRE_SERVER } from "../../constructs/spike/names";
import type { Environment } from "../../values/load/environment";
import { type SpikeValues, spireNamespace } from "../../values/schema/spike";
import { type Kubectl, KubectlError, withKubectl } from "../kubernetes/kubectl";
import { deletePod } from "../kubernetes/pods";
import { cannotStart } from "./platform/pods";

const EVERY_MS = 5_000;

/**
 * Runs a deploy, and replaces pods that would hold it up until its timeout: a StatefulSet waits for its pod to be ready
 * before it gives it the new template, which a pod that cannot start never is. Such a pod holds nothing: no container
 * of it runs, and shares of the root key are in memory.
 */
export async function replacingStuckPods<T>(
  { values: { spike, cluster } }: Environment,
  deploy: () => Promise<T>,
  everyMs = EVERY_MS,
): Promise<T> {
  if (!spike) return deploy();
  const ended = new AbortController();
  const told = new Set<string>();
  const watch = withKubectl(cluster, async kubectl => {
    while (await sleptFor(everyMs, ended.signal)) {
      await replaceStuckPods(kubectl, spike, told).catch((error: Error) => {
        if (!(error instanceof KubectlError)) throw error;
      });
    }
  }).catch(() => {}); // a cluster that cannot be asked is Terraform's to report
  try {
    return await deploy();
  } finally {
    ended.abort();
    await watch;
  }
}

/** @returns false when there is no need to wait any more */
function sleptFor(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(true), ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

async function replaceStuckPods(kubectl: Kubectl, spike: SpikeValues, told: Set<string>): Promise<void> {
  const places: [namespace: string, names: string[]][] = [[spike.namespace, [SPIKE_KEEPER, SPIKE_NEXUS]]];
  if (!spike.spire.existing) places.push([spireNamespace(spike), [SPIRE_SERVER]]);
  for (const [namespace, names] of places) {
    for (const pod of await stuckPods(kubectl, namespace, names)) {
      const { name, uid } = pod.metadata;
      if (told.has(uid)) continue;
      told.add(uid);
      await replace(kubectl, namespace, name, uid);
    }
  }
}

// biome-ignore-start lint/suspicious/noExplicitAny: objects of the API are read by path
/** Pods that cannot start, from a template that their StatefulSet has no more. */
async function stuckPods(kubectl: Kubectl, namespace: string, names: readonly string[]): Promise<any[]> {
  const sets = await kubectl.objects(
    namespace,
    names.map(name => `statefulset/${name}`),
  );
  const old = sets.flatMap(({ metadata, spec, status = {} }: any) => {
    const { updateRevision, currentRevision, observedGeneration } = status;
    if (observedGeneration !== metadata.generation || updateRevision === currentRevision) return [];
    return Array.from({ length: spec.replicas ?? 1 }, (_, i) => ({ name: `${metadata.name}-${i}`, updateRevision }));
  });
  if (old.length === 0) return [];
  const pods = await kubectl.objects(
    namespace,
    old.map(({ name }) => `pod/${name}`),
  );
  return pods.filter(pod => {
    const { updateRevision } = old.find(({ name }) => name === pod.metadata.name) ?? {};
    const revision = pod.metadata.labels?.["controller-revision-hash"];
    return revision !== updateRevision && !pod.metadata.deletionTimestamp && cannotStart(pod);
  });
}
// biome-ignore-end lint/suspicious/noExplicitAny: objects of the API are read by path

async function replace(kubectl: Kubectl, namespace: string, name: string, uid: string | undefined): Promise<void> {
  const why = `${name} cannot start from the old template of its StatefulSet`;
  try {
    await deletePod(kubectl, namespace, name, uid, `a Role with delete on pods of namespace ${namespace}`);
    console.error(`${why}: it was deleted, and the new template is used`);
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    console.error(
      `${why}, and could not be deleted: ${error.message}\n` +
        `→ delete it while the deploy waits: kubectl --namespace ${namespace} delete pod ${name}`,
    );
  }
}
