import type { KubernetesObject } from "../manifests/objects";
import { byName, dataOf } from "../manifests/read/object";
import { containersOf } from "../manifests/read/pod";
import { type Workload, workloadsIn } from "../manifests/read/workload";
import type { StackSummary } from "../stacks/summary";
import { markup } from "./markup";
import { linesOf, type Table } from "./table";
import { named } from "./tables";

interface SecretUse {
  readonly workload: Workload;
  readonly secret: string;
  readonly container: string;
  /** An environment variable, or the path of a mount. */
  readonly as: string;
  /** The volume of the mount. Our constructs name it by the purpose of the key. */
  readonly volume?: string;
  /** One key of it. @default - all of them */
  readonly key?: string;
}

/** Every Secret that containers get, by name. The objects have no value of it. */
function secretsOf(workload: Workload): SecretUse[] {
  return containersOf(workload.pod).flatMap(({ name: container, env = [], envFrom = [], volumeMounts = [] }) => [
    ...env.flatMap(({ name, valueFrom }) => {
      const from = valueFrom?.secretKeyRef;
      return from ? [{ workload, container, secret: from.name, key: from.key, as: name }] : [];
    }),
    ...envFrom.flatMap(({ secretRef }) =>
      secretRef ? [{ workload, container, secret: secretRef.name, as: "the whole environment" }] : [],
    ),
    ...volumeMounts.flatMap(({ name, mountPath, subPathExpr }) => {
      const volume = byName(workload.pod.volumes, name);
      const projected = volume?.projected?.sources.flatMap(source => source.secret?.name ?? []) ?? [];
      return [...(volume?.secret ? [volume.secret.secretName] : []), ...projected].map(secret => ({
        workload,
        container,
        secret,
        as: mountPath,
        volume: name,
        ...(subPathExpr === "$(POD_NAME)" && { key: "the pod's own" }),
      }));
    }),
  ]);
}

/** Each node with its announced address, its record and the place of its keys. */
export function identityTable(objects: readonly KubernetesObject[], summary: StackSummary): Table {
  return {
    caption: "Identities",
    head: ["Node", "Announced address", "ENR", "Keys"],
    rows: summary.nodes.map(({ name, address, enr }) => {
      const workload = workloadsIn(objects).find(each => each.name === name);
      const record = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === `${name}-enr`);
      const known = Object.entries(dataOf(record));
      const records = known.map(([pod, text]) => markup`${pod}: <code class="enr">${text}</code>`);
      return [name, address, linesOf([enr, ...records]), workload ? keysOf(workload) : "of its charts"];
    }),
  };
}

/** Only mounted Secrets are keys of the node. Those in its environment are tokens and URLs of others. */
function keysOf(workload: Workload) {
  const mounted = secretsOf(workload).flatMap(({ volume, secret }) => (volume ? [`${volume}: Secret ${secret}`] : []));
  if (mounted.length > 0) return linesOf([...new Set(mounted)]);
  const [claim] = workload.spec.volumeClaimTemplates ?? [];
  return claim ? `claim ${claim.metadata.name} of each pod, made at the first start` : "made anew with each pod";
}

export function secretTable(objects: readonly KubernetesObject[]): Table {
  return {
    caption: "Secrets that pods refer to; no stack creates them, and no value is here",
    head: ["Secret", "Key", "Container", "As"],
    rows: workloadsIn(objects).flatMap(workload =>
      secretsOf(workload).map(({ secret, key = "every key", container, as }) => [
        markup`${secret} <small>${workload.namespace}</small>`,
        key,
        markup`${container} of ${named(workload.object)}`,
        markup`<code>${as}</code>`,
      ]),
    ),
  };
}
