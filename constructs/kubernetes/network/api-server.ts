import { isWithin } from "../address";
import type { NetworkPolicyV1SpecEgress } from "../framework/provider";
import type { Problem } from "../problem";
import { API_SERVER_PORTS } from "./api-server-ports";
import { peerOf } from "./endpoint";
import { ALL_BUT_METADATA } from "./internet";
import { tcp } from "./rules";

/** Where pods reach the API server. */
export interface ApiServerAccess {
  /**
   * Addresses of the endpoints of the API server: those behind the Service `kubernetes`, which policies never see.
   * @default - any address but metadata services; what is protected must name them
   */
  readonly apiServer?: readonly string[];
  /** Ports of those endpoints. @default [443, 6443] - of managed clusters, and of kubeadm and most others */
  readonly apiServerPorts?: readonly number[];
}

/** Shows the endpoints, for messages. */
const LOOK = "kubectl -n default get endpointslices kubernetes";

/** Service ranges by default: of which the first address is the Service `kubernetes`. */
const SERVICE_RANGES = [
  "10.96.0.0/12", // kubeadm, kind, minikube, Talos
  "10.43.0.0/16", // k3s, RKE2
  "10.100.0.0/16", // EKS
  "172.20.0.0/16", // EKS
  "10.0.0.0/16", // AKS
  "34.118.224.0/20", // GKE
  "172.30.0.0/16", // OpenShift
  "10.152.183.0/24", // MicroK8s
  "10.233.0.0/18", // Kubespray
  "10.245.0.0/16", // DigitalOcean
  "10.128.0.0/16", // Linode
  "100.64.0.0/13", // kOps
];

/** The rule by which pods reach the API server. */
export function toApiServer(access: ApiServerAccess): NetworkPolicyV1SpecEgress {
  const { apiServer = [], apiServerPorts = API_SERVER_PORTS } = access;
  return {
    ports: apiServerPorts.map(tcp),
    to: apiServer.length > 0 ? apiServer.map(cidr => peerOf({ cidr })) : ALL_BUT_METADATA,
  };
}

/** The common service range of which a CIDR is the first address. */
function serviceRangeOf(cidr: string): string | undefined {
  const [address = "", bits] = cidr.split("/");
  return bits === "32" ? SERVICE_RANGES.find(range => range.split("/")[0]?.replace(/0$/, "1") === address) : undefined;
}

/**
 * What is wrong with the addresses of the API server, below `networkAccess` of the props.
 * @param isProtected whether they have to be named
 * @param clusterIps addresses that are known to be in the cluster's service range
 */
export function apiServerProblems(
  access: ApiServerAccess | false | undefined,
  isProtected: boolean,
  clusterIps: readonly string[] = [],
): Problem[] {
  if (access === false) return [];
  const { apiServer = [] } = access ?? {};
  if (isProtected && apiServer.length === 0) {
    return [
      {
        path: ["networkAccess", "apiServer"],
        message: "not set: what is protected may not reach every host at the API server's ports",
        remedy: `name the addresses of its endpoints: ${LOOK}`,
      },
    ];
  }
  return apiServer.flatMap((cidr, i) => {
    const range = serviceRangeOf(cidr);
    const known = range && clusterIps.find(address => isWithin([range], address));
    if (!known) return [];
    return [
      {
        path: ["networkAccess", "apiServer", i],
        message: `${cidr} is the Service kubernetes, as ClusterIP ${known} shows; policies see its endpoints alone`,
        remedy: `name their addresses instead: ${LOOK}`,
      },
    ];
  });
}

/** What may be wrong with the addresses of the API server. */
export function apiServerWarnings({ apiServer = [], apiServerPorts = API_SERVER_PORTS }: ApiServerAccess): string[] {
  if (apiServer.length === 0) {
    return [`apiServer not set: the NetworkPolicy opens ports ${apiServerPorts.join(" and ")} to every host and pod`];
  }
  return apiServer.filter(serviceRangeOf).map(cidr => {
    return `apiServer ${cidr} looks like the Service kubernetes. Policies see its endpoints: name theirs (${LOOK})`;
  });
}
