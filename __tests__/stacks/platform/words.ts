import type { KubernetesProps } from "../../../constructs";
import type { ChartPart } from "../../../constructs/spike/chart-values";

/** What a word of the vocabulary has to do, wherever it reaches. */
interface Word<V> {
  readonly value: V;
  /** Metadata of every object. */
  readonly objects?: object;
  /** Metadata of every pod. */
  readonly templates?: object;
  /** Fields of every object of a kind. */
  readonly kinds?: Readonly<Record<string, object>>;
  /** Fields of every Service that is a load balancer. */
  readonly loadBalancers?: object;
  /** Whom the first rule to cluster DNS names, in every NetworkPolicy that has one. */
  readonly dns?: readonly object[];
  /** Fields of every pod. */
  readonly pods?: object;
  /** Fields of every container. */
  readonly containers?: object;
  /** Fields of every release of the chart. */
  readonly releases?: object;
  /** Fields of every service account, but the proxies'. */
  readonly accounts?: object;
  /** Values of parts of the chart `spire`; of `global` for all of them. A warning names the parts that have none. */
  readonly charts?: { readonly [part in "global" | ChartPart]?: object };
  /** Whether the chart has it for pods only, and a warning says so of every part. */
  readonly ofObjects?: boolean;
  /** Parts of the chart that it is kept from, since they run on every host, or have nothing that it is for. */
  readonly notOn?: readonly ChartPart[];
}

/** The same of several parts. */
const parts = (names: readonly ChartPart[], values: object) => Object.fromEntries(names.map(name => [name, values]));

const DAEMONS = ["spire-agent", "spiffe-csi-driver"] as const;
const PLACED = ["spire-server", "spike-keeper", "spike-nexus", "spike-pilot"] as const;
const NOTED = ["spire-server", ...DAEMONS] as const;
export const PARTS: readonly ChartPart[] = [...PLACED, ...DAEMONS];

const pools = { nodeSelectorTerms: [{ matchExpressions: [{ key: "arch", operator: "In", values: ["arm64"] }] }] };
const away = { weight: 7, podAffinityTerm: { topologyKey: "rack", labelSelector: { matchLabels: { app: "noisy" } } } };

/** Every word of the vocabulary: one that is added does not compile until it is here. */
const LABELS = { "example.org/team": "network" };
const NOTES = { "example.org/note": "Any text: it may have spaces." };

