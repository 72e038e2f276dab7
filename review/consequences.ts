import type { JsonObject } from "../manifests/json";
import type { Change } from "./changes";
import {
  chartOf,
  claimsOf,
  componentOf,
  engineOf,
  nameOf,
  podsOf,
  replicasOf,
  retentionOf,
  spoken,
  workloadSpec,
} from "./read";

/** What a change does to running pods, one sentence each, in the order of events. */
export function consequencesOf(change: Change): string[] {
  const { action, kind, before, after } = change;
  if (action === "forget") return ["Terraform no longer manages it; it stays in the cluster as it is"];
  if (action === "move") return ["only its address in Terraform changes; nothing happens in the cluster"];
  const moved = change.moved
    ? [
        `Terraform deletes ${change.moved.from} and creates ${change.moved.to}, in no order: the creation ` +
          "may meet the old object",
      ]
    : [];
  if (kind === "StatefulSet") return [...moved, ...ofStatefulSet(change)];
  if (kind === "Deployment") return [...moved, ...ofDeployment(change)];
  if (kind === "HelmRelease" && action === "update") {
    return [`Helm upgrades ${chartOf(before)}${version(before, after)}; which pods restart is decided by the chart`];
  }
  if (kind === "HelmRelease" && before)
    return [...moved, "Helm uninstalls it first, and every object of the chart goes"];
  if (kind === "Job" && after) return [...moved, "the Job runs again"];
  return moved;
}

function version(before?: JsonObject, after?: JsonObject): string {
  return before?.version === after?.version ? "" : ` from ${before?.version ?? "?"} to ${after?.version ?? "?"}`;
}

function ofStatefulSet({ action, before, after, differences, renamed }: Change): string[] {
  const [old, now] = [podsOf(before), podsOf(after)];
  const volumes = claimsOf(after).length > 0 ? "; volumes of these names that exist are mounted again" : "";
  switch (action) {
    case "create":
      return [`starts ${spoken(podsOf(after).reverse())}${volumes}`];
    case "delete":
      return [`stops ${spoken(old)} for good`];
    case "rename":
      return [`stops ${spoken(old)} for good, and starts ${spoken(podsOf(after).reverse())} of ${renamed}`];
    case "replace":
      return [
        `stops ${spoken(old)} all at once, then starts ${spoken([...now].reverse())}${volumes}`,
        ...outage(after, now.length),
      ];
  }
  const more = podsOf(after, replicasOf(before));
  const fewer = podsOf(before, replicasOf(after));
  const templates = differences.some(({ path }) => path.startsWith("spec.template."));
  return [
    ...(fewer.length > 0 ? [`stops ${spoken(fewer)} for good${retained(after)}`] : []),
    ...(more.length > 0 ? [`starts ${spoken(more.reverse())}${templates ? ", before any other restarts" : ""}`] : []),
    ...(templates ? restarts(before, after) : []),
    ...(templates || fewer.length + more.length > 0 ? [] : ["no pod restarts"]),
  ];
}

function retained(body?: JsonObject): string {
  if (claimsOf(body).length === 0) return "";
  return retentionOf(body).whenScaled !== "Delete"
    ? ", in that order; their volumes stay"
    : ", in that order; their volumes are deleted";
}

/** The controller updates from the highest ordinal down and waits for each pod, under every pod management policy. */
function restarts(before?: JsonObject, after?: JsonObject): string[] {
  const { updateStrategy, minReadySeconds } = workloadSpec(after);
  if (updateStrategy?.type === "OnDelete")
    return ["no pod restarts by itself (OnDelete): each takes the change when it is deleted"];
  const partition = Number(updateStrategy?.rollingUpdate?.partition ?? 0);
  const pods = podsOf(after, partition, Math.min(replicasOf(before), replicasOf(after)));
  if (pods.length === 0) return [`no pod restarts: the update is held back by partition ${partition}`];
  const seconds = Number(minReadySeconds ?? 0);
  const ready = seconds > 0 ? `ready for ${seconds} s` : "ready";
  const each =
    pods.length > 1 ? `restarts ${pods.join(", then ")}, each ${ready} before the next` : `restarts ${pods[0]}`;
  return [each, ...meanwhile(after, replicasOf(after))];
}

