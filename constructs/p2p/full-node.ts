import { DeploymentV1, type StatefulSetV1 } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { brokerLabel } from "../kubernetes/labels";
import { nameOf } from "../kubernetes/names";
import { type Problem, refuse } from "../kubernetes/problem";
import type { Storage } from "../kubernetes/storage";
import { p2pAgent } from "./agent";
import { Announce } from "./announce";
import type { BootnodeSource, Bootnodes } from "./bootnodes";
import { nodeShape, P2pNode, type P2pNodeProps } from "./node";
import type { SecretKey } from "./pod-frame";
import type { Broker } from "./prover/broker-source";
import { proverProblems } from "./prover/problems";
import { needProblems } from "./rules/env";
import { nodeProblems } from "./rules/node";
import { P2P_SCRIPTS, startScripts } from "./scripts";
import type { PeerRole } from "./software/software";
import { P2pStatefulSet, rolloutTimeouts } from "./stateful-set";

export interface FullNodeProps extends P2pNodeProps {
  /**
   * What it does besides following the chain: `rpc` serves clients, `archive` keeps old transactions, `prover` has
   * epochs proven and sends the proofs to L1. @default "full"
   */
  readonly role?: Exclude<PeerRole, "bootstrap">;
  /** The queue in which a prover leaves its proofs to be made. @default - none; a prover does not start without it */
  readonly broker?: Broker;
  /**
   * Key by which a prover sends proofs to L1, and pays for it: 32 bytes in hex, or several with commas between them.
   * @default - none; a prover does not start without it
   */
  readonly publisherKey?: SecretKey;
  /**
   * Bootstrap nodes to join through; all of them are joined. @default - none: the node stays alone until a peer dials
   * it
   */
  readonly bootnodes?: readonly Bootnodes[];
  /** @default Announce.podIp() - nobody holds its record for long */
  readonly announce?: Announce;
  /**
   * Keep the data on a volume: the node becomes a StatefulSet. @default - a Deployment that syncs anew with every pod
   */
  readonly storage?: Storage;
  /** Count peers in an agent beside the node, for the alert on a node without peers. @default false */
  readonly countPeers?: boolean;
}

/**
 * A node that joins the network through bootstrap nodes: their known ENRs as text, their published ENRs from the
 * ConfigMap (a pod waits until they are there), and those of nodes elsewhere by bounded requests before the start. None
 * of them replaces another.
 *
 * Creates: ServiceAccount, ConfigMap of scripts, Service `<name>` for RPC, Deployment (StatefulSet with
 * `<name>-headless` where it keeps data or an address), PodDisruptionBudget, NetworkPolicy.
 */
export class FullNode extends P2pNode {
  /** Set unless the node keeps data or an address. */
  readonly deployment?: DeploymentV1;
  /** Set where the node keeps data or an address. */
  readonly statefulSet?: StatefulSetV1;
  /** Where the ENRs it joins through come from. */
  readonly joins: readonly BootnodeSource[];

  constructor(scope: Construct, id: string, props: FullNodeProps) {
    const role = props.role ?? "full";
    mustBeKnown(`FullNode ${id}`, props, { ...nodeShape(props, role), role: true });
    const announce = props.announce ?? Announce.podIp();
    const name = nameOf(id, props);
    const bootnodes = props.bootnodes ?? [];
    refuse(`node ${name}`, fullNodeProblems({ ...props, name }));
    const sources = bootnodes.map(source => source.bootnodes);
    const countPeers = props.countPeers ?? false;
    const proving = role === "prover" ? props.software.proving : undefined;
    const broker = proving && props.broker?.broker;
    const node: P2pNodeProps = {
      ...props,
      ...(proving &&
        props.publisherKey && { secretEnv: { ...props.secretEnv, [proving.publisherKey]: props.publisherKey } }),
    };
    super(scope, id, node, {
      role,
      announce,
      bootnodes: sources,
      broker,
      ...(broker && { labels: brokerLabel(broker.name) }),
      protected: false,
      callsApiServer: false,
      scripts: [...startScripts(props.software), P2P_SCRIPTS.checkSynced, ...(countPeers ? [P2P_SCRIPTS.agent] : [])],
    });

    this.joins = sources;
    const { namespace, labels, selector, replicas, podAnnotations } = this;
    const { image, rpcPort, peersMethod, network } = this.software;
    const pod = this.pod({
      pinEnr: false,
      wiredEnv: proving && broker ? { [proving.brokerUrl]: broker.url } : {},
      keepsData: props.storage !== undefined,
      resources: props.resources ?? { cpu: "500m", memory: "2Gi", memoryLimit: "6Gi" },
      sidecars: countPeers
        ? [p2pAgent({ image, rpcPort, peersMethod: peersMethod.node, network: network !== undefined })]
        : [],
      volumes: [],
    });
    const waitForRollout = props.waitForRollout ?? false;
    if (props.storage || announce.mode === "clusterIp" || announce.mode === "address") {
      this.statefulSet = new P2pStatefulSet(this, "Workload", {
        namespace,
        name,
        labels,
        selector,
        replicas,
        rpcPort,
        pod,
        podAnnotations,
        storage: props.storage,
        protected: false,
        waitForRollout,
      }).statefulSet;
      this.startAfterFrame(this.statefulSet);
      return;
    }
    const exclusive = announce.hostExposure || role === "prover";
    const surge = exclusive ? { maxSurge: "0", maxUnavailable: "1" } : { maxSurge: "1", maxUnavailable: "0" };
    this.deployment = new DeploymentV1(this, "Workload", {
      metadata: { name, namespace, labels },
      waitForRollout,
      timeouts: rolloutTimeouts(this, replicas),
      spec: {
        replicas: String(replicas),
        strategy: { type: "RollingUpdate", rollingUpdate: surge },
        selector: { matchLabels: selector },
        template: { metadata: { labels, annotations: podAnnotations }, spec: pod },
      },
    });
    this.startAfterFrame(this.deployment);
  }
}

/** What a node that joins may not be. */
export function fullNodeProblems(props: FullNodeProps & { readonly name: string }): Problem[] {
  const node = { ...props, role: props.role ?? "full", announce: props.announce ?? Announce.podIp() } as const;
  return [...nodeProblems(node), ...proverProblems(node), ...needProblems(props, node.role)];
}
