import type { End } from "../../../report/policies";
import { getJson } from "../driver/kubectl";
import type { Ports, Target } from "./ask";
import type { Role } from "./cast";
import { ADDRESSES, TCP } from "./places";
import { started } from "./pods";

/** Somewhere that is no pod of a stack. */
export interface Place extends Ports {
  readonly name: string;
  readonly end: End;
  readonly host: string;
  /** It is on the third node. */
  readonly far?: true;
  /** A Service before it, and the port that it sends to. */
  readonly front?: { readonly name: string; readonly target: Target; readonly port: number };
}

/** Where everybody is. */
export class Addresses {
  private constructor(
    /** Of the third node. */
    readonly farNode: string,
    private readonly pods: ReadonlyMap<string, string>,
    private readonly services: ReadonlyMap<string, string>,
    readonly places: readonly Place[],
  ) {}

  /** @param node address of the node that has the addresses outside of the cluster */
  static async read(node: string, ports: Ports): Promise<Addresses> {
    const { items } = await getJson("services", "-A");
    const services = new Map<string, string>(
      items.map(({ metadata, spec }: { metadata: Named; spec: { clusterIP: string } }) => [
        keyOf(metadata),
        spec.clusterIP,
      ]),
    );
    const pods = new Map((await started()).map(({ metadata, status }) => [keyOf(metadata), status.podIP]));
    return new Addresses(node, pods, services, await places(node, ports));
  }

  ofPod({ end: { namespace } }: Role, pod: { readonly name: string }): string {
    return known(this.pods, { namespace, name: pod.name });
  }

  ofService(service: Named): string {
    return known(this.services, service);
  }
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

const keyOf = ({ namespace, name }: Named) => `${namespace}/${name}`;

function known(addresses: ReadonlyMap<string, string>, named: Named): string {
  const address = addresses.get(keyOf(named));
  if (!address) throw new Error(`${keyOf(named)} has no address`);
  return address;
}

async function places(node: string, ports: Ports): Promise<Place[]> {
  const [slices, service, dns] = await Promise.all([
    getJson("-n", "default", "endpointslices", "-l", "kubernetes.io/service-name=kubernetes"),
    getJson("-n", "default", "service", "kubernetes"),
    getJson("-n", "kube-system", "pods", "-l", "k8s-app=kube-dns"),
  ]);
  const [slice] = slices.items;
  const [server] = dns.items;
  const at = (name: string, address: string): Place => ({
    name,
    end: { kind: "address", address },
    host: address,
    ...ports,
  });
  return [
    ...Object.entries(ADDRESSES).map(([name, address]): Place => ({ ...at(name, address), far: true })),
    { ...at("node", node), tcp: [...ports.tcp, KUBELET], far: true },
    {
      ...at("API server", slice.endpoints[0].addresses[0]),
      tcp: TCP, // it refuses what it does not serve, but only so many datagrams a second
      udp: [],
      front: { name: "kubernetes", target: [service.spec.clusterIP, 443, "TCP"], port: slice.ports[0].port },
    },
    {
      name: "cluster DNS",
      end: { kind: "pods", namespace: "kube-system", labels: server.metadata.labels },
      host: server.status.podIP,
      tcp: [53, ...TCP],
      udp: [53],
    },
  ];
}

const KUBELET = 10250;