function meanwhile(body: JsonObject | undefined, replicas: number): string[] {
  const name = nameOf(body);
  const component = componentOf(body);
  if (component === "sequencer") return [SEQUENCER[engineOf(body) ?? ""]?.(replicas) ?? ""].filter(Boolean);
  if (component === "bootstrap") {
    return replicas > 1
      ? [
          `meanwhile ${replicas - 1} of ${replicas} bootstrap nodes take new peers; nodes that run keep their ` +
            "connections",
        ]
      : [
          `meanwhile ${name} is unreachable: running nodes keep their connections to each other, new ones ` +
            "cannot join through it",
        ];
  }
  return [
    replicas > 1
      ? `meanwhile ${replicas - 1} of ${replicas} pods serve`
      : `meanwhile ${name} does not serve: it has one replica`,
  ];
}

const ofRaft = (members: number) => {
  const spare = Math.floor((members - 1) / 2) - 1;
  const more = spare > 0 ? `${spare} more may fail` : "no other may fail";
  const rest = `the leader hands over in its turn, and ${more} until each is back`;
  return `meanwhile ${members - 1} of ${members} members make blocks: ${rest}`;
};

const SEQUENCER: Readonly<Record<string, (members: number) => string>> = {
  raft: ofRaft,
  conductor: ofRaft,
  lease: () =>
    "meanwhile the other member makes blocks: the holder hands over in its turn, and none can take over " +
    "until each is back",
  single: () => "meanwhile there are no blocks",
};

function outage(body: JsonObject | undefined, pods: number): string[] {
  const component = componentOf(body);
  if (component === "sequencer") return ["there are no blocks until a leader is back"];
  if (component === "bootstrap")
    return [`no bootstrap node of ${nameOf(body)} is reachable until ${pods > 1 ? "they are" : "it is"} back`];
  return [`${nameOf(body)} does not serve until its pods are back`];
}

function ofDeployment({ action, before, after, differences }: Change): string[] {
  const [old, now] = [replicasOf(before), replicasOf(after)];
  switch (action) {
    case "create":
      return [`starts ${pods(now)}`];
    case "delete":
      return [`stops ${pods(old)} for good`];
    case "rename":
      return [`stops ${pods(old)} for good, and starts ${pods(now)} under the other name`];
    case "replace":
      return [
        `stops ${pods(old)} at once, then starts ${pods(now)}`,
        `${nameOf(after)} does not serve until they are ready`,
      ];
  }
  const scaled = now === old ? [] : [now > old ? `starts ${pods(now - old)}` : `stops ${pods(old - now)} for good`];
  const templates = differences.some(({ path }) => path.startsWith("spec.template."));
  if (!templates) return scaled.length > 0 ? scaled : ["no pod restarts"];
  const { type, rollingUpdate } = workloadSpec(after).strategy ?? {};
  if (type === "Recreate") {
    return [
      ...scaled,
      `stops ${pods(now)} at once, then starts them anew`,
      `meanwhile ${nameOf(after)} does not serve`,
    ];
  }
  const away = share(rollingUpdate?.maxUnavailable, now, Math.floor);
  const extra = share(rollingUpdate?.maxSurge, now, Math.ceil);
  const missing = away > 0 ? `up to ${away} of ${now} away` : "none away";
  return [...scaled, `replaces ${pods(now)}, ${missing}${extra > 0 ? ` and up to ${extra} more` : ""} meanwhile`];
}

/** A number or a share of the replicas. The default is 25%, as in Kubernetes. */
function share(value: unknown, replicas: number, round: (share: number) => number): number {
  const text = String(value ?? "25%");
  return text.endsWith("%") ? round((Number.parseInt(text, 10) / 100) * replicas) : Number(text);
}

const pods = (count: number) => (count === 1 ? "1 pod" : `${count} pods`);
