import { EVERYTHING, NAMESPACES, PODS, type Rule, SERVICES } from "./policies";

/** What a platform's API server refuses that another one takes, and what it refuses for that reason. */
export interface Demand {
  readonly rule?: Rule;
  /** An object of the namespace that limits what pods of it ask for. */
  readonly limit?: { readonly kind: "ResourceQuota" | "LimitRange"; readonly spec: object };
  /** What is refused: the environment without this path. @default - a bare pod */
  readonly lacking?: string;
  /** @default - the rule's message */
  readonly refusal?: string;
}

/** Classes of the tests, in place of a platform's. */
export const CLASS = "platforms-test";

/** What GKE's RuntimeClass adds to pods. */
export const SANDBOX = {
  nodeSelector: { "sandbox.gke.io/runtime": "gvisor" },
  tolerations: [{ key: "sandbox.gke.io/runtime", operator: "Equal", value: "gvisor", effect: "NoSchedule" }],
};

const pods = (word: string, expression: string, message: string): Demand => ({
  rule: { of: PODS, expression, message },
  lacking: `kubernetes.${word}`,
});

/** A list of a pod that has one. */
const some = (list: string, condition: string) => `object.spec.?${list}.orValue([]).exists(each, ${condition})`;

const label = (name: string): Demand => ({
  rule: {
    of: EVERYTHING,
    expression: `'${name}' in object.metadata.?labels.orValue({})`,
    message: `every object has the label ${name}`,
  },
  lacking: "kubernetes.labels",
});

/** A tainted node pool for these pods. */
const pool = (key: string): Demand[] => [
  pods("nodeSelector", `'${key}' in object.spec.?nodeSelector.orValue({})`, "pods choose a node pool"),
  pods(
    "tolerations",
    some("tolerations", "each.?key == optional.of('dedicated')"),
    "pods bear the taint of their pool",
  ),
];

const quota = (hard: object): Demand["limit"] => ({ kind: "ResourceQuota", spec: { hard } });
const limitRange = (max: object): Demand["limit"] => ({
  kind: "LimitRange",
  spec: { limits: [{ type: "Pod", max }] },
});
/** What each platform of docs/platforms.md is known for, beside Pod Security `restricted`. */
export const ADMISSIONS: Readonly<Record<string, readonly Demand[]>> = {
  EKS: [label("example.org/cost-center"), ...pool("eks.amazonaws.com/nodegroup")],
  GKE: [
    label("team"),
    pods("runtimeClassName", `object.spec.?runtimeClassName == optional.of('${CLASS}')`, "pods run in the sandbox"),
    {
      rule: {
        of: SERVICES,
        expression: "object.spec.type != 'LoadBalancer' || object.spec.?loadBalancerSourceRanges.hasValue()",
        message: "load balancers say who may reach them",
      },
      lacking: "p2p.kubernetes.loadBalancerSourceRanges",
    },
  ],
  AKS: [
    label("team"),
    ...pool("kubernetes.azure.com/agentpool"),
    pods(
      "topologySpread",
      some("topologySpreadConstraints", "each.topologyKey == 'topology.kubernetes.io/zone'"),
      "pods are spread over zones",
    ),
  ],
  Rancher: [
    label("example.org/owner"),
    {
      rule: {
        of: NAMESPACES,
        expression: "'field.cattle.io/projectId' in object.metadata.?annotations.orValue({})",
        message: "a namespace belongs to a project",
      },
      lacking: "kubernetes.namespaceAnnotations",
    },
    pods(
      "podLabels",
      "'sidecar.istio.io/inject' in object.metadata.?labels.orValue({})",
      "pods say whether they are in the mesh",
    ),
    pods(
      "priorityClassName",
      `object.spec.?priorityClassName == optional.of('${CLASS}')`,
      "pods have a priority of the platform",
    ),
  ],
  "Air-gapped": [
    pods(
      "registry",
      "variables.containers.all(each, each.image.startsWith('mirror.example.org/rollup/'))",
      "images come from the mirror",
    ),
    pods("imagePullSecrets", some("imagePullSecrets", "each.name == 'mirror'"), "the mirror asks for a login"),
    pods(
      "imagePullPolicy",
      "variables.containers.all(each, each.imagePullPolicy == 'Always')",
      "images are pulled always",
    ),
  ],
  "IPv6 first": [
    {
      rule: {
        of: SERVICES,
        expression: "object.spec.type != 'LoadBalancer' || object.spec.ports.all(each, each.nodePort == 30400)",
        message: "the balancer in front reaches port 30400",
      },
      lacking: "p2p.bootstrap.0.announce.address.nodePorts",
    },
  ],
  OpenShift: [
    pods(
      "users",
      [
        "!object.spec.?securityContext.?runAsUser.hasValue()",
        "!object.spec.?securityContext.?runAsGroup.hasValue()",
        "!object.spec.?securityContext.?fsGroup.hasValue()",
        "variables.containers.all(each, !each.?securityContext.?runAsUser.hasValue())",
      ].join(" && "),
      "users are chosen by the namespace",
    ),
    {
      limit: quota({ "limits.cpu": "1k", "limits.ephemeral-storage": "1Ti" }),
      lacking: "kubernetes.resources",
      refusal: "must specify limits.cpu for: ",
    },
    {
      limit: limitRange({ memory: "512Gi" }),
      refusal: "maximum memory usage per Pod is 512Gi.  No limit is specified",
    },
  ],
  "Containers, volumes and CAs of your own": [
    {
      limit: quota({ "requests.cpu": "1k", "requests.memory": "4Ti", "limits.memory": "4Ti" }),
      refusal: "must specify limits.memory for: main; requests.cpu for: main",
    },
  ],
};
