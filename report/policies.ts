import { isWithin } from "../constructs/kubernetes/address";
import { INTERNET_V4, METADATA_CIDRS, METADATA_CIDRS_V6 } from "../constructs/kubernetes/network/internet";
import { type Labels, matches, NAMESPACE_NAME } from "../manifests/read/labels";
import type { Policy, PolicyPeer, PolicyPort } from "../manifests/read/policy";

/** One end of a connection, as NetworkPolicies see it. */
export type End =
  | Pods
  /** Pods of a namespace of others, whose labels are not known. */
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "address"; readonly address: string }
  /** A host whose address is not known here: a name outside of the cluster, or one that may be anywhere. */
  | { readonly kind: "host"; readonly on: "internet" | "any network" };

export interface Pods {
  readonly kind: "pods";
  readonly namespace: string;
  readonly labels: Labels;
  /** On the network of their host, where policies have no effect. */
  readonly onHost?: boolean;
}

/** A port of the pods that are called. */
export interface Port {
  readonly port: number;
  readonly protocol: string;
}

export type Direction = "ingress" | "egress";

/**
 * What the policies of one side say about a connection: `open` if none selects its pods, `allowed` by the rules named,
 * `depends` if a rule names addresses or pod labels that are not known here, `denied` if no rule allows it.
 */
export interface Ruling {
  readonly verdict: "open" | "allowed" | "depends" | "denied";
  readonly rules: readonly string[];
}

type Answer = "yes" | "maybe" | "no";

/**
 * Asks the policies of a pod's namespace about one direction of its connections.
 *
 * @param port of the pods that are called. Undefined where it is not known here: a rule that names the other end then
 * admits it at any port.
 * @param namespaces labels of the namespaces that are known
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function ask(
  policies: readonly Policy[],
  direction: Direction,
  pods: Pods,
  other: End,
  port: Port | undefined,
  namespaces: ReadonlyMap<string, Labels>,
): Ruling {
  if (pods.onHost || selecting(policies, direction, pods).length === 0) return { verdict: "open", rules: [] };
  const found: Record<Answer, string[]> = { yes: [], maybe: [], no: [] };
  for (const { rule, peers, ports } of rulesFor(policies, pods, direction)) {
    const naming = port || !ports ? peers : peers?.filter(({ ipBlock }) => !ipBlock || !inCluster(other));
    const admitted = (port ? portAdmitted(ports, port) : !ports || naming?.length)
      ? peersMatch(naming, other, pods.namespace, namespaces)
      : "no";
    found[admitted].push(rule);
  }
  if (found.yes.length > 0) return { verdict: "allowed", rules: found.yes };
  return found.maybe.length > 0 ? { verdict: "depends", rules: found.maybe } : { verdict: "denied", rules: [] };
}

/** The policies that hold some pods in one direction. */
export function selecting(policies: readonly Policy[], direction: Direction, { namespace, labels }: Pods): Policy[] {
  return policies.filter(
    policy =>
      policy.namespace === namespace && typesOf(policy).includes(direction) && matches(policy.spec.podSelector, labels),
  );
}

/** The rules of all policies that select some pods. */
export function rulesFor(policies: readonly Policy[], pods: Pods, direction: Direction): Rule[] {
  return selecting(policies, direction, pods).flatMap(policy => rulesOf(policy, direction));
}

export interface Rule {
  /** `boot ingress 1`: policy, direction, and its place in it. */
  readonly rule: string;
  /** Undefined for everybody. */
  readonly peers?: readonly PolicyPeer[];
  /** Undefined for every port. */
  readonly ports?: readonly PolicyPort[];
}

export function rulesOf({ name, spec }: Policy, direction: Direction): Rule[] {
  const some = <T>(list: readonly T[] | undefined) => (list?.length ? list : undefined);
  const rules =
    direction === "ingress"
      ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  return rules.map(({ peers, ports }, i) => ({
    rule: `${name} ${direction} ${i + 1}`,
    peers: some(peers),
    ports: some(ports),
  }));
}

export function typesOf({ spec }: Policy): Direction[] {
  const types = spec.policyTypes ?? ["Ingress", ...(spec.egress ? ["Egress"] : [])];
  return (["ingress", "egress"] as const).filter(type => types.some(name => name.toLowerCase() === type));
}

function portAdmitted(ports: Rule["ports"], wanted: Port): boolean {
  if (!ports) return true;
  return ports.some(({ port, endPort, protocol = "TCP" }) => {
    if (protocol !== wanted.protocol) return false;
    return port === undefined || (Number(port) <= wanted.port && wanted.port <= (endPort ?? Number(port)));
  });
}

function peersMatch(peers: Rule["peers"], other: End, own: string, namespaces: ReadonlyMap<string, Labels>): Answer {
  if (!peers) return "yes";
  const answers = peers.map(peer => peerMatches(peer, other, own, namespaces));
  return answers.includes("yes") ? "yes" : answers.includes("maybe") ? "maybe" : "no";
}

function peerMatches(peer: PolicyPeer, other: End, own: string, namespaces: ReadonlyMap<string, Labels>): Answer {
  if (!inCluster(other)) return peer.ipBlock ? blockHas(peer.ipBlock, other) : "no";
  // A pod's address is not known here. Most engines find it in a block of every address, and it is a private one.
  if (peer.ipBlock) return blockHas(peer.ipBlock, { kind: "host", on: "any network" }) === "yes" ? "yes" : "no";
  const labels = { ...namespaces.get(other.namespace), [NAMESPACE_NAME]: other.namespace };
  const inNamespace = peer.namespaceSelector ? matches(peer.namespaceSelector, labels) : other.namespace === own;
  if (!inNamespace) return "no";
  if (!peer.podSelector || Object.keys(peer.podSelector).length === 0) return "yes";
  return other.kind === "namespace" ? "maybe" : matches(peer.podSelector, other.labels) ? "yes" : "no";
}

/** On the network of pods. */
function inCluster(end: End): end is Exclude<End, { kind: "address" | "host" }> {
  return end.kind === "namespace" || (end.kind === "pods" && !end.onHost);
}

function blockHas({ cidr, except = [] }: NonNullable<PolicyPeer["ipBlock"]>, other: End): Answer {
  if (other.kind === "host") {
    const everywhere = cidr === "0.0.0.0/0" || cidr === "::/0";
    return everywhere && except.every(range => ELSEWHERE[other.on].has(range)) ? "yes" : "maybe";
  }
  if (other.kind !== "address") return "maybe";
  return isWithin([cidr], other.address) && !isWithin(except, other.address) ? "yes" : "no";
}

/** Ranges in which a host is not, whose address is not known. */
const ELSEWHERE = {
  internet: new Set([...METADATA_CIDRS, ...METADATA_CIDRS_V6, ...INTERNET_V4.ipBlock.except]),
  "any network": new Set([...METADATA_CIDRS, ...METADATA_CIDRS_V6]),
};
