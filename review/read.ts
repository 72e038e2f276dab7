import { CONDUCTOR } from "../constructs/sequencer/conductor/engine";
import { SINGLE_OP_STACK } from "../constructs/sequencer/single/op-stack-engine";
import { isObject, type JsonObject } from "../manifests/json";
import { componentOf as componentIn, type Labels } from "../manifests/read/labels";
import { byName, listOf } from "../manifests/read/object";
import { chartName } from "../manifests/read/release";
import type { ServiceSpec } from "../manifests/read/service";
import { podNames, type WorkloadSpec } from "../manifests/read/workload";

/** The value at a path of keys, for values without a type. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((here, key) => (isObject(here) ? here[key] : undefined), value);

interface Identity {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

/** The metadata of an object, or name and namespace of a Helm release. */
export const identityOf = (body: JsonObject = {}) => (body.metadata ?? body) as Identity;
export const nameOf = (body?: JsonObject) => identityOf(body).name ?? "";
export const componentOf = (body?: JsonObject) => componentIn(identityOf(body).labels);

/** What the chart of a Helm release is called. A plan may not know it yet. */
export const chartOf = ({ chart = "", version }: JsonObject = {}) =>
  chartName({ chart: String(chart), version: version as string | undefined });

/** The spec of a workload. A plan may not know every part of it yet. */
export const workloadSpec = (body?: JsonObject) => (body?.spec ?? {}) as Partial<WorkloadSpec>;
export const serviceSpec = (body?: JsonObject) => (body?.spec ?? {}) as ServiceSpec;

export const replicasOf = (body?: JsonObject) => Number(workloadSpec(body).replicas ?? 1);
export const retentionOf = (body?: JsonObject) => workloadSpec(body).persistentVolumeClaimRetentionPolicy ?? {};

export const podOf = (body?: JsonObject) => workloadSpec(body).template?.spec;

/** Names of the claim templates of a StatefulSet. */
export const claimsOf = (body?: JsonObject) =>
  listOf(workloadSpec(body).volumeClaimTemplates).map(({ metadata }) => String(metadata?.name));

/** Pods of a StatefulSet in the order in which they are updated and removed: `boot-2` before `boot-0`. */
export function podsOf(body: JsonObject | undefined, from = 0, to = replicasOf(body)): string[] {
  const start = Number(workloadSpec(body).ordinals?.start ?? 0);
  return podNames({ name: nameOf(body), replicas: replicasOf(body) }, start + from, start + to).reverse();
}

/**
 * How a sequencer's members take turns: what the variable of its node says, or op-conductor beside the node. A single
 * op-node remembers its newest block.
 */
export function engineOf(body?: JsonObject): string | undefined {
  const containers = listOf(podOf(body)?.containers);
  const env = byName(containers, "node")?.env;
  const alone = byName(env, "NEWEST_BLOCK") && SINGLE_OP_STACK.name;
  return byName(env, "MODE")?.value ?? byName(containers, CONDUCTOR.name)?.name ?? alone;
}

/** A list as text: `a, b and c`. */
export function spoken(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
