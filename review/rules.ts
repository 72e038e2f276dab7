import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { dataOf } from "../manifests/read/object";
import type { JsonObject } from "../manifests/terraform";
import type { Change } from "./changes";
import { UNKNOWN } from "./difference";
import {
  at,
  claimsOf,
  componentOf,
  configMapOf,
  envOf,
  nameOf,
  podsOf,
  replicasOf,
  retentionOf,
  secretOf,
  serviceSpec,
  spoken,
  workloadSpec,
} from "./read";

/** One way to lose an identity or data by a change that Terraform applies without a warning. */
export interface Rule {
  readonly id: string;
  readonly kinds: readonly string[];
  /** Why it is a loss, in one or two sentences. */
  readonly why: string;
  readonly remedy: string;
  /** What would be lost; nothing for a change that the rule accepts. */
  loses(change: Change): string | undefined;
}

export const rules: readonly Rule[] = [
  {
    id: "namespace",
    kinds: ["Namespace"],
    why:
      "Deleting a namespace deletes everything in it, also what Terraform does not know: volume claims despite " +
      "`Retain`, Secrets created in advance, and published records.",
    remedy: "keep the namespace; to move for good, copy Secrets and volumes into the new one first",
    loses: change =>
      gone(change) ? `everything in the namespace ${nameOf(change.before)}: claims, Secrets, records` : undefined,
  },
  {
    id: "volumes",
    kinds: ["StatefulSet"],
    why:
      "A StatefulSet finds its volumes by its name. Under another name it starts with new, empty volumes, and with " +
      "new keys if the keys were on the old ones.",
    remedy: "keep the name; to give it up for good, back up what is on the volumes first",
    loses: change => {
      const claims = claimsOf(change.before).flatMap(claim => podsOf(change.before).map(pod => `${claim}-${pod}`));
      if (!removed(change) || claims.length === 0) return undefined;
      const deleted = retentionOf(change.before).whenDeleted === "Delete";
      const fate = deleted ? "are deleted with it" : "stay, and nothing mounts them";
      const record = persisted(change.before) ? "; the ENR of every replica changes" : "";
      return `${spoken(claims.reverse())}, which ${fate}${record}`;
    },
  },
  {
    id: "claim-size",
    kinds: ["StatefulSet"],
    why:
      "The size in a claim template cannot change: Terraform reports success, changes nothing, and plans the same " +
      "change again at every run.",
    remedy:
      "put the size back; to grow, patch each claim (kubectl patch pvc), delete the StatefulSet with " +
      "--cascade=orphan, and let Terraform create it again",
    loses: ({ differences }) => {
      const size = differences.find(({ path }) => SIZE.test(path));
      return size && `the change itself: every volume keeps ${size.before}, and none gets ${size.after}`;
    },
  },
  {
    id: "claim-template",
    kinds: ["StatefulSet"],
    why:
      "Terraform replaces the StatefulSet when its claim template changes. Existing claims keep their class and " +
      "mode, and a claim of another name is a new, empty volume.",
    remedy: "put the template back; data moves to another volume by copying it, one pod at a time",
    loses: ({ forced, before, after }) => {
      if (!forced.some(path => path.startsWith("spec.volumeClaimTemplates"))) return undefined;
      const lost = claimsOf(before).filter(claim => !claimsOf(after).includes(claim));
      return lost.length > 0
        ? `the volumes of ${spoken(lost)}: no pod mounts them any more`
        : "all pods at once, and nothing is won: the volumes stay as they are";
    },
  },
  {
    id: "service-name",
    kinds: ["StatefulSet"],
    why:
      "The governing Service is part of every pod's host name, which raft addresses and certificates contain. " +
      "Terraform replaces the StatefulSet when it changes.",
    remedy: "keep serviceName",
    loses: ({ forced, before, after }) => {
      const [old, now] = [workloadSpec(before).serviceName, workloadSpec(after).serviceName];
      return forced.includes("spec.serviceName")
        ? `the host names <pod>.${old}: pods come back as <pod>.${now}`
        : undefined;
    },
  },
  {
    id: "selector",
    kinds: ["StatefulSet"],
    why: "A selector is immutable: Terraform deletes the StatefulSet with all its pods, and creates a new one.",
    remedy: "keep the selector labels; what may change belongs into metadata.labels",
    loses: ({ forced, before }) =>
      forced.some(path => path.startsWith("spec.selector")) ? `all pods at once: ${spoken(podsOf(before))}` : undefined,
  },
  {
    id: "replaced",
    kinds: ["StatefulSet"],
    why:
      "A StatefulSet that Terraform replaces loses all its pods at once, whatever its update strategy and its " +
      "disruption budget say.",
    remedy: "put the fields back that force it",
    loses: ({ action, forced, before, moved }) => {
      const others = forced.filter(path => !/^spec\.(serviceName|selector|volumeClaimTemplates)/.test(path));
      if (action !== "replace" || (forced.length > 0 && others.length === 0)) return undefined;
      const reason = moved ? "its address in Terraform changed" : spoken(others);
      return `all pods at once: ${spoken(podsOf(before))}${reason && ` (${reason})`}`;
    },
  },
  {
    id: "retention",
    kinds: ["StatefulSet"],
    why: "With `Delete`, the claims and the keys on them are deleted when the StatefulSet is deleted or scaled down.",
    remedy: "keep Retain for both",
    loses: ({ before, after }) => {
      const weaker = (["whenDeleted", "whenScaled"] as const).filter(
        when => retentionOf(after)[when] === "Delete" && before && retentionOf(before)[when] !== "Delete",
      );
      return weaker.length > 0 ? `what keeps the volumes: ${spoken(weaker)} is Delete` : undefined;
    },
  },
  {
    id: "bootstrap-replicas",
    kinds: ["StatefulSet"],
    why:
      "Every bootstrap replica has its own ENR: a peer that knows only the removed replicas cannot join the " +
      "network.",
    remedy: "keep the replicas; or take their ENRs out of every peer's configuration first",
    loses: change => {
      if (removed(change) || componentOf(change.before) !== "bootstrap") return undefined;
      const silent = podsOf(change.before, replicasOf(change.after));
      if (silent.length === 0) return undefined;
      return silent.length > 1
        ? `the ENRs of ${spoken(silent)}, which go silent`
        : `the ENR of ${silent[0]}, which goes silent`;
    },
  },
  {
    id: "members",
    kinds: ["StatefulSet"],
    why:
      "A sequencer is founded with its kind and its members. Raft's membership is static, and members that do not " +
      "know each other sign the same heights.",
    remedy:
      "put kind and number back; docs/runbooks/member-count.md and docs/runbooks/single-to-ha.md say how they change",
    loses: ({ before, after }) => {
      const [from, to] = [foundedAs(before), foundedAs(after)];
      return from && to && from !== to ? `what the sequencer was founded as: ${from} becomes ${to}` : undefined;
    },
  },
  {
    id: "node-keys",
    kinds: ["StatefulSet"],
    why: "A member's node key is its p2p identity: peers that dial the old peer ID no longer reach the member.",
    remedy: "replace one member's key at a time: docs/runbooks/key-rotation.md",
    loses: ({ before, after }) => {
      if (!before || !after) return undefined;
      const secret = altered("the Secret of the node keys", secretOf(before, "node-key"), secretOf(after, "node-key"));
      if (secret) return secret;
      const ids = words(envOf(after, "PEER_IDS"));
      const lost = words(envOf(before, "PEER_IDS")).filter((id, i) => i < ids.length && ids[i] !== id);
      return lost.length > 0 ? `the peer id${lost.length > 1 ? "s" : ""} ${spoken(lost)}` : undefined;
    },
  },
  {
    id: "signer",
    kinds: ["StatefulSet", "ConfigMap"],
    why:
      "Everyone who knows the proposer from the genesis refuses blocks of another signer. A second signer beside " +
      "the first forks the chain.",
    remedy: "keep the signer: docs/runbooks/key-rotation.md",
    loses: ({ kind, before, after }) => {
      if (!before || !after) return undefined;
      if (kind === "StatefulSet")
        return altered("the Secret of the signer", secretOf(before, "signer"), secretOf(after, "signer"));
      const [old, now] = [evNodeOf(before)?.signer, evNodeOf(after)?.signer];
      return old && !isDeepStrictEqual(old, now) ? "the signer: its configuration is another one" : undefined;
    },
  },
  {
    id: "chain",
    kinds: ["StatefulSet", "ConfigMap"],
    why:
      "Chain ID, genesis and DA namespace define the chain: with other ones, the blocks on the volumes and in the " +
      "DA belong to a different chain.",
    remedy: "put them back; another chain is another sequencer in another namespace",
    loses: ({ kind, before, after }) => {
      if (!before || !after) return undefined;
      if (kind === "StatefulSet") {
        if (componentOf(before) !== "sequencer") return undefined;
        return altered("the genesis ConfigMap", configMapOf(before, "genesis"), configMapOf(after, "genesis"));
      }
      const da = altered(
        "the DA namespace",
        at(evNodeOf(before), "da", "namespace"),
        at(evNodeOf(after), "da", "namespace"),
      );
      const [old, now] = [genesisOf(before), genesisOf(after)];
      if (da || !old || !now || isDeepStrictEqual(old, now)) return da;
      return altered("the chain id", at(old, "chain_id"), at(now, "chain_id")) ?? "the genesis";
    },
  },
  {
    id: "l1-chain",
    kinds: ["StatefulSet"],
    why: "A node's ENR and data belong to one L1 chain: on another chain its ENR changes, and its data is worthless.",
    remedy: "put it back; a node of another chain is another node",
    loses: ({ before, after }) =>
      before && after
        ? ["L1_CHAIN_ID", "NETWORK", "REGISTRY_CONTRACT_ADDRESS"]
            .map(name => altered(name, envOf(before, name), envOf(after, name)))
            .find(Boolean)
        : undefined,
  },
  {
    id: "announce",
    kinds: ["StatefulSet"],
    why:
      "An ENR contains the announced address and port: with other ones it is another ENR, and peers that have the " +
      "old one no longer reach the node.",
    remedy: "put it back; or give the new ENR to every peer first, and keep the old node until they have it",
    loses: ({ before, after }) => {
      if (!before || !after || componentOf(before) !== "bootstrap") return undefined;
      const told = ["ANNOUNCE_MODE", "P2P_BROADCAST_PORT", "P2P_PORT"]
        .map(name => altered(name, envOf(before, name), envOf(after, name)))
        .find(Boolean);
      if (told) return `the ENR of every replica: ${told}`;
      const now = words(envOf(after, "ANNOUNCE_ADDRESSES"));
      const lost = words(envOf(before, "ANNOUNCE_ADDRESSES")).filter(
        (address, i) => i < now.length && address !== now[i],
      );
      return lost.length > 0 ? `the announced address${lost.length > 1 ? "es" : ""} ${spoken(lost)}` : undefined;
    },
  },
  {
    id: "bootstrap-key",
    kinds: ["StatefulSet"],
    why: "The node ID comes from the key: peers that have the ENR do not accept a bootstrap node with another key.",
    remedy: "keep the Secret, or where the key is kept; if the other Secret holds the same keys, accept it",
    loses: ({ before, after }) => {
      if (!before || !after || componentOf(before) !== "bootstrap") return undefined;
      const key = (body: JsonObject) => secretOf(body, "identity") ?? "the volume";
      return altered("where the key is", key(before), key(after));
    },
  },
  {
    id: "pinned-enr",
    kinds: ["StatefulSet"],
    why:
      "Without the pin, discv5 replaces the announced address by the pod's as soon as ten peers have voted for it. " +
      "Peers with that ENR lose the node at its next restart.",
    remedy: "keep pinEnr",
    loses: ({ before, after }) =>
      envOf(before, "PIN_ENR_MODULE") && envOf(after, "ANNOUNCE_MODE") === "service" && !envOf(after, "PIN_ENR_MODULE")
        ? "what keeps the ENR from drifting"
        : undefined,
  },
  {
    id: "p2p-address",
    kinds: ["Service"],
    why:
      "The ENR of a bootstrap node contains the address of its p2p Service. A recreated Service gets another " +
      "address, unless the address is reserved.",
    remedy: "keep the Service, its type and its ports; to change the address, give every peer the new ENR first",
    loses: change => {
      const { before, after, differences } = change;
      if (!before || componentOf(before) !== "bootstrap" || !/-p2p$/.test(nameOf(before))) return undefined;
      const address = serviceSpec(before).clusterIP ?? serviceSpec(before).loadBalancerIP;
      const it = address ? `the announced address ${address}` : "the announced address, which the cluster chose";
      if (removed(change)) return it;
      const reserved = serviceSpec(after).clusterIP;
      const wanted = reserved === UNKNOWN ? undefined : reserved;
      if (change.action === "replace") {
        if (wanted && wanted !== address) return `${it}, unless it is ${wanted}`;
        return wanted ? `${it} until it is back, if nobody takes it meanwhile` : it;
      }
      const changed = differences.find(({ path }) => ANNOUNCED.test(path));
      return (
        changed && `what the ENR announces: ${changed.path} ${changed.before ?? "unset"} → ${changed.after ?? "unset"}`
      );
    },
  },
  {
    id: "published-enr",
    kinds: ["ConfigMap"],
    why:
      "Peers start with the published ENR, and the live ENR is compared with it. Without it, peers that start have " +
      "to wait, and a changed ENR is taken for the first one.",
    remedy: "keep the ConfigMap; save its data before you delete it",
    loses: change =>
      gone(change) && componentOf(change.before) === "bootstrap" && /-enr$/.test(nameOf(change.before))
        ? `the records published in ${nameOf(change.before)}`
        : undefined,
  },
  {
    id: "claim",
    kinds: ["PersistentVolumeClaim"],
    why: "Deleting a claim deletes its volume, unless the storage class retains it.",
    remedy: "keep the claim; copy the data to a new one first",
    loses: change => (gone(change) ? `the data of the claim ${nameOf(change.before)}` : undefined),
  },
  {
    id: "secret",
    kinds: ["Secret"],
    why: "A deleted key cannot be created again.",
    remedy: "keep the Secret; or take it out of Terraform's state without destroying it (a `removed` block)",
    loses: change => (gone(change) ? `the Secret ${nameOf(change.before)}` : undefined),
  },
  {
    id: "lease",
    kinds: ["HelmRelease"],
    why:
      "The Lease counts the leaders. A new Lease counts from zero, so its fencing tokens are lower than those " +
      "already given out.",
    remedy: "keep the name of the sequencer and its Lease",
    loses: change => {
      const left = gone(change) ? [] : leasesOf(change.after);
      const lost = leasesOf(change.before).filter(name => !left.includes(name));
      return lost.length > 0 ? `the Lease ${spoken(lost)}, and its count of leaders` : undefined;
    },
  },
  {
    id: "release",
    kinds: ["HelmRelease"],
    why:
      "Helm uninstalls a release that is deleted, renamed or replaced, with whatever its chart keeps in the " +
      "cluster. Volumes that remain belong to the old name.",
    remedy: "keep name, namespace and address; to give it up for good, back up what it keeps first",
    loses: change =>
      gone(change) && at(change.before, "repository")
        ? `what ${at(change.before, "chart")} keeps as ${nameOf(change.before)}`
        : undefined,
  },
  {
    id: "chart-major",
    kinds: ["HelmRelease"],
    why:
      "A chart may store its data differently after a new major version (before 1.0: a minor version), and Helm " +
      "does not migrate the data.",
    remedy: "read the chart's notes on upgrading and back up first; then accept it",
    loses: ({ action, before, after }) => {
      const [from, to] = [before?.version, after?.version].map(version => (version ? String(version) : undefined));
      if (action !== "update" || !from || !to || major(from) === major(to)) return undefined;
      return `perhaps what ${before?.chart} keeps, on the way from ${from} to ${to}`;
    },
  },
  {
    id: "root-key",
    kinds: ["HelmRelease"],
    why:
      "SPIKE's root key exists only as shares in the keepers' memory, created once for one number of keepers, one " +
      "threshold and one store.",
    remedy: "put them back; docs/runbooks/spike-bootstrap.md says how they change",
    loses: ({ differences }) => {
      const changed = differences.find(({ path }) => ROOT_KEY.test(path));
      return (
        changed &&
        `the root key, or the shares of it: ${changed.path} ${changed.before ?? "unset"} → ${changed.after ?? "unset"}`
      );
    },
  },
  {
    id: "trust-domain",
    kinds: ["HelmRelease"],
    why: "Every SPIFFE ID begins with the trust domain: in another trust domain, no issued certificate is accepted.",
    remedy: "keep the trust domain",
    loses: ({ before, after, action }) => {
      if (action !== "update") return undefined;
      const path = ["values", "global", "spire", "trustDomain"];
      return altered("the trust domain", at(before, ...path), at(after, ...path));
    },
  },
  {
    id: "chart-storage",
    kinds: ["HelmRelease"],
    why:
      "A chart's claim template cannot change on a live StatefulSet: the upgrade fails, or the data is on another " +
      "volume.",
    remedy: "put it back; to grow, patch the claim and replace the StatefulSet with --cascade=orphan first",
    loses: ({ action, differences }) => {
      const changed = action === "update" ? differences.find(({ path }) => STORAGE.test(path)) : undefined;
      return (
        changed && `the data of the release: ${changed.path} ${changed.before ?? "unset"} → ${changed.after ?? "unset"}`
      );
    },
  },
];

