import { isPrivateAddress, PRIVATE_CIDRS } from "../kubernetes/address";
import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
  type NetworkPolicyV1SpecIngress,
} from "../kubernetes/framework/provider";
import { Construct } from "../kubernetes/framework/terraform";
import { PEER_LABEL } from "../kubernetes/labels";
import {
  clusterNamespace,
  DNS,
  type Endpoint,
  endpoint,
  externalPorts,
  reach,
  reachIfAny,
  tcp,
} from "../kubernetes/policy-rules";
import { P2P_AGENT_PORT } from "./agent-port";
import type { Announce } from "./announce";
import type { BootnodeSource } from "./bootnodes";
import { decodeEnr } from "./enr";

/** What a policy cannot derive from the wiring. */
export interface NetworkAccess {
  /** Addresses of the Kubernetes API server. @default - ports 443 and 6443 anywhere */
  readonly apiServer?: readonly string[];
  /** Addresses of the L1 endpoints. @default - the ports of their URLs anywhere; 443 where they come from Secrets */
  readonly l1?: readonly string[];
  /**
   * Where further peers of the network live, outside its namespace; they may ask bootstrap nodes for their ENR.
   * @default - none
   */
  readonly peers?: readonly Endpoint[];
  /** Who may call the RPC port of nodes beside the bootstrap nodes. @default - nobody */
  readonly rpcClients?: readonly Endpoint[];
  /** Further destinations, such as a telemetry collector. @default - none */
  readonly egress?: readonly Endpoint[];
  /** Namespace whose pods may scrape metrics. @default - none */
  readonly monitoring?: string;
}

export interface P2pNetworkPolicyProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly selector: Record<string, string>;
  readonly announce: Announce;
  readonly bootnodes: readonly BootnodeSource[];
  readonly rpcPort: number;
  readonly rpcCallers: readonly Endpoint[];
  /** Endpoints that the software calls whatever its role. */
  readonly upstreams: readonly string[];
  /**
   * Endpoints of L1, and whether some come from Secrets, so that they are not known here; absent for nodes that do not
   * follow it.
   */
  readonly l1?: { readonly urls: readonly string[]; readonly fromSecrets: boolean };
  readonly callsApiServer: boolean;
  readonly access: NetworkAccess;
}

/**
 * A NetworkPolicy drawn from the wiring: the p2p port for the peers of the network, DNS, and nothing that the props do
 * not name. Peers are reached on any port, since each announces its own and its own policy says which is open.
 */
export class P2pNetworkPolicy extends Construct {
  readonly networkPolicy: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: P2pNetworkPolicyProps) {
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

function ingress(props: P2pNetworkPolicyProps): NetworkPolicyV1SpecIngress[] {
  const { access, announce } = props;
  const port = String(announce.port);
  const anyone = announce.isPublic || joinsUnknown(props);
  return [
    {
      ports: [
        { protocol: "TCP", port },
        { protocol: "UDP", port },
      ],
      ...(!anyone && { from: peers(props) }),
    },
    ...(props.rpcCallers.length > 0 ? [{ ports: [tcp(props.rpcPort)], from: props.rpcCallers.map(endpoint) }] : []),
    ...(access.monitoring
      ? [{ ports: [tcp(P2P_AGENT_PORT)], from: [endpoint({ namespace: access.monitoring })] }]
      : []),
  ];
}

function egress(props: P2pNetworkPolicyProps): NetworkPolicyV1SpecEgress[] {
  const { access } = props;
  const rules: NetworkPolicyV1SpecEgress[] = [DNS, { to: peers(props) }];
  if (joinsUnknown(props)) rules.push({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [METADATA_SERVICE] } }] });
  else if (props.announce.isPublic || joinsPublic(props)) {
    rules.push({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...PRIVATE_CIDRS] } }] });
  }
  if (props.callsApiServer) rules.push(reach(access.apiServer, [443, 6443]));
  const { urls = [], fromSecrets = false } = props.l1 ?? {};
  const inCluster = new Set([...props.upstreams, ...urls].flatMap(url => clusterNamespace(url) ?? []));
  if (inCluster.size > 0) rules.push({ to: [...inCluster].map(namespace => endpoint({ namespace })) });
  const bootnodeUrls = props.bootnodes.flatMap(source => (source.kind === "url" ? source.urls : []));
  rules.push(...reachIfAny(undefined, externalPorts([...props.upstreams, ...bootnodeUrls])));
  if (props.l1) rules.push(...reachIfAny(access.l1, [...externalPorts(urls), ...(fromSecrets ? [443] : [])]));
  if (access.egress?.length) rules.push({ to: access.egress.map(endpoint) });
  return rules;
}

const METADATA_SERVICE = "169.254.169.254/32";

const SAME_PEERS = { podSelector: { matchLabels: PEER_LABEL } };

/**
 * Bootstrap nodes outside the cluster, or private ones elsewhere, may be followed by peers at any address that is not
 * named.
 */
function joinsUnknown({ bootnodes, access }: P2pNetworkPolicyProps): boolean {
  if (access.peers?.length) return false;
  return bootnodes.some(
    source =>
      (source.kind === "url" && source.urls.some(url => clusterNamespace(url) === undefined)) ||
      (source.kind === "known" && !source.namespace && addressesOf(source.enrs).some(isPrivateAddress)),
  );
}

function joinsPublic({ bootnodes }: P2pNetworkPolicyProps): boolean {
  return bootnodes.some(
    source =>
      (source.kind === "published" && source.isPublic) ||
      (source.kind === "known" && addressesOf(source.enrs).some(address => !isPrivateAddress(address))),
  );
}

/** Where peers are: in the namespace, where the props say, and where bootstrap nodes of other namespaces run. */
function peers({ bootnodes, namespace, access }: P2pNetworkPolicyProps) {
  const others = bootnodes.flatMap(source =>
    source.kind === "url" ? source.urls.flatMap(clusterNamespace) : source.namespace,
  );
  const elsewhere = [...new Set(others)].flatMap(other =>
    other && other !== namespace ? [endpoint({ namespace: other })] : [],
  );
  return [SAME_PEERS, ...elsewhere, ...(access.peers ?? []).map(endpoint)];
}

function addressesOf(enrs: readonly string[]): string[] {
  return enrs.flatMap(enr => decodeEnr(enr).ip ?? []);
}
