import type { NetworkPolicyV1SpecEgress, NetworkPolicyV1SpecIngress } from "../kubernetes/framework/provider";
import { apiServerWarnings, toApiServer } from "../kubernetes/network/api-server";
import { DNS } from "../kubernetes/network/dns";
import { peerOf } from "../kubernetes/network/endpoint";
import { hostWarnings } from "../kubernetes/network/host";
import type { PolicyRules } from "../kubernetes/network/policy";
import { tcp, toAddresses, toDestinations, toServices, toUrls } from "../kubernetes/network/rules";
import type { SequencerAccess } from "./access";
import type { Engine } from "./engine";
import type { NodeParts } from "./member/frame";
import { MESH } from "./mesh/ports";

/** What of a sequencer the policy of its members is drawn from. */
export interface SequencerWiring {
  readonly clusterDomain: string;
  /** Selector of the members. */
  readonly selector: Record<string, string>;
  /** Selector of the proxy that alone may reach the members' write port; without one, writers reach it. */
  readonly proxy?: Record<string, string>;
  readonly engine: Engine;
  readonly node: NodeParts;
  readonly access: SequencerAccess;
}

/**
 * The rules of the members, drawn from the wiring. Only members reach the mesh. Only the proxy may write, or the named
 * writers where there is no proxy. Others reach only what the props name them for. Raft itself listens on loopback, and
 * needs no rule.
 */
export function sequencerRules(wiring: SequencerWiring): PolicyRules {
  return { ingress: ingress(wiring), egress: egress(wiring) };
}

/** What the rules may deny although the members need it. */
export function sequencerWarnings({ access, engine, node, clusterDomain }: SequencerWiring): string[] {
  return [
    ...(engine.lease ? apiServerWarnings(access) : []),
    ...(access.da?.length
      ? []
      : node.upstreams.flatMap(({ name, endpoints }) => hostWarnings(endpoints, name, clusterDomain))),
    ...(access.egress?.length ? [] : hostWarnings(node.calls ?? [], "egress", clusterDomain)),
  ];
}

function ingress({ access, engine, node, selector, proxy }: SequencerWiring): NetworkPolicyV1SpecIngress[] {
  const members = engine.leaderCheck ? [{ podSelector: { matchLabels: selector } }] : [];
  const front = proxy ? [{ podSelector: { matchLabels: proxy } }] : [];
  const writers = (access.writers ?? []).map(peerOf);
  const submitters = (access.submitters ?? []).map(peerOf);
  const { ports } = engine.software;
  const { metricsPort } = node.execution;
  const metrics = [ports.metrics, ...engine.metricsPorts, ...(metricsPort ? [metricsPort.port] : [])];
  return [
    ...(engine.mesh?.raft ? [{ ports: [tcp(MESH.raftPort)], from: members }] : []),
    ...rule([ports.p2p], [...members, ...(access.peers ?? []).map(peerOf)]),
    ...rule([node.writePort], proxy ? front : writers),
    ...(engine.leaderCheck ? rule([engine.leaderCheck.port], front) : []),
    ...(engine.software.nodeRpc ? rule([engine.software.nodeRpc.port], proxy ? front : submitters) : []),
    ...rule([ports.rpc], (access.readers ?? []).map(peerOf)),
    ...rule(metrics, access.monitoring ? [peerOf({ namespace: access.monitoring })] : []),
  ];
}

/** No rule for nobody: without `from`, everybody would be let in. */
function rule(ports: readonly number[], from: NonNullable<NetworkPolicyV1SpecIngress["from"]> & unknown[]) {
  return from.length > 0 ? [{ ports: ports.map(tcp), from }] : [];
}

/** Where clouds give pods their credentials: Google's metadata server and what serves it on GKE, AWS' Pod Identity. */
const METADATA: NetworkPolicyV1SpecEgress = {
  ports: [tcp(80), tcp(988)],
  to: ["169.254.169.254/32", "169.254.169.252/32", "169.254.170.23/32"].map(cidr => peerOf({ cidr })),
};

function egress({ access, engine, selector, node, clusterDomain }: SequencerWiring): NetworkPolicyV1SpecEgress[] {
  const { upstreams, calls = [] } = node;
  return [
    DNS,
    ...(engine.leaderCheck ? [{ to: [{ podSelector: { matchLabels: selector } }] }] : []),
    ...toDestinations(access.peers),
    ...upstreams.flatMap(({ endpoints }) => toServices(endpoints, clusterDomain, access.targetPorts)),
    ...upstreams.flatMap(({ endpoints }) => toUrls(endpoints, clusterDomain, access.da)),
    ...toServices(calls, clusterDomain, access.targetPorts),
    ...toUrls(calls, clusterDomain),
    ...(engine.lease ? [toApiServer(access)] : []),
    ...(node.signerInKms ? [...toAddresses(access.kms, [443]), METADATA] : []),
    ...toDestinations(access.egress),
  ];
}
