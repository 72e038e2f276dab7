import type { KubernetesProps } from "../../../constructs";
import { CHART_CONTAINERS, CONTAINERS } from "../../../constructs/kubernetes/vocabulary/container-resources";
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
  /** Fields of every pod that does not end by itself, as a Job's does. */
  readonly running?: object;
  /** Fields of every container. */
  readonly containers?: object;
  /** Fields of every container of the package. */
  readonly own?: object;
  /** Seconds that every container with a startup probe has. */
  readonly startSeconds?: number;
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

const OPEN = ["spire-server", "spire-agent"] as const;

const IDS = { runAsUser: 20001, runAsGroup: 20002, fsGroup: 20003 };
const LIMITS = { limits: { cpu: "8", "ephemeral-storage": "1Gi" } };
const CA_FILE = "/var/run/ca-bundle/ca.crt";
const PROXY = { name: "HTTPS_PROXY", value: "http://proxy.example.org:3128" };
const TOKEN = { name: "NPM_CONFIG_AUTH", valueFrom: { secretKeyRef: { name: "npm", key: "auth" } } };
const CA_ENV = [
  { name: "NODE_EXTRA_CA_CERTS", value: CA_FILE },
  { name: "SSL_CERT_FILE", value: CA_FILE },
];
const FILES = { name: "files", mountPath: "/etc/files", readOnly: true };
const CA_MOUNT = { name: "ca-bundle", mountPath: "/var/run/ca-bundle", readOnly: true };
/** What a container that is added has of the package. */
const ADDED = {
  env: [{ name: "A", value: "b" }],
  resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true },
};
/** Lists that have these, among others and with other fields. */
const all = (...items: readonly object[]): unknown => expect.arrayContaining(items.map(having));
const having = (value: unknown): unknown =>
  value === null || typeof value !== "object" || Array.isArray(value) || "asymmetricMatch" in value
    ? value
    : expect.objectContaining(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, having(each)])));

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
  users: {
    value: { user: 20001, group: 20002, fsGroup: 20003 },
    pods: { securityContext: { ...IDS, runAsNonRoot: true } },
    charts: parts(PLACED, { podSecurityContext: IDS }),
    notOn: DAEMONS,
  },
  fsGroupChangePolicy: {
    value: "Always",
    pods: { securityContext: { fsGroupChangePolicy: "Always" } },
    charts: parts(PLACED, { podSecurityContext: { fsGroupChangePolicy: "Always" } }),
    notOn: DAEMONS,
  },
  seccompProfile: {
    value: "profiles/rollup.json",
    pods: { securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/rollup.json" } } },
    containers: {
      securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/rollup.json" } },
    },
    charts: parts([...PLACED, "spire-agent"], {
      securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/rollup.json" } },
    }),
    notOn: ["spiffe-csi-driver"],
  },
  resources: {
    value: Object.fromEntries([...CONTAINERS, ...CHART_CONTAINERS].map(name => [name, LIMITS])),
    own: { resources: { ...LIMITS, requests: { cpu: expect.any(String), memory: expect.any(String) } } },
    charts: parts(["spire-server", ...DAEMONS], { resources: LIMITS }),
  },
  startupBudget: {
    value: "2h",
    startSeconds: 7200,
    charts: parts(["spike-keeper", "spike-nexus"], { startupProbe: { periodSeconds: 10, failureThreshold: 720 } }),
    notOn: ["spire-server", ...DAEMONS, "spike-pilot"],
  },
  terminationGrace: {
    value: "5m",
    pods: { terminationGracePeriodSeconds: 300 },
    charts: parts(["spire-server"], { terminationGracePeriodSeconds: 300 }),
  },
  hostAliases: {
    value: [{ ip: "10.0.0.5", hostnames: ["l1.example.org"] }],
    pods: { hostAliases: all({ ip: "10.0.0.5", hostnames: ["l1.example.org"] }) },
    charts: parts(["spire-agent"], { hostAliases: [{ ip: "10.0.0.5" }] }),
  },
  dnsPolicy: { value: "None", pods: { dnsPolicy: "None" }, charts: parts(["spire-agent"], { dnsPolicy: "None" }) },
  dnsConfig: {
    value: {
      nameservers: ["169.254.20.10"],
      searches: ["svc.cluster.local"],
      options: [{ name: "ndots", value: "3" }, { name: "use-vc" }],
    },
    pods: {
      dnsConfig: {
        nameservers: ["169.254.20.10"],
        searches: ["svc.cluster.local"],
        options: all({ name: "ndots", value: "3" }, { name: "use-vc" }),
      },
    },
  },
  env: {
    value: { [PROXY.name]: PROXY.value },
    own: { env: all(PROXY) },
    charts: {
      "spire-server": { extraEnv: all(PROXY) },
      "spire-agent": { extraEnvVars: all(PROXY) },
      "spiffe-csi-driver": { extraEnvVars: [PROXY, TOKEN], nodeDriverRegistrar: { extraEnvVars: [PROXY, TOKEN] } },
    },
  },
  secretEnv: {
    value: { [TOKEN.name]: { secret: "npm", key: "auth" } },
    own: { env: all(TOKEN) },
    charts: {
      "spire-server": { extraEnv: all(TOKEN) },
      "spire-agent": { extraEnvVars: all(TOKEN) },
      "spiffe-csi-driver": { extraEnvVars: all(TOKEN) },
    },
  },
  envFrom: {
    value: [{ configMap: "platform" }, { secret: "platform" }],
    own: { envFrom: [{ configMapRef: { name: "platform" } }, { secretRef: { name: "platform" } }] },
  },
  volumes: {
    value: {
      files: { mountPath: "/etc/files", configMap: "files" },
      vault: { mountPath: "/etc/vault", csi: { driver: "secrets-store.csi.k8s.io", attributes: { class: "a" } } },
      spool: { emptyDir: { sizeLimit: "1Gi" } },
      shared: { mountPath: "/shared", claim: "shared" },
    },
    pods: {
      volumes: all(
        { name: "files", configMap: { name: "files", defaultMode: 0o444 } },
        {
          name: "vault",
          csi: { driver: "secrets-store.csi.k8s.io", readOnly: true, volumeAttributes: { class: "a" } },
        },
        { name: "spool", emptyDir: { sizeLimit: "1Gi" } },
        { name: "shared", persistentVolumeClaim: { claimName: "shared" } },
      ),
    },
    own: { volumeMounts: all(FILES, { name: "vault", mountPath: "/etc/vault", readOnly: true }, { name: "shared" }) },
    charts: parts(OPEN, { extraVolumes: all({ name: "files" }, { name: "spool" }), extraVolumeMounts: all(FILES) }),
  },
  initContainers: {
    value: [{ name: "loader", image: "ghcr.io/example/loader:1", env: { A: "b" }, volumeMounts: [FILES] }],
    pods: {
      initContainers: all({
        name: "loader",
        image: "mirror.example.org/rollup/example/loader:1",
        volumeMounts: [FILES],
      }),
    },
    charts: parts([...OPEN, "spiffe-csi-driver"], { initContainers: all({ name: "loader", ...ADDED }) }),
  },
  sidecars: {
    value: [
      {
        name: "shipper",
        image: "ghcr.io/example/shipper:1",
        env: { A: "b" },
        volumeMounts: [{ name: "spool", mountPath: "/spool" }],
      },
    ],
    running: { containers: all({ name: "shipper", image: "mirror.example.org/rollup/example/shipper:1" }) },
    charts: parts(OPEN, { extraContainers: all({ name: "shipper", ...ADDED }) }),
  },
  caBundle: {
    value: { configMap: "cas", key: "ca-bundle.crt" },
    pods: {
      volumes: all({
        name: "ca-bundle",
        configMap: { name: "cas", defaultMode: 0o444, items: [{ key: "ca-bundle.crt", path: "ca.crt" }] },
      }),
    },
    own: { env: all(...CA_ENV), volumeMounts: all(CA_MOUNT) },
    charts: {
      "spire-server": { extraEnv: all(...CA_ENV), extraVolumeMounts: all(CA_MOUNT) },
      "spire-agent": { extraEnvVars: all(...CA_ENV), extraVolumeMounts: all(CA_MOUNT) },
    },
  },
};

export type WordName = keyof typeof WORDS;

export const WORD_NAMES = Object.keys(WORDS) as WordName[];

/** Everything at once. */
export const ALL = Object.fromEntries(WORD_NAMES.map(name => [name, WORDS[name].value])) as Required<KubernetesProps>;

/** Containers that are added. */
export const ADDED_NAMES = ["loader", "shipper"];
