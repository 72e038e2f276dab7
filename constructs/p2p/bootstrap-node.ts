import { AGENT_TOKEN_VOLUME } from "../kubernetes/agent-token";
import { dependOn } from "../kubernetes/framework/depend";
import type { Container, EnvVar, StatefulSetV1 } from "../kubernetes/framework/provider";
import { Annotations, type Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { nameOf } from "../kubernetes/names";
import { apiServerProblems } from "../kubernetes/network/api-server";
import { type Problem, refuse } from "../kubernetes/problem";
import type { Storage } from "../kubernetes/storage";
import { kubernetesOf } from "../kubernetes/vocabulary/scope";
import { p2pAgent } from "./agent";
import { Announce } from "./announce";
import type { BootnodeSource, Bootnodes } from "./bootnodes";
import { EnrRecord } from "./enr-record";
import { Identity } from "./identity";
import { nodeShape, P2pNode, type P2pNodeProps } from "./node";
import { announceHost } from "./pod";
import { identityProblems } from "./rules/identity";
import { nodeProblems } from "./rules/node";
import { P2P_SCRIPTS, startScripts } from "./scripts";
import { P2pStatefulSet } from "./stateful-set";

export interface BootstrapNodeProps extends P2pNodeProps {
  /**
   * The address in its ENR. `podIp` is refused: the ENR would change with every pod.
   * @default Announce.clusterIp() - internal, and as stable as the Service
   */
  readonly announce?: Announce;
  /** @default Identity.persisted() - the key is made on the volume at first start */
  readonly identity?: Identity;
  /** The volume of the key and the peer store. @default { size: "2Gi" } - as Aztec's charts size it */
  readonly storage?: Storage;
  /** Further bootstrap nodes to learn peers from. @default - none */
  readonly bootnodes?: readonly Bootnodes[];
  /**
   * Keep discv5 from voting the record to another address. With ten peers or more the record of an unpinned node drifts
   * to the pod's address within minutes, and the next restart strands every running peer.
   * @default true - for addresses given to the node, where software is known to drift; false where it asks for its
   * public address
   */
  readonly pinEnr?: boolean;
  /**
   * Terraform refuses to destroy what holds the identity: StatefulSet, p2p Services, published record. @default false
   */
  readonly protected?: boolean;
}

/**
 * A bootstrap node whose ENR stays the same: a StatefulSet with a volume for the key, a stable address, a pinned
 * record, and an agent that publishes the record once to the ConfigMap `<name>-enr` and compares it ever after.
 *
 * Creates: ServiceAccount, ConfigMap of scripts, ConfigMap `<name>-enr` with Role and RoleBinding, Services (`<name>`
 * for RPC, `<name>-headless`, and one `<name>-p2p` per replica where the announce mode asks for it), StatefulSet,
 * PodDisruptionBudget, NetworkPolicy. Throws for props under which the ENR would change or would not be the one that is
 * known.
 */
export class BootstrapNode extends P2pNode implements Bootnodes {
  readonly statefulSet: StatefulSetV1;
  readonly enrRecord: EnrRecord;
  readonly bootnodes: BootnodeSource;

  constructor(scope: Construct, id: string, props: BootstrapNodeProps) {
    mustBeKnown(`BootstrapNode ${id}`, props, nodeShape(props, "bootstrap"));
    const name = nameOf(id, props);
    refuse(`bootstrap node ${name}`, bootstrapNodeProblems({ ...props, name }));
    const { announce, identity } = withDefaults(props);
    const isProtected = props.protected ?? false;
    const replicas = props.replicas ?? 1;
    const pinEnr = props.pinEnr ?? (announce.mode !== "publicIp" && props.software.enrVotingModule !== undefined);
    const known = identity.enrs.slice(0, replicas);
    const siblings: BootnodeSource[] =
      known.length > 1 ? [{ kind: "known", enrs: known, namespace: props.namespace }] : [];
    const bootnodes = [...(props.bootnodes ?? []).map(other => other.bootnodes), ...siblings];
    super(scope, id, props, {
      role: "bootstrap",
      announce,
      bootnodes,
      protected: isProtected,
      callsApiServer: true,
      scripts: [...startScripts(props.software), ...(pinEnr ? [P2P_SCRIPTS.pinEnr] : []), P2P_SCRIPTS.agent],
    });

    const podNames = Array.from({ length: replicas }, (_, i) => `${name}-${i}`);
    this.enrRecord = new EnrRecord(this, "Enr", {
      namespace: this.namespace,
      name,
      labels: this.labels,
      serviceAccount: name,
      known: Object.fromEntries(known.map((enr, i) => [podNames[i], enr])),
      protected: isProtected,
    });
    const storage = { size: "2Gi", ...props.storage };
    this.statefulSet = new P2pStatefulSet(this, "Workload", {
      namespace: this.namespace,
      name,
      labels: this.labels,
      selector: this.selector,
      replicas,
      podAnnotations: this.podAnnotations,
      storage,
      protected: isProtected,
      waitForRollout: props.waitForRollout ?? (!isProtected && !identity.secret),
      rpcPort: this.software.rpcPort,
      pod: this.pod({
        pinEnr,
        keepsData: true,
        identitySecret: identity.secret,
        resources: props.resources ?? { cpu: "100m", memory: "512Mi", memoryLimit: "1Gi" },
        sidecars: [this.agent(known.length > 0)],
        volumes: [AGENT_TOKEN_VOLUME],
      }),
    }).statefulSet;
    this.startAfterFrame(this.statefulSet);
    dependOn([this.statefulSet], [this.enrRecord]);
    this.bootnodes = this.published(known, podNames);
    this.warn(props, storage);
  }

  /** Its records as others are given them: known at synthesis, or published by its agents. */
  private published(known: readonly string[], podNames: readonly string[]): BootnodeSource {
    const { namespace, announce } = this;
    if (known.length > 0) return { kind: "known", enrs: known, namespace };
    const { isPublic } = announce;
    return { kind: "published", namespace, configMap: this.enrRecord.name, keys: podNames, isPublic };
  }

  /** Publishes the record of its pod, and compares it ever after. */
  private agent(known: boolean): Container {
    const { name, namespace, software, announce, clusterDomain } = this;
    return p2pAgent({
      image: software.image,
      rpcPort: software.rpcPort,
      peersMethod: software.peersMethod.bootstrap,
      network: software.network !== undefined,
      record: {
        configMap: this.enrRecord.name,
        enrMethod: software.enrMethod,
        announcedPort: announce.port,
        known,
        publicAddressUrls: announce.mode === "publicIp" ? (software.publicAddressUrls ?? []) : [],
        announced: announcedEnv(announce, announceHost(name, namespace, clusterDomain)),
      },
    });
  }

  private warn({ protected: isProtected }: BootstrapNodeProps, storage: Storage): void {
    const { nodeSelector, affinity } = kubernetesOf(this);
    if (this.announce.mode === "publicIp" && !nodeSelector && !affinity?.nodeAffinity) {
      Annotations.of(this).addWarning(
        "publicIp without nodeSelector: the ENR changes when the pod moves to another node",
      );
    }
    if (isProtected && !storage.className) {
      Annotations.of(this).addWarning("storageClass not set: the cluster's default decides where identities live");
    }
  }
}

/** How the agent knows which address is announced. */
function announcedEnv(announce: Announce, host: string): EnvVar[] {
  if (announce.mode === "clusterIp") return [{ name: "AGENT_ANNOUNCED_HOST", value: host }];
  if (announce.mode === "address") return [{ name: "AGENT_ANNOUNCED_ADDRESSES", value: announce.addresses.join(" ") }];
  return [];
}

const withDefaults = <P extends Pick<BootstrapNodeProps, "announce" | "identity">>(props: P) => ({
  ...props,
  announce: props.announce ?? Announce.clusterIp(),
  identity: props.identity ?? Identity.persisted(),
});

/** What a bootstrap node may not be: what no node may be, and anything whose ENR would change under its peers. */
export function bootstrapNodeProblems(props: BootstrapNodeProps & { readonly name: string }): Problem[] {
  const node = withDefaults(props);
  const problems = nodeProblems({ ...node, role: "bootstrap" });
  if (node.pinEnr && !node.software.enrVotingModule) {
    problems.push({
      path: ["pinEnr"],
      message: `pinEnr is not known for software ${node.software.name}`,
      remedy: "leave pinEnr out, or name the software's enrVotingModule",
    });
  }
  if (!node.announce.stable) {
    problems.push({
      path: ["announce"],
      message:
        "a bootstrap node cannot announce its pod's address, which is gone with the pod while peers still hold the ENR",
      remedy: called =>
        `use ${called("Announce.clusterIp()")} (internal), ${called("Announce.publicIp()")} or a reserved address`,
    });
  }
  const reserved = node.announce.mode === "clusterIp" ? node.announce.addresses : [];
  problems.push(...apiServerProblems(node.networkAccess, node.protected ?? false, reserved));
  return [...problems, ...identityProblems(node)];
}
