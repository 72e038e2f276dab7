import { ALL_BUT_METADATA, INTERNET } from "../constructs/kubernetes/network/internet";
import { matches } from "../manifests/read/labels";
import type { PolicyPeer, PolicyPort } from "../manifests/read/policy";
import { podOf, type Service, selects } from "../manifests/read/service";
import { type Connection, ruled } from "./connection";
import { type Node, type Own, podPort, type World } from "./nodes";
import { type Port, type Rule, rulesFor } from "./policies";
import { namespaceNamed, portsText, selectorText } from "./words";

/** What rules let in from outside. From other namespaces of the environment, only what their own rules let out. */
export function admittedIn(world: World): Connection[] {
  return world.own.flatMap(to =>
    rulesFor(world.policies, to.end, "ingress").flatMap(({ rule, peers, ports = [] }) => {
      const via = world.services.flatMap(service => throughRule(service, to, ports));
      const callers = peers ? peers.filter(peer => !isOwn(peer, world)).flatMap(callerOf) : [ANYONE];
      const outside = callers.map(
        (from): Connection => ({
          from,
          to,
          kind: "may call",
          ports,
          dials: [],
          via,
          verdict: "allowed",
          rules: [rule],
        }),
      );
      return [...outside, ...fromOwn(peers ?? [], to, ports, world)];
    }),
  );
}

function isOwn({ namespaceSelector }: PolicyPeer, world: World): boolean {
  const name = namespaceSelector && namespaceNamed(namespaceSelector);
  return world.own.some(({ namespace }) => namespace === name);
}

function fromOwn(peers: readonly PolicyPeer[], to: Own, ports: readonly PolicyPort[], world: World): Connection[] {
  const callers = world.own.filter(({ namespace, end }) =>
    peers.some(
      ({ namespaceSelector, podSelector }) =>
        namespaceSelector &&
        namespaceNamed(namespaceSelector) === namespace &&
        (!podSelector || matches(podSelector, end.labels)),
    ),
  );
  return callers
    .filter(from => from.id !== to.id)
    .flatMap(from => each(ports).map(port => ruled(world, from, { to, kind: "may call", port, podPort: port?.port })))
    .filter(({ verdict }) => verdict !== "denied");
}

/** Connections of pods of charts, among themselves and with others, that a rule of either side names. */
export function amongCharts(world: World): Connection[] {
  return world.own.flatMap(own =>
    (["ingress", "egress"] as const).flatMap(direction =>
      rulesFor(world.policies, own.end, direction).flatMap(rule =>
        named(rule, own, world).flatMap(other => {
          const [from, to] = direction === "ingress" ? [other, own] : [own, other];
          return each(rule.ports).map(port => ruled(world, from, { to, kind: "may call", port, podPort: port?.port }));
        }),
      ),
    ),
  );
}

/** The ports of a rule. One `undefined` stands for every port. */
function each(ports: readonly PolicyPort[] = []): (Port | undefined)[] {
  return ports.length > 0 ? ports.map(({ port, protocol = "TCP" }) => ({ port: Number(port), protocol })) : [undefined];
}

/** The nodes that a rule names, if they or the pods of the policy belong to a chart. */
function named({ peers = [] }: Rule, own: Own, world: World): Own[] {
  const selectors = peers.flatMap(({ podSelector, namespaceSelector }) =>
    podSelector && !namespaceSelector ? podSelector : [],
  );
  return world.own.filter(
    other =>
      !(own.workload && other.workload) &&
      other.namespace === own.namespace &&
      selectors.some(selector => matches(selector, other.end.labels)),
  );
}

/** The Services through which callers reach the ports of a rule, which are ports of pods. */
function throughRule(service: Service, { workload }: Own, rule: readonly PolicyPort[] = []): string[] {
  if (!workload || service.spec.clusterIP === "None" || podOf(service) || !selects(service, workload)) return [];
  const ports = (service.spec.ports ?? []).filter(({ port, protocol = "TCP" }) =>
    rule.some(
      each => each.port === podPort(service, workload, port, protocol) && (each.protocol ?? "TCP") === protocol,
    ),
  );
  return ports.length > 0 ? [`Service ${service.name}: ${portsText(ports)}`] : [];
}

const ANYONE: Node = {
  id: "anyone",
  name: "anyone",
  kind: "any pod, any address",
  details: [],
  end: { kind: "host", on: "any network" },
};

/** Somebody outside whom a rule lets in. */
function callerOf({ ipBlock, namespaceSelector, podSelector }: PolicyPeer): Node[] {
  if (ipBlock) {
    const { cidr, except = [] } = ipBlock;
    const details = except.map(text => ({ title: "except", text }));
    return [
      {
        id: `block:${[cidr, ...except]}`,
        name: cidr,
        kind: "addresses",
        details,
        end: { kind: "host", on: "any network" },
      },
    ];
  }
  if (!namespaceSelector) return [];
  const name = namespaceNamed(namespaceSelector) ?? (selectorText(namespaceSelector) || "every namespace");
  const pods = podSelector ? selectorText(podSelector) : "";
  const details = pods ? [{ title: "pods", text: pods }] : [];
  return [
    {
      id: `namespace:${name}${pods && ` ${pods}`}`,
      name,
      kind: "namespace",
      details,
      end: { kind: "namespace", namespace: name },
    },
  ];
}

/** What the package's widest blocks are, instead of all that they leave out. */
const WORDS = new Map(
  [
    [INTERNET[0], "the internet"],
    [INTERNET[1], "the internet by IPv6"],
    [ALL_BUT_METADATA[0], "every host and pod but metadata services"],
    [ALL_BUT_METADATA[1], "the same by IPv6"],
  ].map(([block, words]) => [JSON.stringify((block as PolicyPeer).ipBlock), words as string]),
);

/** Whom a rule names. */
export function peerText({ ipBlock, namespaceSelector, podSelector }: PolicyPeer): string {
  const known = WORDS.get(JSON.stringify(ipBlock));
  if (known) return known;
  if (ipBlock) return `${ipBlock.cidr}${ipBlock.except?.length ? ` but ${ipBlock.except.join(", ")}` : ""}`;
  const pods = podSelector && selectorText(podSelector);
  const namespace =
    namespaceSelector && (namespaceNamed(namespaceSelector) ?? (selectorText(namespaceSelector) || "every namespace"));
  return (
    [pods && `pods ${pods}`, namespace && `namespace ${namespace}`].filter(Boolean).join(" of ") || "every pod here"
  );
}