const SIZE = /^spec\.volumeClaimTemplates\[.*\]\.spec\.resources\.requests/;
const ANNOUNCED =
  /^spec\.(type|externalName|loadBalancer(IP|Class)|externalIPs|ports(\[[^\]]*\])?(\.(port|protocol|nodePort))?)$/;
const ROOT_KEY = /^values\.(spike-nexus\.(shamir|backendStore|keeperPeers)\b|spike-keeper\.replicas$)/;
const STORAGE = /^values\..*\bpersistence\b/;

/** The object is deleted, even if another one replaces it. */
const gone = ({ action }: Change) => ["delete", "rename", "replace"].includes(action);
/** The object is deleted, and none of its name replaces it. */
const removed = ({ action }: Change) => action === "delete" || action === "rename";

/** A bootstrap node that keeps its key on its volume. */
const persisted = (body?: JsonObject) => componentOf(body) === "bootstrap" && !secretOf(body, "identity");

const words = (text = "") => text.split(/[\s,]+/).filter(Boolean);

function altered(what: string, before: unknown, after: unknown): string | undefined {
  return before === undefined || before === after ? undefined : `${what}: ${before} → ${after ?? "none"}`;
}

function foundedAs(body?: JsonObject): string | undefined {
  const mode = componentOf(body) === "sequencer" ? envOf(body, "MODE") : undefined;
  return mode && `${mode} ${replicasOf(body)}`;
}

/** ev-node's configuration in its ConfigMap. */
function evNodeOf(body?: JsonObject): JsonObject | undefined {
  const text = dataOf(body)["evnode.yaml"];
  return typeof text === "string" ? parse(text) : undefined;
}

function genesisOf(body?: JsonObject): unknown {
  const text = dataOf(body)["genesis.json"];
  return typeof text === "string" ? parse(text) : undefined;
}

function leasesOf(body?: JsonObject): string[] {
  const objects = at(body, "values", "objects");
  const leases = Array.isArray(objects) ? objects.filter(object => at(object, "kind") === "Lease") : [];
  return leases.map(lease => `${at(lease, "metadata", "namespace")}/${at(lease, "metadata", "name")}`);
}

/** Before 1.0 the minor number counts as the major one. */
const major = (version: string) => /^v?(0\.\d+|\d+)/.exec(version)?.[1];