export const WORDS: { readonly [K in keyof Required<KubernetesProps>]: Word<Required<KubernetesProps>[K]> } = {
  labels: {
    value: LABELS,
    objects: { labels: LABELS },
    templates: { labels: LABELS },
    charts: parts(NOTED, { podLabels: LABELS }),
    ofObjects: true,
  },
  annotations: {
    value: NOTES,
    objects: { annotations: NOTES },
    templates: { annotations: NOTES },
    charts: parts(NOTED, { podAnnotations: NOTES }),
    ofObjects: true,
  },
  podLabels: {
    value: { "sidecar.istio.io/inject": "false" },
    templates: { labels: { "sidecar.istio.io/inject": "false" } },
    charts: parts(NOTED, { podLabels: { "sidecar.istio.io/inject": "false" } }),
  },
  podAnnotations: {
    value: { "karpenter.sh/do-not-disrupt": "true" },
    templates: { annotations: { "karpenter.sh/do-not-disrupt": "true" } },
    charts: parts(NOTED, { podAnnotations: { "karpenter.sh/do-not-disrupt": "true" } }),
  },
  namespaceLabels: {
    value: { "istio.io/rev": "stable" },
    kinds: { Namespace: { metadata: { labels: { "istio.io/rev": "stable" } } } },
    notOn: PARTS,
  },
  namespaceAnnotations: {
    value: { "openshift.io/node-selector": "" },
    kinds: { Namespace: { metadata: { annotations: { "openshift.io/node-selector": "" } } } },
    notOn: PARTS,
  },
  serviceAnnotations: {
    value: { "service.beta.kubernetes.io/aws-load-balancer-type": "external" },
    kinds: {
      Service: { metadata: { annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "external" } } },
    },
    charts: parts(["spire-server", "spike-keeper", "spike-nexus"], {
      service: { annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "external" } },
    }),
    notOn: [...DAEMONS, "spike-pilot"],
  },
  loadBalancerClass: {
    value: "service.k8s.aws/nlb",
    loadBalancers: { loadBalancerClass: "service.k8s.aws/nlb" },
    notOn: PARTS,
  },
  loadBalancerSourceRanges: {
    value: ["198.51.100.0/24"],
    loadBalancers: { loadBalancerSourceRanges: ["198.51.100.0/24"] },
    notOn: PARTS,
  },
  externalTrafficPolicy: {
    value: "Cluster",
    loadBalancers: { externalTrafficPolicy: "Cluster" },
    notOn: PARTS,
  },
  ipFamily: {
    value: "IPv4",
    kinds: { Service: { spec: { ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" } } },
    notOn: [...DAEMONS, "spike-pilot"],
  },
  clusterDns: {
    value: ["openshift", "link-local", { cidr: "198.51.100.53/32", ports: [5353] }],
    dns: [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } } },
      { ipBlock: { cidr: "198.51.100.53/32" } },
    ],
    notOn: PARTS,
  },
  tolerations: {
    value: [
      { key: "dedicated", operator: "Equal", value: "rollup", effect: "NoSchedule" },
      { key: "spot", operator: "Exists", effect: "NoExecute", tolerationSeconds: 60 },
    ],
    pods: {
      tolerations: [
        { key: "dedicated", operator: "Equal", value: "rollup", effect: "NoSchedule" },
        { key: "spot", operator: "Exists", effect: "NoExecute", tolerationSeconds: 60 },
      ],
    },
    charts: parts(PARTS, { tolerations: [{ key: "dedicated" }, { key: "spot" }] }),
  },
  affinity: {
    value: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 5, preference: pools.nodeSelectorTerms[0] as object },
        ],
      },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [away] },
    },
    pods: {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, preference: pools.nodeSelectorTerms[0] }],
        },
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: expect.arrayContaining([away]) },
      },
    },
    charts: parts(PLACED, { affinity: { podAntiAffinity: {} } }),
    notOn: DAEMONS,
  },
  nodeSelector: {
    value: { pool: "rollup" },
    pods: { nodeSelector: { pool: "rollup" } },
    charts: parts(PLACED, { nodeSelector: { pool: "rollup" } }),
    notOn: DAEMONS,
  },
  topologySpread: {
    value: [{ topologyKey: "rack", maxSkew: 2, whenUnsatisfiable: "ScheduleAnyway" }],
    pods: {
      topologySpreadConstraints: [
        {
          topologyKey: "rack",
          maxSkew: 2,
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: expect.any(Object) },
        },
      ],
    },
    charts: {
      ...parts(PLACED, { topologySpreadConstraints: [{ topologyKey: "rack", maxSkew: 2 }] }),
      "spike-nexus": { topologySpreadConstraints: [{ labelSelector: { matchLabels: { component: "spike-nexus" } } }] },
    },
    notOn: DAEMONS,
  },
  priorityClassName: {
    value: "rollup-high",
    pods: { priorityClassName: "rollup-high" },
    charts: parts(["spire-server", ...DAEMONS], { priorityClassName: "rollup-high" }),
  },
  schedulerName: { value: "volcano", pods: { schedulerName: "volcano" } },
  runtimeClassName: { value: "gvisor", pods: { runtimeClassName: "gvisor" } },
  registry: {
    value: "mirror.example.org/rollup",
    containers: { image: expect.stringMatching(/^mirror\.example\.org\/rollup\/(?!ghcr\.io|docker\.io)[^:@]+[:@]/) },
    charts: { global: { spire: { image: { registry: "mirror.example.org/rollup" } } } },
  },
  chartRepository: {
    value: "https://charts.example.org",
    releases: { repository: "https://charts.example.org" },
    notOn: PARTS,
  },
  imagePullPolicy: {
    value: "Always",
    containers: { imagePullPolicy: "Always" },
    charts: parts(PARTS, { image: { pullPolicy: "Always" } }),
  },
  imagePullSecrets: {
    value: ["mirror"],
    pods: { imagePullSecrets: [{ name: "mirror" }] },
    charts: { global: { imagePullSecrets: [{ name: "mirror" }] } },
  },
  serviceAccountAnnotations: {
    value: { "example.org/role": "rollup" },
    accounts: { annotations: { "example.org/role": "rollup" } },
    charts: parts(PARTS, { serviceAccount: { annotations: { "example.org/role": "rollup" } } }),
  },
};

export type WordName = keyof typeof WORDS;

export const WORD_NAMES = Object.keys(WORDS) as WordName[];

/** Everything at once. */
export const ALL = Object.fromEntries(WORD_NAMES.map(name => [name, WORDS[name].value])) as Required<KubernetesProps>;
