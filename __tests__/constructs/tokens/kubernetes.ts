import {
  FailFastGate,
  type FailFastGateProps,
  type KubernetesProps,
  NetworkNamespace,
  type NetworkNamespaceProps,
  ObjectsRelease,
  type ObjectsReleaseProps,
  SpireRelease,
  setKubernetes,
} from "../../../constructs";
import {
  DeploymentV1,
  NamespaceV1,
  ServiceAccountV1,
  ServiceV1,
} from "../../../constructs/kubernetes/framework/provider";
import { DNS } from "../../../constructs/kubernetes/network/dns";
import { WorkloadPolicy } from "../../../constructs/kubernetes/network/policy";
import { caseOf, LABELS, text } from "./table";

const requirement = { key: "passes", operator: "passes", values: ["passes"] } as const;
const nodes = { matchExpressions: [requirement], matchFields: [requirement] } as const;
const pods = { matchLabels: text, matchExpressions: [requirement] } as const;
const term = { topologyKey: "passes", labelSelector: pods, namespaces: ["passes"], namespaceSelector: pods } as const;
const podAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: [term],
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: "known", podAffinityTerm: term }],
} as const;
const REQUIREMENT = { key: "pool", operator: "In", values: ["a"] } as const;
const NODES = { matchExpressions: [REQUIREMENT], matchFields: [REQUIREMENT] };
const PODS = { matchLabels: LABELS, matchExpressions: [REQUIREMENT] };
const TERM = { topologyKey: "zone", labelSelector: PODS, namespaces: ["net"], namespaceSelector: PODS };
const POD_AFFINITY = {
  requiredDuringSchedulingIgnoredDuringExecution: [TERM],
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: TERM }],
};

/** A copy, so that the table looks into it. */
type Words = Required<KubernetesProps>;

const ASKED: Words = {
  tolerations: [{ key: "a", operator: "Equal", value: "b", effect: "NoExecute", tolerationSeconds: 5 }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [NODES] },
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: NODES }],
    },
    podAffinity: POD_AFFINITY,
    podAntiAffinity: POD_AFFINITY,
  },
  labels: LABELS,
  annotations: LABELS,
  podLabels: LABELS,
  podAnnotations: LABELS,
  namespaceLabels: LABELS,
  namespaceAnnotations: LABELS,
  serviceAnnotations: LABELS,
  loadBalancerClass: "nlb",
  loadBalancerSourceRanges: ["10.0.0.0/8"],
  externalTrafficPolicy: "Local",
  ipFamily: "IPv4",
  clusterDns: [{ namespace: "dns", podLabels: LABELS, ports: [53] }],
  nodeSelector: LABELS,
  topologySpread: [{ topologyKey: "zone", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule", minDomains: 2 }],
  priorityClassName: "high",
  schedulerName: "volcano",
  runtimeClassName: "gvisor",
  registry: "mirror.example.org",
  chartRepository: "https://charts.example.org",
  imagePullPolicy: "Always",
  imagePullSecrets: ["registry"],
  serviceAccountAnnotations: LABELS,
};

export const KUBERNETES = [
  caseOf<Words>({
    name: "setKubernetes",
    table: {
      tolerations: [
        { key: "passes", operator: "passes", value: "passes", effect: "passes", tolerationSeconds: "known" },
      ],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [nodes] },
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: "known", preference: nodes }],
        },
        podAffinity,
        podAntiAffinity: podAffinity,
      },
      labels: text,
      annotations: text,
      podLabels: text,
      podAnnotations: text,
      namespaceLabels: text,
      namespaceAnnotations: text,
      serviceAnnotations: text,
      loadBalancerClass: "passes",
      loadBalancerSourceRanges: ["passes"],
      externalTrafficPolicy: "passes",
      ipFamily: "passes",
      clusterDns: [{ namespace: "passes", podLabels: text, cidr: "passes", ports: ["known"] }],
      nodeSelector: text,
      topologySpread: [{ topologyKey: "passes", maxSkew: "known", whenUnsatisfiable: "passes", minDomains: "known" }],
      priorityClassName: "passes",
      schedulerName: "passes",
      runtimeClassName: "passes",
      registry: "known",
      chartRepository: "passes",
      imagePullPolicy: "passes",
      imagePullSecrets: ["passes"],
      serviceAccountAnnotations: text,
    },
    props: [ASKED, { ...ASKED, clusterDns: [{ cidr: "10.0.0.53/32", ports: [53] }] }],
    make: (stack, props) => {
      setKubernetes(stack, props);
      const metadata = { name: "pod", namespace: "net", labels: { app: "pod" } };
      new ServiceAccountV1(stack, "Account", { metadata });
      new SpireRelease(stack, "Spire", { namespace: "spire", trustDomain: "example.org", clusterName: "a" });
      new NamespaceV1(stack, "Namespace", { metadata: { name: "net" } });
      new ServiceV1(stack, "Service", { metadata, spec: { type: "LoadBalancer" } });
      const rules = { selector: metadata.labels, ingress: [], egress: [DNS] };
      new WorkloadPolicy(stack, "Policy", { ...metadata, labels: metadata.labels, ...rules });
      new DeploymentV1(stack, "Pod", {
        metadata,
        spec: {
          selector: { matchLabels: metadata.labels },
          template: {
            metadata: { labels: metadata.labels },
            spec: { container: [{ name: "main", image: "main:1" }] },
          },
        },
      });
    },
  }),
  caseOf<NetworkNamespaceProps>({
    name: "NetworkNamespace",
    table: { kubernetes: "made", name: "passes", hostAccess: "known", defaultDeny: "known", protected: "known" },
    props: [{ name: "net", hostAccess: false, defaultDeny: true, protected: false }],
    make: (stack, props) => new NetworkNamespace(stack, "X", props),
  }),
  caseOf<ObjectsReleaseProps>({
    name: "ObjectsRelease",
    table: { kubernetes: "made", namespace: "passes", name: "passes", objects: [{}] },
    props: [{ namespace: "net", name: "objects", objects: [{}] }],
    make: (stack, props) => new ObjectsRelease(stack, "X", props),
    whole: ["objects"],
  }),
  caseOf<FailFastGateProps>({
    name: "FailFastGate",
    table: {
      kubernetes: "made",
      namespace: "passes",
      name: "passes",
      labels: text,
      targets: [{ name: "passes", url: "passes", spiffeId: "passes", enrMethod: "passes" }],
      remedy: "passes",
      attempts: "known",
      timeout: "known",
      require: "known",
      goOn: "known",
      marker: { configMap: "passes", key: "passes" },
      answers: { file: "passes", volume: "passes", mountPath: "passes" },
      image: "passes",
    },
    props: [
      {
        namespace: "net",
        name: "gate",
        labels: LABELS,
        targets: [{ name: "DA", url: "tcp://da:1", spiffeId: "spiffe://a/b", enrMethod: "enr" }],
        remedy: "Look.",
        attempts: 5,
        timeout: "30s",
        require: "all",
        goOn: false,
        marker: { configMap: "state", key: "done" },
        answers: { file: "/a/enrs", volume: "a", mountPath: "/a" },
        image: "node:22.1.0",
      },
    ],
    make: (stack, props) => {
      const { container, volumes } = new FailFastGate(stack, "X", props);
      const metadata = { name: "pod", namespace: "net", labels: LABELS };
      const spec = { initContainer: [container], container: [{ name: "main", image: "main:1" }], volume: [...volumes] };
      new DeploymentV1(stack, "Pod", {
        metadata,
        spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec } },
      });
    },
  }),
];
