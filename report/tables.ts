import type { KubernetesObject, StackManifests } from "../manifests/objects";
import { budgetsOf } from "../manifests/read/budget";
import { type ClaimSpec, claimsIn } from "../manifests/read/claim";
import { type Container, containersOf, type PodSpec } from "../manifests/read/pod";
import { type PolicyPeer, policiesIn } from "../manifests/read/policy";
import { chartName, objectsIn } from "../manifests/read/release";
import { podOf, servicesIn } from "../manifests/read/service";
import { workloadsIn } from "../manifests/read/workload";
import { peerText } from "./grants";
import { type Content, markup } from "./markup";
import { addressOf, chosenBy, worldOf } from "./nodes";
import { type Direction, rulesOf, typesOf } from "./policies";
import { linesOf, type Table } from "./table";
import { portsText } from "./words";

export function workloadTable(objects: readonly KubernetesObject[]): Table {
  return {
    caption: "Workloads",
    head: ["Workload", "Replicas", "Containers: image, requests, limits", "Probes", "Spread", "Disruption budget"],
    rows: workloadsIn(objects).map(workload => {
      const containers = containersOf(workload.pod);
      return [
        named(workload.object, workload.kind),
        workload.replicas,
        linesOf(containers.map(containerText)),
        linesOf(containers.flatMap(probesText)),
        linesOf(spreadOf(workload.pod)),
        linesOf(
          budgetsOf(workload, objects).map(({ spec: { maxUnavailable, minAvailable } }) =>
            maxUnavailable === undefined ? `at least ${minAvailable} up` : `at most ${maxUnavailable} down`,
          ),
        ),
      ];
    }),
  };
}

function containerText({ name, image, resources = {} }: Container): Content {
  const amounts = ([key, of]: [string, Readonly<Record<string, string>> | undefined]) => {
    const list = Object.entries(of ?? {}).map(([resource, amount]) => `${resource} ${amount}`);
    return `${key} ${list.join(", ") || "none"}`;
  };
  const sizes = [amounts(["requests", resources.requests]), amounts(["limits", resources.limits])].join("; ");
  return markup`<b>${name}</b> <code>${image}</code><br>${sizes}`;
}

function probesText(container: Container): string[] {
  return (["startup", "readiness", "liveness"] as const).flatMap(kind => {
    const { httpGet, tcpSocket, exec } = container[`${kind}Probe`] ?? {};
    const asked = httpGet
      ? `GET ${httpGet.path ?? "/"} at ${httpGet.port}`
      : tcpSocket
        ? `TCP ${tcpSocket.port}`
        : exec?.command.join(" ");
    return asked ? [`${container.name} ${kind}: ${asked}`] : [];
  });
}

function spreadOf({ topologySpreadConstraints = [], affinity, nodeSelector = {} }: PodSpec): string[] {
  const anti = affinity?.podAntiAffinity ?? {};
  const place = (key: string) => key.replace(/^.*\//, "");
  return [
    ...topologySpreadConstraints.map(
      ({ topologyKey, whenUnsatisfiable }) =>
        `over ${place(topologyKey)}, ${whenUnsatisfiable === "DoNotSchedule" ? "required" : "preferred"}`,
    ),
    ...(anti.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
      term => `one a ${place(term.topologyKey)}, required`,
    ),
    ...(anti.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => `one a ${place(podAffinityTerm.topologyKey)}, preferred`,
    ),
    ...Object.entries(nodeSelector).map(([key, value]) => `on ${key}=${value}`),
  ];
}

export function serviceTable(objects: readonly KubernetesObject[]): Table {
  const world = worldOf([{ objects, releases: [] }]);
  return {
    caption: "Services",
    head: ["Service", "Type", "Address", "Ports", "Sends to"],
    rows: servicesIn(objects).map(service => {
      const { type = "ClusterIP", clusterIP, ports = [], selector = {} } = service.spec;
      const address = addressOf(service);
      return [
        named(service.object),
        clusterIP === "None" ? "headless" : type,
        address === "headless"
          ? "of each pod"
          : address === type
            ? "given by the cluster"
            : markup`<code>${address}</code>`,
        linesOf(
          ports.map(({ name, port, targetPort = port, protocol, nodePort }) => {
            const onNode = nodePort ? `, node port ${nodePort}` : "";
            return `${name ? `${name} ` : ""}${portsText([{ port, protocol }])} → ${targetPort}${onNode}`;
          }),
        ),
        podOf(service) ?? chosenBy({ matchLabels: selector }, service.namespace, world),
      ];
    }),
  };
}

export function volumeTable(objects: readonly KubernetesObject[]): Table {
  const cells = ({ storageClassName, accessModes = [], resources }: ClaimSpec) => [
    resources?.requests?.storage ?? "–",
    storageClassName ?? "the cluster's default",
    accessModes.join(", "),
  ];
  return {
    caption: "Volumes",
    head: ["Claims", "Size each", "Class", "Access", "When deleted", "When scaled down"],
    rows: [
      ...workloadsIn(objects).flatMap(workload => {
        const { replicas } = workload;
        const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: retention } = workload.spec;
        return volumeClaimTemplates.map(({ metadata, spec }) => {
          const name = `${metadata.name}-${workload.name}-`;
          const shown = replicas > 1 ? `${name}0 … ${name}${replicas - 1}` : `${name}0`;
          return [
            markup`${shown} <small>${workload.namespace}</small>`,
            ...cells(spec),
            retention?.whenDeleted ?? "Retain",
            retention?.whenScaled ?? "Retain",
          ];
        });
      }),
      ...claimsIn(objects).map(claim => [named(claim.object), ...cells(claim.spec), "with Terraform", "–"]),
    ],
  };
}

export function ruleTable(objects: readonly KubernetesObject[]): Table {
  const world = worldOf([{ objects, releases: [] }]);
  return {
    caption: "Rules of every NetworkPolicy, in their order. Ports are those of pods, which may differ from a Service's",
    head: ["Policy", "Of the pods of", "May be called by", "May call"],
    rows: policiesIn(objects).map(policy => {
      const { namespace } = policy;
      const peer = (each: PolicyPeer) =>
        each.podSelector && !each.namespaceSelector ? chosenBy(each.podSelector, namespace, world) : peerText(each);
      const rules = (direction: Direction) => {
        if (!typesOf(policy).includes(direction)) return "not said";
        const texts = rulesOf(policy, direction).map(
          ({ peers, ports }, i) =>
            `${i + 1}: ${peers ? peers.map(peer).join(" or ") : "anybody"} at ${portsText(ports ?? [])}`,
        );
        return texts.length > 0 ? linesOf(texts) : "nobody";
      };
      return [
        named(policy.object),
        chosenBy(policy.spec.podSelector, namespace, world),
        rules("ingress"),
        rules("egress"),
      ];
    }),
  };
}

export function releaseTable(stacks: readonly StackManifests[]): Table {
  return {
    caption: "Helm releases",
    head: ["Release", "Chart", "Version", "Repository"],
    rows: stacks.flatMap(({ releases }) =>
      releases.map(({ name, namespace = "default", chart, version, repository, values }) => [
        markup`${name} <small>${namespace}</small>`,
        objectsIn(values) ? "objects of this package" : chartName({ chart, version }),
        version ?? "–",
        repository ?? (objectsIn(values) ? "in the package" : "a local file"),
      ]),
    ),
  };
}

export function named({ metadata, kind }: KubernetesObject, shown?: string): Content {
  const about = [shown && kind, metadata.namespace].filter(Boolean).join(" in ");
  return markup`${metadata.name} <small>${about}</small>`;
}
