import type { KubernetesObject, StackManifests } from "../manifests/objects";
import { type LabelSelector, type Labels, matches } from "../manifests/read/labels";
import { portsOf } from "../manifests/read/pod";
import { type Policy, policiesIn } from "../manifests/read/policy";
import { podOf, type Service, selects, servicesIn } from "../manifests/read/service";
import { type Workload, workloadsIn } from "../manifests/read/workload";
import { type End, type Pods, rulesOf, typesOf } from "./policies";
import { portsText, selectorText } from "./words";

/** An end of connections: a workload, pods that a chart makes, or somebody outside. */
export interface Node {
  readonly id: string;
  readonly name: string;
  /** `StatefulSet ×3`, `pods of a chart`, `namespace`, `host`. */
  readonly kind: string;
  /** Namespace of the environment. @default - it is outside */
  readonly namespace?: string;
  /** Its Services with their addresses and ports, and its ports on the host. */
  readonly details: readonly Detail[];
  readonly end: End;
}

export interface Detail {
  readonly title: string;
  readonly text: string;
}

/** A node of the environment itself: policies select its pods. */
export interface Own extends Node {
  readonly namespace: string;
  readonly end: Pods;
  readonly workload?: Workload;
}

/** The objects of all stacks of an environment, as a topology needs them. */
export interface World {
  readonly objects: readonly KubernetesObject[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
  /** Labels of the namespaces that the stacks create. Of those that exist already none are known. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly own: readonly Own[];
}

export function worldOf(stacks: readonly StackManifests[]): World {
  const objects = stacks.flatMap(stack => stack.objects);
  const services = servicesIn(objects);
  const policies = policiesIn(objects);
  const created = objects.filter(({ kind }) => kind === "Namespace");
  const existing = stacks.flatMap(({ existingNamespaces = [] }) => existingNamespaces);
  const namespaces = new Map<string, Labels>([
    ...existing.map((name): [string, Labels] => [name, {}]),
    ...created.map(({ metadata }): [string, Labels] => [metadata.name, metadata.labels ?? {}]),
  ]);
  const workloads = workloadsIn(objects);
  const own = [...workloads.map(workload => ofWorkload(workload, services)), ...ofCharts(policies, workloads)];
  return { objects, services, policies, namespaces, own };
}

function ofWorkload(workload: Workload, services: readonly Service[]): Own {
  const { kind, name, namespace, replicas, labels, pod } = workload;
  const ports = portsOf(pod);
  const onHost = ports.flatMap(({ hostPort, protocol }) =>
    hostPort === undefined ? [] : [{ port: hostPort, protocol }],
  );
  return {
    id: `${namespace}/${name}`,
    name,
    kind: replicas > 1 ? `${kind} ×${replicas}` : kind,
    namespace,
    details: [
      ...serviceDetails(services.filter(service => selects(service, workload))),
      ...(onHost.length > 0 ? [{ title: "host port", text: portsText(onHost) }] : []),
      ...(pod.hostNetwork
        ? [
            {
              title: "on its host",
              text: portsText(ports.map(({ containerPort, protocol }) => ({ port: containerPort, protocol }))),
            },
          ]
        : []),
    ],
    end: { kind: "pods", namespace, labels, ...(pod.hostNetwork && { onHost: true }) },
    workload,
  };
}

/** Services that differ only in their names are one line. */
function serviceDetails(services: readonly Service[]): Detail[] {
  const names = new Map<string, string[]>();
  for (const service of services) {
    const text = `${addressOf(service)} · ${portsText(service.spec.ports ?? [])}`;
    names.set(text, [...(names.get(text) ?? []), service.name]);
  }
  return [...names].map(([text, list]) => ({
    title: list.length > 2 ? `${list[0]} … ${list.at(-1)}` : list.join(", "),
    text,
  }));
}

/** The address at which a Service is called. */
export function addressOf(service: Service): string {
  const { clusterIP, type = "ClusterIP", loadBalancerIP, externalIPs = [] } = service.spec;
  if (clusterIP === "None") return "headless";
  const outside = [...new Set([loadBalancerIP, ...externalIPs])].filter(address => address !== undefined);
  return outside.join(", ") || clusterIP || type;
}

/** Pods that policies select or name, but that belong to no workload: a chart makes them. */
function ofCharts(policies: readonly Policy[], workloads: readonly Workload[]): Own[] {
  const selectors = policies.flatMap(policy => {
    const rules = typesOf(policy).flatMap(direction => rulesOf(policy, direction));
    const peers = rules.flatMap(({ peers = [] }) =>
      peers.flatMap(peer => (peer.namespaceSelector ? [] : (peer.podSelector ?? []))),
    );
    return [policy.spec.podSelector, ...peers].map(selector => ({ selector, namespace: policy.namespace }));
  });
  const nodes = selectors
    .filter(({ selector, namespace }) => selectorText(selector) && !someMatch(workloads, selector, namespace))
    .map(({ selector, namespace }): Own => {
      const labels = selector.matchLabels ?? {};
      const name = Object.values(labels).join(" ") || selectorText(selector);
      return {
        id: `${namespace}/${selectorText(selector)}`,
        name,
        kind: "pods of a chart",
        namespace,
        details: [],
        end: { kind: "pods", namespace, labels },
      };
    });
  return [...new Map(nodes.map(node => [node.id, node])).values()];
}

function someMatch(workloads: readonly Workload[], selector: LabelSelector, namespace: string): boolean {
  return workloads.some(each => each.namespace === namespace && matches(selector, each.labels));
}

/** The names of the nodes of a namespace that a selector chooses; the selector itself if there are none. */
export function chosenBy(selector: LabelSelector, namespace: string | undefined, { own }: World): string {
  if (!selectorText(selector)) return "every pod";
  const chosen = own.filter(node => node.namespace === namespace && matches(selector, node.end.labels));
  return chosen.map(({ name }) => name).join(", ") || selectorText(selector);
}

/** The node that a Service sends to. */
export function behind(world: World, service: Service): Own | undefined {
  return world.own.find(({ workload }) => workload && selects(service, workload));
}

/** The port of the pods behind a port of a Service. */
export function podPort(service: Service, workload: Workload, port: number, protocol: string): number | undefined {
  const { targetPort } =
    service.spec.ports?.find(each => each.port === port && (each.protocol ?? "TCP") === protocol) ?? {};
  if (typeof targetPort !== "string") return targetPort ?? port;
  return portsOf(workload.pod).find(({ name }) => name === targetPort)?.containerPort;
}

/** The Services of only one pod of a StatefulSet. */
export const ofPod = ({ services }: World, namespace: string, pod: string) =>
  services.filter(service => service.namespace === namespace && podOf(service) === pod);
