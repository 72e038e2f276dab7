import { isPrivateAddress } from "../kubernetes/address";
import type { NetworkPolicyV1SpecEgress, NetworkPolicyV1SpecIngress } from "../kubernetes/framework/provider";
import { PEER_LABEL } from "../kubernetes/labels";
import { type ApiServerAccess, apiServerWarnings, toApiServer } from "../kubernetes/network/api-server";
import { DNS } from "../kubernetes/network/dns";
import { type Destination, type Endpoint, peerOf } from "../kubernetes/network/endpoint";
import { hostOf, hostWarnings, maybePrivate } from "../kubernetes/network/host";
import { INTERNET_V4 } from "../kubernetes/network/internet";
import type { PolicyRules } from "../kubernetes/network/policy";
import {
  namespacesOf,
  type TargetPorts,
  tcp,
  toDestinations,
  toPeers,
  toServices,
  toUrls,
  udp,
} from "../kubernetes/network/rules";
import { P2P_AGENT_PORT } from "./agent-port";
import type { Announce } from "./announce";
import type { BootnodeSource } from "./bootnodes";
import { decodeEnr } from "./enr";
import type { BrokerAddress } from "./prover/broker-source";

/** What a policy cannot derive from the wiring. */
export interface NetworkAccess extends ApiServerAccess {
  /**
   * Addresses of the L1 endpoints, which are reached at the ports of their URLs, and at 443 where they come from
   * Secrets or are tokens. @default - their hosts are on the internet, or are addresses themselves
   */
  readonly l1?: readonly string[];
  /**
   * Where further peers of the network live, outside its namespace; they may ask bootstrap nodes for their ENR.
   * They are called at `ports`, TCP and UDP, or at every port.
   * @default - none beside those on the internet, where the node is public or joins there
   */
  readonly peers?: readonly Destination[];
  /** Who may call the RPC port of nodes beside the bootstrap nodes. @default - nobody */
  readonly rpcClients?: readonly Endpoint[];
  /** Further destinations, such as a telemetry collector. @default - none */
  readonly egress?: readonly Destination[];
  /**
   * Ports of pods whose Service has another one, by `<host>:<port>` of the URLs: `{ "geth.l1.svc:80": 8545 }`. Policies
   * see the pod's. @default - the URLs' ports
   */
  readonly targetPorts?: TargetPorts;
  /** Namespace whose pods may scrape metrics. @default - none */
  readonly monitoring?: string;
}

/** What of a node its policy is drawn from. */
export interface P2pWiring {
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly announce: Announce;
  readonly bootnodes: readonly BootnodeSource[];
  readonly rpcPort: number;
  readonly rpcCallers: readonly Endpoint[];
  /** Whether it joins a named network, whose peers are on the internet. */
  readonly network: boolean;
  /** Endpoints that the software calls whatever its role. */
  readonly upstreams: readonly string[];
  /**
   * Endpoints of L1, and whether there are others, which only Secrets or Terraform know; absent for nodes that do not
   * follow it.
   */
  readonly l1?: { readonly urls: readonly string[]; readonly others: boolean };
  /** Where a prover node leaves its proofs to be made. */
  readonly broker?: BrokerAddress;
  readonly callsApiServer: boolean;
  readonly access: NetworkAccess;
}

/**
 * The rules of a node, drawn from its wiring: the p2p port for the peers of the network, DNS, and nothing that the
 * wiring does not name. Peers are reached on any port, since each announces its own and its own policy says which is
 * open.
 */
export function p2pRules(wiring: P2pWiring): PolicyRules {
  return { ingress: ingress(wiring), egress: egress(wiring) };
}

/** What the rules may deny although the node needs it. */
export function p2pWarnings({ access, callsApiServer, l1, bootnodes, clusterDomain, ...wiring }: P2pWiring): string[] {
  const joined = access.peers?.length ? [] : bootnodes;
  return [
    ...(access.egress?.length ? [] : hostWarnings(wiring.upstreams, "egress", clusterDomain)),
    ...(callsApiServer ? apiServerWarnings(access) : []),
    ...(access.l1?.length ? [] : hostWarnings(l1?.urls ?? [], "l1", clusterDomain)),
    ...hostWarnings(urlsOf(joined), "peers", clusterDomain),
    ...privateAddresses(joined, clusterDomain).map(
      address =>
        `peers not set: of the network of ${address}, a private address, the NetworkPolicy opens this address alone`,
    ),
  ];
}

function ingress(props: P2pWiring): NetworkPolicyV1SpecIngress[] {
  const { access, announce } = props;
  const port = String(announce.port);
  return [
    {
      ports: [
        { protocol: "TCP", port },
        { protocol: "UDP", port },
      ],
      // To the internet and everybody else: a load balancer or a host may put an address of its own for the peer's.
      ...(!announce.isPublic && { from: peers(props, access.peers) }),
    },
    ...(props.rpcCallers.length > 0 ? [{ ports: [tcp(props.rpcPort)], from: props.rpcCallers.map(peerOf) }] : []),
    ...(access.monitoring ? [{ ports: [tcp(P2P_AGENT_PORT)], from: [peerOf({ namespace: access.monitoring })] }] : []),
  ];
}

