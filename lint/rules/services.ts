import { podMonitorsIn } from "../../manifests/read/monitor";
import { portNamed } from "../../manifests/read/pod";
import { hasSelector, podOf, type Service, selects } from "../../manifests/read/service";
import { placedContainers, type Rule } from "../rule";
import type { View } from "../view";
import { isP2p, isPeer } from "./roles";

/** The workloads whose pods a Service sends to. */
const behind = ({ workloads }: View, service: Service) => workloads.filter(workload => selects(service, workload));

const isExposed = ({ spec }: Service) =>
  spec.type === "NodePort" || spec.type === "LoadBalancer" || (spec.externalIPs ?? []).length > 0;

const isP2pService = ({ spec }: Service) => (spec.ports ?? []).some(({ name = "" }) => name.startsWith("p2p-"));

/** Services, and the monitors that read metrics from pods. */
export const services: readonly Rule[] = [
  {
    id: "service-target",
    severity: "error",
    holds: "every Service selects pods",
    why: "otherwise nothing answers at its address",
    remedy: "give it the labels of the pods, and a pod name that the StatefulSet has",
    alike: ["KS service-targets-pod", "KL dangling-service"],
    *check(view) {
      for (const service of view.services.filter(hasSelector)) {
        if (view.chartsOf(service.namespace).length === 0 && behind(view, service).length === 0) {
          yield { object: service.object, path: "spec.selector", found: "selects no pod" };
        }
      }
    },
  },
  {
    id: "service-target-port",
    severity: "error",
    holds: "every port of a Service leads to a port that its pods have",
    why: "connections would be refused",
    remedy: "name a port of a container, with the same protocol",
    alike: ["KL invalid-target-ports"],
    *check(view) {
      for (const service of view.services) {
        for (const [i, { port, targetPort = port, protocol }] of (service.spec.ports ?? []).entries()) {
          const lost = behind(view, service).find(
            ({ pod }) => !pod.containers.some(each => portNamed(each, targetPort, protocol)),
          );
          if (lost) {
            const found = `${lost.kind} ${lost.name} has no ${protocol ?? "TCP"} port ${targetPort}`;
            yield { object: service.object, path: `spec.ports[${i}].targetPort`, found };
          }
        }
      }
    },
  },
  {
    id: "exposed-service",
    severity: "error",
    holds: "only p2p ports are on NodePorts, LoadBalancers and external addresses",
    why: "RPC, admin and metrics ports are not for the Internet",
    remedy: "make it a ClusterIP, and put a gateway with authentication in front",
    alike: ["KS service-type", "KL exposed-services"],
    *check({ services }) {
      for (const service of services.filter(isExposed)) {
        const other = (service.spec.ports ?? []).filter(port => !isP2p(port));
        if (other.length > 0) {
          const ports = other.map(({ name, port }) => name ?? port).join(", ");
          const found = `${service.spec.type} opens ${ports} to the outside`;
          yield { object: service.object, path: "spec.type", found };
        }
      }
    },
  },
  {
    id: "external-traffic-local",
    severity: "warning",
    holds: "a LoadBalancer sends to pods on the host that received the traffic",
    why: "another hop hides the peer's address, which discovery and peer limits need to tell peers apart",
    remedy: "set externalTrafficPolicy: Local",
    alike: [],
    *check({ services }) {
      for (const { object, spec } of services) {
        if (spec.type === "LoadBalancer" && spec.externalTrafficPolicy !== "Local") {
          yield { object, path: "spec.externalTrafficPolicy", found: `is ${spec.externalTrafficPolicy ?? "Cluster"}` };
        }
      }
    },
  },
  {
    id: "p2p-port-parity",
    severity: "error",
    holds: "a p2p port has the same number in TCP and UDP, on the pod, its Service and its host",
    why: "an ENR announces one port: peers look for it over UDP, and dial it over TCP",
    remedy: "use one port, in the values of the node",
    alike: [],
    *check(view) {
      for (const workload of view.workloads.filter(isPeer)) {
        for (const { container, path } of placedContainers(workload)) {
          const ports = (container.ports ?? []).filter(isP2p);
          const numbers = ports.flatMap(({ containerPort, hostPort }) => [containerPort, hostPort ?? containerPort]);
          const found = disparity(ports, numbers);
          if (found)
            yield { object: workload.object, path: `${path}.ports`, found: `container ${container.name} has ${found}` };
        }
      }
      for (const service of view.services.filter(isP2pService)) {
        const ports = (service.spec.ports ?? []).filter(isP2p);
        const targets = behind(view, service).flatMap(({ pod }) =>
          ports.flatMap(({ targetPort, port, protocol }) =>
            pod.containers.flatMap(each => portNamed(each, targetPort ?? port, protocol)?.containerPort ?? []),
          ),
        );
        const found = disparity(ports, [...ports.map(({ port }) => port), ...targets]);
        if (found) yield { object: service.object, path: "spec.ports", found: `has ${found}` };
      }
    },
  },
  {
    id: "p2p-not-ready",
    severity: "error",
    holds: "Services of single pods and of StatefulSets also publish pods that are not ready",
    why: "a node needs its peers to become ready, and they need its address",
    remedy: "set publishNotReadyAddresses: true",
    alike: [],
    *check({ services, workloads }) {
      for (const service of services) {
        const { object, namespace, name, spec } = service;
        const governs = workloads.some(each => each.namespace === namespace && each.spec.serviceName === name);
        if ((governs || podOf(service)) && spec.publishNotReadyAddresses !== true) {
          yield { object, path: "spec.publishNotReadyAddresses", found: "hides pods that are not ready" };
        }
      }
    },
  },
  {
    id: "headless-service",
    severity: "error",
    holds: "every StatefulSet has its headless Service",
    why: "without it, its pods have no DNS names",
    remedy: "name a Service with clusterIP: None that selects its pods in serviceName",
    alike: ["KS statefulset-has-servicename"],
    *check(view) {
      for (const workload of view.workloads.filter(({ kind }) => kind === "StatefulSet")) {
        const { object, namespace, spec } = workload;
        const service = view.services.find(each => each.namespace === namespace && each.name === spec.serviceName);
        const found = !service
          ? `has no Service ${spec.serviceName ?? ""} among the manifests`
          : service.spec.clusterIP !== "None"
            ? `${service.name} is not headless`
            : !behind(view, service).includes(workload) && `${service.name} does not select its pods`;
        if (found) yield { object, path: "spec.serviceName", found };
      }
    },
  },
  {
    id: "monitor-target",
    severity: "warning",
    holds: "every PodMonitor finds pods with the ports that it reads",
    why: "otherwise the alerts on its metrics never fire",
    remedy: "select the labels and the port name of the pods",
    alike: ["KL dangling-servicemonitor"],
    *check(view) {
      for (const { object, namespace, spec } of podMonitorsIn(view.objects)) {
        const { selector, podMetricsEndpoints = [] } = spec;
        const pods = view.selected(namespace, selector);
        for (const [i, { port }] of podMetricsEndpoints.entries()) {
          if (!pods.some(({ pod }) => pod.containers.some(each => portNamed(each, port)))) {
            yield {
              object,
              path: `spec.podMetricsEndpoints[${i}].port`,
              found: `no pod that it selects has a port ${port}`,
            };
          }
        }
      }
    },
  },
];

/** Why p2p ports are not one number in both protocols. */
function disparity(ports: readonly { readonly protocol?: string }[], numbers: readonly number[]): string | undefined {
  const protocols = new Set(ports.map(({ protocol = "TCP" }) => protocol));
  if (ports.length === 0) return undefined;
  if (protocols.size < 2) return `p2p in ${[...protocols].join()} only`;
  const distinct = [...new Set(numbers)];
  return distinct.length > 1 ? `p2p on ${distinct.join(" and ")}` : undefined;
}
