import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
  type NetworkPolicyV1SpecIngress,
} from "../kubernetes/framework/provider";
import { Construct } from "../kubernetes/framework/terraform";
import { clusterNamespace, DNS, endpoint, externalPorts, reach, reachIfAny, tcp } from "../kubernetes/policy-rules";
import type { SequencerAccess } from "./access";
import type { Engine } from "./engine";
import type { ExecutionParts } from "./execution/execution";
import { EV_NODE_PORTS, type EvNode } from "./member/ev-node";
import { MESH } from "./mesh/ports";

export interface SequencerNetworkPolicyProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Selector of the members. */
  readonly selector: Record<string, string>;
  /** Selector of the proxy that alone may reach the members' write port; without one, writers reach it. */
  readonly proxy?: Record<string, string>;
  readonly engine: Engine;
  readonly software: EvNode;
  readonly execution: ExecutionParts;
  readonly daEndpoints: readonly string[];
  readonly signerInKms: boolean;
  readonly access: SequencerAccess;
}

/**
 * A NetworkPolicy for the members, drawn from the wiring: the mesh for members alone, writes for the proxy alone, RPC
 * for the proxy and named readers, and nothing that the props do not name. Raft itself listens on loopback and needs no
 * rule.
 */
export class SequencerNetworkPolicy extends Construct {
  readonly networkPolicy: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: SequencerNetworkPolicyProps) {
    super(scope, id);
    this.networkPolicy = new NetworkPolicyV1(this, "Resource", {
      metadata: { name: props.name, namespace: props.namespace, labels: props.labels },
      spec: {
        podSelector: { matchLabels: props.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: ingress(props),
        egress: egress(props),
      },
    });
  }
}

function ingress({
  access,
  engine,
  software,
  execution,
  selector,
  proxy,
}: SequencerNetworkPolicyProps): NetworkPolicyV1SpecIngress[] {
  const members = engine.mesh ? [{ podSelector: { matchLabels: selector } }] : [];
  const front = proxy ? [{ podSelector: { matchLabels: proxy } }] : [];
  const writers = (access.writers ?? []).map(endpoint);
  const metrics = [
    EV_NODE_PORTS.metrics,
    ...engine.metricsPorts,
    ...(execution.metricsPort ? [execution.metricsPort.port] : []),
  ];
  return [
    ...(engine.mesh?.raft ? [{ ports: [tcp(MESH.raftPort)], from: members }] : []),
    ...rule([EV_NODE_PORTS.p2p], [...members, ...(access.peers ?? []).map(endpoint)]),
    ...rule([software.writePort], proxy ? front : writers),
    ...(engine.leaderCheck ? rule([engine.leaderCheck.port], front) : []),
    ...rule([EV_NODE_PORTS.rpc], (access.readers ?? []).map(endpoint)),
    ...rule(metrics, access.monitoring ? [endpoint({ namespace: access.monitoring })] : []),
  ];
}

/** No rule for nobody: without `from`, everybody would be let in. */
function rule(ports: readonly number[], from: NonNullable<NetworkPolicyV1SpecIngress["from"]> & unknown[]) {
  return from.length > 0 ? [{ ports: ports.map(tcp), from }] : [];
}

/** Where clouds give pods their credentials: Google's metadata server and what serves it on GKE, AWS' Pod Identity. */
const METADATA: NetworkPolicyV1SpecEgress = {
  ports: [tcp(80), tcp(988)],
  to: ["169.254.169.254/32", "169.254.169.252/32", "169.254.170.23/32"].map(cidr => endpoint({ cidr })),
};

function egress(props: SequencerNetworkPolicyProps): NetworkPolicyV1SpecEgress[] {
  const { access, engine, daEndpoints } = props;
  const inCluster = [...new Set(daEndpoints.flatMap(url => clusterNamespace(url) ?? []))];
  return [
    DNS,
    ...(engine.mesh ? [{ to: [{ podSelector: { matchLabels: props.selector } }] }] : []),
    ...(access.peers?.length ? [{ to: access.peers.map(endpoint) }] : []),
    ...(inCluster.length > 0 ? [{ to: inCluster.map(namespace => endpoint({ namespace })) }] : []),
    ...reachIfAny(access.da, externalPorts(daEndpoints)),
    ...(engine.lease ? [reach(access.apiServer, [443, 6443])] : []),
    ...(props.signerInKms ? [{ ports: [tcp(443)] }, METADATA] : []),
    ...(access.egress?.length ? [{ to: access.egress.map(endpoint) }] : []),
  ];
}