function egress(props: P2pWiring): NetworkPolicyV1SpecEgress[] {
  const { access, announce, bootnodes, broker, clusterDomain } = props;
  const internet = announce.isPublic || joinsInternet(props);
  const isOpen = (url: string) => internet && hostOf(url, clusterDomain).kind === "name";
  return [
    DNS,
    { to: peers(props, access.peers?.filter(isOpenPeer)) },
    ...toPeers(access.peers?.filter(each => !isOpenPeer(each))),
    ...(internet ? [{ to: [INTERNET_V4] }] : []),
    ...toPrivateBootnodes(bootnodes),
    ...(props.callsApiServer ? [toApiServer(access)] : []),
    ...(broker ? [toBroker(broker)] : []),
    ...toUpstreams({ ...props, upstreams: props.upstreams.filter(url => !isOpen(url)) }, urlsOf(bootnodes)),
  ];
}

/** What of a pod its calls to endpoints outside of the network are drawn from. */
export type Upstreams = Pick<P2pWiring, "clusterDomain" | "upstreams" | "l1" | "access">;

/** @param further URLs whose namespaces have a rule already */
export function toUpstreams(props: Upstreams, further: readonly string[] = []): NetworkPolicyV1SpecEgress[] {
  const { access, clusterDomain, upstreams } = props;
  const { urls = [], others = false } = props.l1 ?? {};
  return [
    ...toServices([...upstreams, ...urls], clusterDomain, access.targetPorts),
    ...toUrls([...upstreams, ...further], clusterDomain),
    ...toUrls(urls, clusterDomain, access.l1, others ? [443] : []),
    ...toDestinations(access.egress),
  ];
}

/** A broker of the same namespace. */
export const toBroker = ({ selector, port }: BrokerAddress): NetworkPolicyV1SpecEgress => ({
  ports: [tcp(port)],
  to: [{ podSelector: { matchLabels: { ...selector } } }],
});

const SAME_PEERS = { podSelector: { matchLabels: PEER_LABEL } };

/** Whether its peers are, or may be, on the internet: bootstrap nodes by URL tell where only when they are asked. */
function joinsInternet({ network, bootnodes, access, clusterDomain }: P2pWiring): boolean {
  if (network) return true;
  return bootnodes.some(source => {
    if (source.kind === "published") return source.isPublic;
    if (source.kind === "known") return recordsOf(source).some(({ ip }) => ip && !isPrivateAddress(ip));
    return !access.peers?.length && source.urls.some(url => hostOf(url, clusterDomain).kind !== "cluster");
  });
}

/** Bootstrap nodes elsewhere whose records have private addresses, which no rule for the internet opens. */
function toPrivateBootnodes(bootnodes: readonly BootnodeSource[]): NetworkPolicyV1SpecEgress[] {
  return privateRecords(bootnodes).map(({ ip, tcp: tcpPort, udp: udpPort }) => ({
    ports: [...[tcpPort ?? udpPort].flatMap(port => (port ? tcp(port) : [])), ...(udpPort ? [udp(udpPort)] : [])],
    to: [peerOf({ cidr: `${ip}/32` })],
  }));
}

function privateRecords(bootnodes: readonly BootnodeSource[]) {
  return bootnodes
    .flatMap(source => (source.kind === "known" && !source.namespace ? recordsOf(source) : []))
    .filter(({ ip }) => ip && isPrivateAddress(ip));
}

function privateAddresses(bootnodes: readonly BootnodeSource[], clusterDomain: string): string[] {
  const ofUrls = urlsOf(bootnodes).flatMap(url => {
    const host = hostOf(url, clusterDomain);
    return host.kind === "address" && maybePrivate(url, clusterDomain) ? new URL(url).hostname : [];
  });
  return [...new Set([...privateRecords(bootnodes).flatMap(({ ip }) => ip ?? []), ...ofUrls])];
}

const urlsOf = (bootnodes: readonly BootnodeSource[]) =>
  bootnodes.flatMap(source => (source.kind === "url" ? source.urls : []));

const recordsOf = ({ enrs }: { readonly enrs: readonly string[] }) => enrs.map(decodeEnr);

/** A peer that is called at every port. */
const isOpenPeer = ({ ports }: Destination) => !ports?.length;

/** Where peers are: in the namespace, where the props say, and where bootstrap nodes of other namespaces run. */
function peers({ bootnodes, namespace, clusterDomain }: P2pWiring, named: readonly Endpoint[] = []) {
  const others = bootnodes.flatMap(source =>
    source.kind === "url" ? namespacesOf(source.urls, clusterDomain) : (source.namespace ?? []),
  );
  const elsewhere = [...new Set(others)].filter(other => other !== namespace);
  return [SAME_PEERS, ...[...elsewhere.map(other => ({ namespace: other })), ...named].map(peerOf)];
}
