import { ServiceV1 } from "../kubernetes/framework/provider";
import { Construct } from "../kubernetes/framework/terraform";
import type { Announce } from "./announce";

export interface P2pServicesProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly selector: Record<string, string>;
  readonly announce: Announce;
  readonly replicas: number;
  readonly protected: boolean;
}

/** Name of the p2p Service of a replica: ordinal 0 keeps the plain name, so that growing changes no address. */
export function p2pServiceName(name: string, ordinal: number): string {
  return ordinal === 0 ? `${name}-p2p` : `${name}-${ordinal}-p2p`;
}

/**
 * The p2p Services that an announce mode asks for: one a replica, selecting that pod by name, with the announce port in
 * TCP and UDP. Not-ready pods are published, since a node must be reachable at its address before it is ready. None for
 * the modes in which the pod is reached directly.
 */
export class P2pServices extends Construct {
  readonly services: readonly ServiceV1[];

  constructor(scope: Construct, id: string, props: P2pServicesProps) {
    super(scope, id);
    const { announce } = props;
    const loadBalancer = announce.expose === "loadBalancer";
    const ordinals =
      announce.mode === "clusterIp" || loadBalancer ? Array.from({ length: props.replicas }, (_, i) => i) : [];
    this.services = ordinals.map(ordinal => {
      const address = announce.addresses[ordinal];
      const nodePort = announce.nodePorts[ordinal];
      const port = { port: announce.port, ...(nodePort && { nodePort }) };
      return new ServiceV1(this, String(ordinal), {
        metadata: { name: p2pServiceName(props.name, ordinal), namespace: props.namespace, labels: props.labels },
        spec: {
          ...(loadBalancer
            ? { type: "LoadBalancer", loadBalancerIp: address, externalTrafficPolicy: "Local" }
            : { type: "ClusterIP", ...(address && { clusterIp: address }) }),
          publishNotReadyAddresses: true,
          selector: { ...props.selector, "statefulset.kubernetes.io/pod-name": `${props.name}-${ordinal}` },
          port: [
            { name: "p2p-tcp", protocol: "TCP", ...port, targetPort: "p2p-tcp" },
            { name: "p2p-udp", protocol: "UDP", ...port, targetPort: "p2p-udp" },
          ],
        },
        ...(loadBalancer && { waitForLoadBalancer: false }),
        ...(props.protected && { lifecycle: { preventDestroy: true } }),
      });
    });
  }
}
