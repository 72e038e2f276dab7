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
import { caseOf, LABELS, secretVariable, text } from "./table";

const passingAmounts = { cpu: "passes", memory: "passes", "ephemeral-storage": "passes" } as const;
const amounts = { cpu: "known", memory: "known", "ephemeral-storage": "known" } as const;
const container = {
  name: "passes",
  image: "known",
  command: ["passes"],
  args: ["passes"],
  env: text,
  secretEnv: { "*": secretVariable },
  volumeMounts: [{ name: "passes", mountPath: "passes", subPath: "passes", readOnly: "known" }],
  resources: { requests: passingAmounts, limits: passingAmounts },
} as const;
const AMOUNTS = { cpu: "1", memory: "1Gi", "ephemeral-storage": "1Gi" };
const CONTAINER = (name: string) => ({
  name,
  image: "loader:1",
  command: ["a"],
  args: ["a"],
  env: { NOTE: "a" },
  secretEnv: { KEY: { secret: "s", key: "k", targets: ["https://l1.example:8545"] } },
  volumeMounts: [{ name: "files", mountPath: "/a", subPath: "b", readOnly: true }],
  resources: { requests: AMOUNTS, limits: AMOUNTS },
});

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
  users: { user: 2000, group: 2000, fsGroup: 2000 },
  fsGroupChangePolicy: "Always",
  seccompProfile: "profiles/a.json",
  resources: { node: { requests: AMOUNTS, limits: AMOUNTS } },
  startupBudget: "1h",
  terminationGrace: "5m",
  hostAliases: [{ ip: "10.0.0.5", hostnames: ["l1.example.org"] }],
  dnsPolicy: "None",
  dnsConfig: { nameservers: ["10.0.0.10"], searches: ["example.org"], options: [{ name: "ndots", value: "2" }] },
  env: { NOTE: "a" },
  secretEnv: { KEY: { secret: "s", key: "k", targets: ["https://l1.example:8545"] } },
  envFrom: [{ configMap: "a" }],
  volumes: { files: { mountPath: "/etc/files", readOnly: true, configMap: "files" } },
  initContainers: [CONTAINER("loader")],
  sidecars: [CONTAINER("shipper")],
  caBundle: { configMap: "cas", key: "ca.crt" },
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
      users: { user: "known", group: "known", fsGroup: "known" },
      fsGroupChangePolicy: "passes",
      seccompProfile: "passes",
      resources: { "*": { requests: amounts, limits: amounts } },
      startupBudget: "known",
      terminationGrace: "known",
      hostAliases: [{ ip: "passes", hostnames: ["passes"] }],
      dnsPolicy: "known",
      dnsConfig: { nameservers: ["passes"], searches: ["passes"], options: [{ name: "passes", value: "passes" }] },
      env: text,
      secretEnv: { "*": secretVariable },
      envFrom: [{ configMap: "passes", secret: "passes" }],
      volumes: {
        "*": {
          mountPath: "passes",
          readOnly: "known",
          configMap: "passes",
          secret: "passes",
          claim: "passes",
          emptyDir: { sizeLimit: "passes", medium: "passes" },
          csi: { driver: "passes", attributes: text, secret: "passes" },
        },
      },
      initContainers: [container],
      sidecars: [container],
      caBundle: { configMap: "passes", secret: "passes", key: "passes" },
    },
    props: [
      ASKED,
      ...[
        { secret: "a" },
        { claim: "a" },
        { emptyDir: { sizeLimit: "1Gi", medium: "Memory" } as const },
        { csi: { driver: "a.example.org", attributes: LABELS, secret: "a" } },
      ].map(source => ({
        ...ASKED,
        envFrom: [{ secret: "a" }],
        volumes: { files: { mountPath: "/etc/files", readOnly: true, ...source } },
        caBundle: { secret: "cas", key: "ca.crt" },
      })),
      { ...ASKED, clusterDns: [{ cidr: "10.0.0.53/32", ports: [53] }] },
    ],
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
            spec: { container: [{ name: "node", image: "main:1" }] },
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
