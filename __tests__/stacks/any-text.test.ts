import fc from "fast-check";
import { parse } from "yaml";
import { render } from "../../cli/manifests";
import type { KubernetesObject } from "../../manifests/objects";
import { loadEnvironments, ValuesError } from "../../values/load/load";
import { withFolder } from "../values/folder";

const URL = "http://l1.l1.svc:8545";
const IDS = [
  "12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg",
  "12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2",
  "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX",
];

const MOUNT = { name: "files", mountPath: "/files", subPath: "a" };

/** An environment with text wherever an environment may have some. */
const ENVIRONMENT = {
  profile: "dev",
  cluster: { context: "c", kubeconfig: "k", domain: "cluster.local" },
  backend: { s3: { bucket: "states", region: "eu-central-1", prefix: "p/", lockTable: "locks" } },
  runbookBase: "https://git.example.org/runbooks",
  p2p: {
    namespace: "net",
    chain: {
      l1ChainId: 1,
      network: "mainnet",
      networkConfigUrl: "http://config.l1.svc/networks.json",
      registryAddress: `0x${"a".repeat(40)}`,
      l1ExecutionUrls: [URL],
      l1ConsensusUrls: [URL],
      l1DebugUrls: [URL],
      publicUrls: [URL],
    },
    image: "registry/node:6.0.0",
    kubernetes: {
      imagePullSecrets: ["pull"],
      env: { PLATFORM_NOTE: "a" },
      secretEnv: { PLATFORM_KEY: { secret: "s", key: "k" } },
      volumes: { files: { mountPath: "/etc/files", csi: { driver: "a.example.org", attributes: { note: "a" } } } },
      initContainers: [
        { name: "loader", image: "loader:1", command: ["a"], args: ["a"], env: { NOTE: "a" }, volumeMounts: [MOUNT] },
      ],
      seccompProfile: "profiles/a.json",
      hostAliases: [{ ip: "10.0.0.5", hostnames: ["l1.example.org"] }],
      dnsConfig: { nameservers: ["10.0.0.10"], searches: ["example.org"], options: [{ name: "ndots", value: "2" }] },
      caBundle: { configMap: "cas", key: "ca.crt" },
    },
    bootstrap: [
      { name: "boot", env: { NOTE: "a" }, kubernetes: { nodeSelector: { zone: "a" }, priorityClassName: "p" } },
    ],
    nodes: [
      {
        name: "full",
        join: ["boot"],
        joinUrls: { urls: ["http://boot.other.svc"], timeout: "5s" },
        secretEnv: { KEY: { secret: "s", key: "k" } },
        storage: { size: "64Gi", className: "fast" },
      },
    ],
    proverBrokers: [{ name: "queue", env: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://otel.o.svc:4318" } }],
    proverAgents: [
      { name: "agents", broker: "queue", autoscale: { maxReplicas: 2, prometheus: "http://p.m.svc", query: "q" } },
    ],
    crs: { mirror: "http://crs.l1.svc" },
    networkPolicies: {
      l1: ["10.1.0.0/16"],
      apiServer: ["10.0.0.0/28"],
      rpcClients: [{ namespace: "apps", podLabels: { app: "a" } }],
      egress: [{ cidr: "10.2.0.0/16" }],
      monitoring: "monitoring",
    },
    monitoring: { enabled: true, labels: { release: "a" } },
  },
  sequencer: {
    namespace: "seq",
    name: "seq",
    software: { evNode: { version: "v1.2.2", execution: "testapp", image: "registry/app:1.2.2" } },
    ha: { raft: { mesh: { secret: "mesh" }, rttMax: "10ms" } },
    da: { endpoints: ["http://da.da.svc:7980"], namespace: "roll", authToken: { secret: "t", key: "token" } },
    signer: { kms: { aws: { keyId: "alias/a", region: "eu-central-1" } } },
    nodeKeys: { secret: "keys", peerIds: IDS },
    genesis: { configMap: "g" },
    haproxyImage: "haproxy:3.2.25-alpine",
    kubernetes: { serviceAccountAnnotations: { "eks.amazonaws.com/role-arn": "a" } },
    zones: ["a", "b", "c"],
  },
  spike: {
    namespace: "spike",
    version: "0.8.0",
    trustDomain: "example.org",
    clusterName: "c",
    values: { "spike-nexus": { note: "a" } },
    spire: { namespace: "spire", values: { global: { spire: { note: "a" } } } },
    bootstrap: { keeperTimeout: "30s" },
  },
  lint: { waivers: [{ rule: "image-digest", reason: "a", expires: "2099-01-01" }] },
};

type Path = readonly (string | number)[];

/** Paths of every text. */
function textsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value === "string") return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    textsOf(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(value: unknown, [first, ...rest]: Path, text: string): unknown {
  if (first === undefined) return text;
  if (Array.isArray(value)) return value.map((each, i) => (i === first ? replaced(each, rest, text) : each));
  const map = value as Record<string, unknown>;
  return { ...map, [first]: replaced(map[first], rest, text) };
}

/** What the manifests hold, or what was found wrong. */
function outcome(path: Path, text: string) {
  const { p2p, sequencer, spike, ...shared } = ENVIRONMENT;
  const section = { sequencer: { sequencer }, spike: { spike } }[String(path[0])] ?? { p2p };
  // JSON is YAML. The library that writes YAML loses the spaces of " \n".
  return withFolder({ "any.yaml": JSON.stringify(replaced({ ...shared, ...section }, path, text)) }, dir => {
    try {
      const stacks = render(loadEnvironments({ dir }));
      return {
        objects: stacks.flatMap(({ manifests }) => manifests.objects),
        releases: stacks.flatMap(({ manifests }) => manifests.releases),
      };
    } catch (error) {
      if (error instanceof ValuesError) return { refused: error.findings.map(finding => finding.path) };
      throw error;
    }
  });
}

/** What readers on the way give a meaning to: Terraform, CDKTF, YAML, shells, HAProxy, Helm, HTML, Markdown. */
const SNIPPETS = [
  "${",
  "%{",
  "$${",
  "}",
  "#{",
  "TfToken[",
  "${TfToken[TOKEN.0]}",
  "<token 0>",
  "{{",
  "}}",
  ": ",
  "- ",
  "# ",
  "'",
  '"',
  "\\",
  "\\n",
  "\n",
  "\t",
  " ",
  "|",
  ">",
  "&a",
  "*a",
  "!x",
  "---",
  "`",
  "$(id)",
  "$HOME",
  ";",
  "acl x",
  "</script>",
  "<!--",
  "&amp;",
  "| a |",
  "```",
  "~",
  "null",
  "true",
  "0x10",
  "é",
  "😀",
  "\u2028",
  "\u001b[31m",
  "\0",
  "\u202e",
  "\u0085",
  "\ufeff",
  "\u200b",
  "%%{",
  "__proto__",
  "yes",
  "2001-01-01",
  "1e3",
  "\r",
  "//",
  "..",
  "%",
];
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...SNIPPETS, "a", "b"), { minLength: 1, maxLength: 5 }).map(parts => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** Texts that some reader on the way has once taken for another one. */
const KNOWN = [" \n", "  \n\t\n", `\r\n \n${"a".repeat(90)}`, "2001-01-01", "1_000", "12:30:45", "1e3", "y", "N", "="];

test("the environment itself is right", () => {
  for (const path of [
    ["p2p", "namespace"],
    ["sequencer", "namespace"],
    ["spike", "namespace"],
  ]) {
    expect(outcome(path, "x")).toHaveProperty("objects");
  }
});

test("any text in any field is a manifest or a finding, never another error", () => {
  const property = fc.property(fc.constantFrom(...textsOf(ENVIRONMENT)), anyText, (path, text) => {
    const { refused } = outcome(path, text);
    if (refused) expect(refused.length).toBeGreaterThan(0);
  });
  fc.assert(property, { numRuns: 60 });
});

/** Fields of free text, and where their text is read in the end. */
type Found = {
  readonly objects: readonly KubernetesObject[];
  readonly releases: readonly { readonly values?: unknown }[];
};
const object = ({ objects }: Found, kind: string, name: string, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (here, key) => (here as Record<string | number, unknown> | undefined)?.[key],
    objects.find(each => each.kind === kind && each.metadata.name === name),
  );
const releaseTexts = ({ releases }: Found) => JSON.stringify(releases);
const FREE: readonly [path: Path, read: (found: Found, text: string) => unknown][] = [
  [
    ["p2p", "bootstrap", 0, "env", "NOTE"],
    found => {
      const env = object(found, "StatefulSet", "boot", "spec", "template", "spec", "containers", 0, "env");
      return (env as { name: string; value: string }[]).find(({ name }) => name === "NOTE")?.value;
    },
  ],
  [
    ["sequencer", "kubernetes", "serviceAccountAnnotations", "eks.amazonaws.com/role-arn"],
    found => object(found, "ServiceAccount", "seq", "metadata", "annotations", "eks.amazonaws.com/role-arn"),
  ],
  [
    ["sequencer", "da", "namespace"],
    found => parse(String(object(found, "ConfigMap", "seq-config", "data", "evnode.yaml"))).da.namespace,
  ],
  ...[
    ["spike", "values", "spike-nexus", "note"],
    ["spike", "clusterName"],
    ["p2p", "proverAgents", 0, "autoscale", "query"],
  ].map((path): [Path, (found: Found, text: string) => unknown] => [
    path,
    (found, text) => (releaseTexts(found).includes(JSON.stringify(text)) ? text : releaseTexts(found)),
  ]),
];

test.each(FREE)("any text in %j is what is read in the end, or is refused", (path, read) => {
  const property = fc.property(anyText, text => {
    const found = outcome(path, text);
    if (!("refused" in found)) expect(read(found as Found, text)).toBe(text);
  });
  fc.assert(property, { numRuns: 15, examples: KNOWN.map(text => [text]) });
});
