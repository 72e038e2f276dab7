import { isIP } from "node:net";
import { API_SERVER_PORTS } from "../constructs/kubernetes/network/api-server-ports";
import { decodeEnr } from "../constructs/p2p/enr";
import { hasLabels } from "../manifests/read/labels";
import { portsOf } from "../manifests/read/pod";
import type { Service } from "../manifests/read/service";
import { type Call, type Connection, type ConnectionKind, type Dial, ruled, WORSE } from "./connection";
import { behind, type Node, type Own, ofPod, podPort, type World } from "./nodes";
import { type End, type Port, rulesFor } from "./policies";
import { type Reference, referencesOf } from "./references";

/** What the pods of a node are configured to call. */
export function callsOf(own: Own, world: World): Call[] {
  const references = own.workload ? referencesOf(own.workload, world.objects) : [];
  return references.flatMap(reference => resolve(reference, own, world));
}

function resolve(reference: Reference, own: Own, world: World): Call[] {
  switch (reference.kind) {
    case "host":
      return [outside(`host:${reference.host}`, reference.host, "host", endOf(reference.host), reference)];
    case "service":
      return resolveService(reference, own, world);
    case "record":
      return resolveRecord(reference, own, world);
    case "enr":
      return resolveEnr(reference.enr, reference.where, world);
  }
}

function endOf(host: string): End {
  return isIP(host) ? { kind: "address", address: host } : { kind: "host", on: "internet" };
}

function outside(
  id: string,
  name: string,
  kind: string,
  end: End,
  { port, where }: { port: number; where: string },
): Call {
  return {
    to: { id, name, kind, details: [], end },
    kind: "calls",
    via: where,
    port: { port, protocol: "TCP" },
    podPort: port,
    dial: { host: name, port, protocol: "TCP" },
  };
}

function resolveService(
  { name, namespace, port, where }: Reference & { kind: "service" },
  own: Own,
  world: World,
): Call[] {
  const service = world.services.find(each => each.name === name && each.namespace === namespace);
  const to = service && behind(world, service);
  // A pod that names its own Service announces it, or finds its siblings through it.
  if (to?.id === own.id && port === undefined) return [];
  if (service && to)
    return throughService(service, to, "calls", where).filter(call => port === undefined || call.port?.port === port);
  const [chart] = world.own
    .filter(node => !node.workload && node.namespace === namespace && name.includes(node.name))
    .sort((a, b) => b.name.length - a.name.length);
  const called: Port = { port: port ?? 443, protocol: "TCP" };
  const dial: Dial = { ...called, host: `${name}.${namespace}.svc` };
  if (chart) return [{ to: chart, kind: "calls", via: where, port: called, dial }];
  const other: Node = {
    id: `namespace:${namespace}`,
    name: namespace,
    kind: "namespace",
    details: [],
    end: { kind: "namespace", namespace },
  };
  return [{ to: other, kind: "calls", via: `${name} (${where})`, port: called, dial }];
}

function throughService(service: Service, to: Own, kind: ConnectionKind, via: string): Call[] {
  return (service.spec.ports ?? []).map(({ port, protocol = "TCP" }) => ({
    to,
    kind,
    via,
    port: { port, protocol },
    podPort: to.workload && podPort(service, to.workload, port, protocol),
  }));
}

/** The record belongs to the workload that has the labels of the ConfigMap; its key is the name of the pod. */
function resolveRecord({ configMap, key, where }: Reference & { kind: "record" }, own: Own, world: World): Call[] {
  const map = world.objects.find(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMap && metadata.namespace === own.namespace,
  );
  const to = world.own.find(({ workload, namespace, end }) => {
    return (
      workload &&
      namespace === own.namespace &&
      key.startsWith(`${workload.name}-`) &&
      hasLabels(end.labels, map?.metadata.labels ?? {})
    );
  });
  if (!map || !to?.workload || to.id === own.id) return [];
  const via = `ENR in ConfigMap ${configMap} (${where})`;
  const services = ofPod(world, own.namespace, key).flatMap(service => throughService(service, to, "joins", via));
  if (services.length > 0) return services;
  return portsOf(to.workload.pod)
    .filter(({ name }) => name?.startsWith("p2p"))
    .map(({ containerPort: port, protocol = "TCP" }) => ({
      to,
      kind: "joins",
      via,
      port: { port, protocol },
      podPort: port,
    }));
}

function resolveEnr(enr: string, where: string, world: World): Call[] {
  const { ip, udp, tcp = udp } = decodeEnr(enr);
  if (ip === undefined) return [];
  const service = world.services.find(({ spec }) =>
    [spec.clusterIP, spec.loadBalancerIP, ...(spec.externalIPs ?? [])].includes(ip),
  );
  const to = service && behind(world, service);
  const via = `ENR (${where})`;
  if (service && to) return throughService(service, to, "joins", via);
  const ports = [...(tcp ? [{ port: tcp, protocol: "TCP" }] : []), ...(udp ? [{ port: udp, protocol: "UDP" }] : [])];
  const host: Node = { id: `host:${ip}`, name: ip, kind: "host", details: [], end: { kind: "address", address: ip } };
  return ports.map(port => ({ to: host, kind: "joins", via, port, podPort: port.port, dial: { ...port, host: ip } }));
}

/**
 * The API server listens at a usual port, or at one that rules open to addresses for no other call. The best verdict
 * counts.
 */
export function apiServerCalls(own: Own, world: World): Connection[] {
  const { automountServiceAccountToken = true, volumes = [] } = own.workload?.pod ?? {};
  const projected = volumes.some(volume => volume.projected?.sources.some(source => source.serviceAccountToken));
  if (!own.workload || !(automountServiceAccountToken || projected)) return [];
  const to: Node = { id: API_SERVER_ID, name: "API server", kind: "Kubernetes", details: [], end: SERVER };
  const tried = [...new Set([...API_SERVER_PORTS, ...unexplainedPorts(own, world)])].map(port =>
    ruled(world, own, {
      to,
      kind: "calls",
      via: "service account token",
      port: { port, protocol: "TCP" },
      podPort: port,
      dial: { host: "kubernetes.default.svc", port: 443, protocol: "TCP" },
    }),
  );
  const best = WORSE.find(each => tried.some(({ verdict }) => verdict === each));
  return tried.filter(({ verdict }) => verdict === best);
}

/** Node of the API server. */
export const API_SERVER_ID = "api-server";

const SERVER: End = { kind: "host", on: "any network" };

/** TCP ports that a pod's rules open to addresses, and that nothing in its configuration calls. */
function unexplainedPorts(own: Own, world: World): number[] {
  const called = new Set(callsOf(own, world).map(({ podPort: port }) => port));
  return rulesFor(world.policies, own.end, "egress")
    .filter(({ peers }) => peers?.every(({ ipBlock }) => ipBlock))
    .map(({ ports = [] }) => ports)
    .filter(ports => ports.every(({ protocol = "TCP" }) => protocol === "TCP")) // what else is DNS, or a peer
    .flat()
    .map(({ port }) => Number(port))
    .filter(port => port > 0 && !called.has(port));
}
