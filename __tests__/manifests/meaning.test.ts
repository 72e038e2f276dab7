import { meaning } from "../../manifests/meaning/meaning";

const place = (kind: string) => ({ kind, keys: [] });
const means = (kind: string, value: object) => meaning(value, place(kind));

/** `{ spec: { template: { spec: pod } } }` */
const pod = (spec: object) => ({ spec: { template: { spec } } });
const node = (container: object) => pod({ containers: [{ name: "node", image: "a:1", ...container }] });
const limits = (memory: unknown) => node({ resources: { limits: { memory } } });

test.each<[string, string, object, object]>([
  ["a size", "Deployment", limits("10Gi"), limits("10240Mi")],
  ["a size in bytes", "Deployment", limits("1Gi"), limits(1073741824)],
  ["a share of a CPU", "Deployment", limits("0.5"), limits("500m")],
  ["an exponent", "Deployment", limits("1e3"), limits("1k")],
  ["more digits than a number has", "Deployment", limits("9007199254740993"), limits("9007199254740993000m")],
  [
    "a port's default",
    "Service",
    { spec: { ports: [{ port: 80 }] } },
    { spec: { ports: [{ port: 80, targetPort: "80" }] } },
  ],
  ["a probe's default", "Deployment", node({ livenessProbe: { failureThreshold: 3 } }), node({ livenessProbe: {} })],
  ["a strategy's default", "Deployment", { spec: {} }, { spec: { strategy: { rollingUpdate: { maxSurge: "25%" } } } }],
  ["a pull policy by the tag", "Deployment", node({ imagePullPolicy: "IfNotPresent" }), node({})],
  [
    "policy types by the rules",
    "NetworkPolicy",
    { spec: { egress: [{}] } },
    { spec: { egress: [{}], policyTypes: ["Egress", "Ingress"] } },
  ],
  [
    "the order of ports of a Service",
    "Service",
    { spec: { ports: [{ port: 1 }, { port: 2 }] } },
    { spec: { ports: [{ port: 2 }, { port: 1 }] } },
  ],
  ["an empty list", "Deployment", pod({ tolerations: [] }), pod({})],
  [
    "the order of keys in a set",
    "Service",
    {
      spec: {
        ports: [
          { name: "b", port: 1 },
          { port: 2, name: "a" },
        ],
      },
    },
    {
      spec: {
        ports: [
          { port: 2, name: "a" },
          { port: 1, name: "b" },
        ],
      },
    },
  ],
  [
    "a duration",
    "PrometheusRule",
    { spec: { groups: [{ rules: [{ for: "90m" }] }] } },
    { spec: { groups: [{ rules: [{ for: "1h30m" }] }] } },
  ],
  [
    "an object in the values of a chart",
    "HelmRelease",
    { values: { objects: [{ apiVersion: "v1", kind: "Role", rules: [{ verbs: ["a", "b"] }] }] } },
    { values: { objects: [{ apiVersion: "v1", kind: "Role", rules: [{ verbs: ["b", "a"] }] }] } },
  ],
])("%s is the same", (_, kind, a, b) => {
  expect(a).not.toEqual(b);
  expect(means(kind, a)).toEqual(means(kind, b));
});

test.each<[string, string, object, object]>([
  ["a size", "Deployment", limits("10Gi"), limits("10G")],
  ["a size of one byte more", "Deployment", limits("9007199254740993"), limits("9007199254740992")],
  ["a default of another kind", "Service", { spec: { replicas: 1 } }, { spec: {} }],
  ["another number than the default", "Deployment", { spec: { replicas: 0 } }, { spec: {} }],
  ["a pull policy that is not the tag's", "Deployment", node({ imagePullPolicy: "Always" }), node({})],
  [
    "the order of variables",
    "Deployment",
    node({ env: [{ name: "A" }, { name: "B" }] }),
    node({ env: [{ name: "B" }, { name: "A" }] }),
  ],
  [
    "the order of volumes, which is another revision",
    "StatefulSet",
    pod({ volumes: [{ name: "a" }, { name: "b" }] }),
    pod({ volumes: [{ name: "b" }, { name: "a" }] }),
  ],
  ["the order of arguments", "Deployment", node({ args: ["a", "b"] }), node({ args: ["b", "a"] })],
  [
    "every namespace in place of the policy's own",
    "NetworkPolicy",
    { spec: { ingress: [{ from: [{ namespaceSelector: {} }] }] } },
    { spec: { ingress: [{ from: [{}] }] } },
  ],
  ["everything in place of nothing", "NetworkPolicy", { spec: { ingress: [{}] } }, { spec: { ingress: [] } }],
  ["a text that looks like a duration", "ConfigMap", { data: { for: "60s" } }, { data: { for: "1m" } }],
  [
    "a label that looks like a port",
    "Deployment",
    { metadata: { labels: { targetPort: "08" } } },
    { metadata: { labels: { targetPort: "8" } } },
  ],
  [
    "an empty volume in place of none",
    "Deployment",
    pod({ volumes: [{ name: "a", emptyDir: {} }] }),
    pod({ volumes: [{ name: "a" }] }),
  ],
])("%s is another", (_, kind, a, b) => {
  expect(means(kind, a)).not.toEqual(means(kind, b));
});
