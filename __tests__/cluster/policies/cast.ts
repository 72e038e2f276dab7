import { hasLabels, type Labels, POD_NAME } from "../../../manifests/read/labels";
import { portsOf } from "../../../manifests/read/pod";
import { hasSelector, type Service } from "../../../manifests/read/service";
import { type Own, podPort, type World, worldOf } from "../../../report/nodes";
import type { Pods } from "../../../report/policies";
import { driver } from "../driver/driver";
import { manifestsFor, type Stack } from "../driver/stack";
import type { Ports, Protocol } from "./ask";
import { OUTSIDERS, TCP, UDP } from "./places";

let made = 0;

/** Each once. */
export const sorted = (ports: readonly number[]) => [...new Set(ports)].sort((a, b) => a - b);

export interface Pod {
  readonly name: string;
  readonly node: string;
  readonly labels: Labels;
}

/** Pods of one role. */
export interface Role {
  readonly name: string;
  readonly end: Pods;
  /** The one that calls others, and the one that others call: the same where there is only one. */
  readonly caller: Pod;
  readonly called: Pod;
  /** What it stands for. @default - nothing of a stack */
  readonly own?: Own;
}

export const podsOf = ({ caller, called }: Role) => (caller === called ? [caller] : [caller, called]);

/** A port of a Service, and what is behind it. */
export interface Front {
  readonly service: Service;
  readonly port: number;
  readonly protocol: Protocol;
  readonly role: Role;
  readonly podPort: number;
}

/** A port of a pod's host. */
export interface HostPort {
  readonly port: number;
  readonly protocol: Protocol;
  readonly role: Role;
  readonly podPort: number;
}

/** Everybody who calls or is called in a stack. */
export class Cast implements Ports {
  readonly id: string;
  readonly world: World;
  /** What the stack makes, and a pod in its namespace that it does not know. */
  readonly roles: readonly Role[];
  readonly fronts: readonly Front[];
  readonly hostPorts: readonly HostPort[];
  readonly tcp: readonly number[];
  readonly udp: readonly number[];

  constructor(stack: Stack) {
    this.id = `${stack.name}-${stack.section}`;
    this.world = worldOf([manifestsFor(stack)]);
    const { own, services } = this.world;
    const namespace = own[0]?.namespace as string;
    this.roles = [...own.map(roleOf), outsider("stranger", namespace)];
    this.fronts = services.flatMap(service => this.frontsOf(service));
    this.hostPorts = this.roles.flatMap(hostPortsOf);
    const ports = this.ports();
    const of = (protocol: string) => ports.filter(each => each.protocol === protocol).map(({ port }) => port);
    this.tcp = sorted([...TCP, ...of("TCP")]);
    this.udp = sorted([...UDP, ...of("UDP")]);
  }

  /** Ports that containers declare, or that policies name. */
  private ports() {
    const declared = this.world.own.flatMap(({ workload }) => (workload ? portsOf(workload.pod) : []));
    const rules = this.world.policies.flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
    const named = rules.flatMap(({ ports = [] }) => ports);
    return [...declared.map(({ containerPort: port, protocol }) => ({ port, protocol })), ...named].map(
      ({ port, protocol = "TCP" }) => ({ port: Number(port), protocol }),
    );
  }

  private frontsOf(service: Service): Front[] {
    if (service.spec.clusterIP === "None" || !hasSelector(service)) return [];
    const role = this.roles.find(each => backends(service, each).length > 0);
    const workload = role?.own?.workload;
    if (!role || !workload) return [];
    return (service.spec.ports ?? []).map(({ port, protocol = "TCP" }) => ({
      service,
      port,
      protocol: protocol as Protocol,
      role,
      podPort: podPort(service, workload, port, protocol) as number,
    }));
  }
}

/** The pods of a role that a Service sends to. */
export const backends = ({ namespace, spec: { selector = {} } }: Service, role: Role) =>
  podsOf(role).filter(({ labels }) => role.end.namespace === namespace && hasLabels(labels, selector));

/** Those outside of all stacks. */
export const outsiders: readonly Role[] = Object.entries(OUTSIDERS).map(([name, { namespace, labels }]) =>
  outsider(name, namespace, labels),
);

function outsider(name: string, namespace: string, labels: Labels = {}): Role {
  const pod = { name, node: nextNode(), labels };
  return { name, end: { kind: "pods", namespace, labels }, caller: pod, called: pod };
}

function hostPortsOf(role: Role): HostPort[] {
  const ports = portsOf(role.own?.workload?.pod ?? { containers: [] });
  return ports.flatMap(({ hostPort: port, containerPort: podPort, protocol = "TCP" }) =>
    port === undefined ? [] : [{ port, protocol: protocol as Protocol, role, podPort }],
  );
}

/**
 * Two pods where there may be several, so that a role can call itself. Whoever is called at its host is on the third
 * node, since a pod always reaches its own; one with a port there is not who calls.
 */
function roleOf(own: Own): Role {
  const { name, end, workload } = own;
  const pod = (ordinal: number, node = nextNode()): Pod => {
    const podName = `${name}-${ordinal}`;
    const ordered = workload?.kind === "StatefulSet" && { [POD_NAME]: podName };
    return { name: podName, node, labels: { ...end.labels, ...ordered } };
  };
  const far = driver.nodes[2] as string;
  const caller = end.onHost ? pod(0, far) : pod(0);
  const onHost = portsOf(workload?.pod ?? { containers: [] }).some(({ hostPort }) => hostPort !== undefined);
  const called = onHost ? pod(1, far) : !workload || workload.replicas > 1 ? pod(1) : caller;
  return { name, end, own, caller, called };
}

/** In turn on the first two nodes: the third one is who is called outside. */
function nextNode(): string {
  return driver.nodes[made++ % 2] as string;
}
