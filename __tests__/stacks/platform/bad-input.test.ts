import { aztec, BootstrapNode, NetworkNamespace, setKubernetes } from "../../../constructs";
import { newStack } from "../../constructs/fixtures";
import { build } from "./environments";

const SEQUENCER = ["imagePullSecrets", "nodeSelector", "priorityClassName", "serviceAccountAnnotations"];
const P2P = ["bootstrap", "nodes"].flatMap(list =>
  ["nodeSelector", "priorityClassName"].map(key => `p2p.${list}[0].${key}`),
);

test.each([
  ["p2p.bootstrap[0].resources", "node"],
  ["p2p.nodes[0].resources", "node"],
  ["sequencer.resources", "node"],
  ["sequencer.executionResources", "execution"],
])("fails on %s, which moved", (path, container) => {
  expect(() => build("devnet", {}, `${path}={}`)).toThrow(
    `was removed\n  → write it below kubernetes, as kubernetes: { resources: { ${container}: {`,
  );
});

test.each(["p2p.imagePullSecrets", ...P2P, ...SEQUENCER.map(key => `sequencer.${key}`)])(
  "fails on %s, which moved",
  path => {
    const key = path.split(".").at(-1) ?? "";
    expect(() => build("devnet", {}, `${path}=high`)).toThrow(
      `${path}\n  the key "${key}" was removed\n  → write it below kubernetes, as kubernetes: { ${key}: … }`,
    );
  },
);

test.each([
  ["tolerations=[{}]", "tolerations[0].key\n  is missing: only operator Exists tolerates every taint"],
  ["tolerations=[{ key: a, operator: Exists, value: b }]", "has no meaning with operator Exists"],
  ["tolerations=[{ key: a, tolerationSeconds: 5 }]", "has a meaning only with effect NoExecute"],
  ["tolerations=[{ key: a, effect: noschedule }]", 'did you mean "NoSchedule"?'],
  ["topologySpread=[{ topologyKey: a }, { topologyKey: a }]", 'topologySpread[1].topologyKey\n  "a" is there already'],
  [
    "topologySpread=[{ topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 2 }]",
    "minDomains\n  has a meaning only with DoNotSchedule",
  ],
  ['tolerations=[{ key: "a b", operator: Exists }]', 'tolerations[0].key\n  "a b" is not the key of a label'],
  ['tolerations=[{ key: a, value: "*" }]', 'tolerations[0].value\n  "*" is not the value of a label'],
  ['topologySpread=[{ topologyKey: "a b" }]', 'topologyKey\n  "a b" is not the key of a label'],
  [`annotations={ a: ${"x".repeat(230_000)} }`, "has 230001 bytes, and Kubernetes takes 262144 of all annotations"],
  ["startupBudget=1ms", 'startupBudget\n  "1ms" is less than 10s\n  → use 10s or more'],
  ['dnsConfig={ options: [{ name: ndots, value: "3\\nnameserver 6.6.6.6" }] }', "is not one word"],
  ['dnsConfig={ options: [{ name: ndots, value: "3:4" }] }', "is not one word"],
  [
    "volumes={ a: { mountPath: /x, emptyDir: {} }, b: { mountPath: /x, emptyDir: {} } }",
    'volumes.b.mountPath\n  "/x" is there already\n  → give every one its own',
  ],
  ["sidecars=[{ name: s, image: s:1 }, { name: s, image: s:1 }]", 'sidecars[1].name\n  "s" is there already'],
  [
    "sidecars=[{ name: s, image: s:1, volumeMounts: [{ name: tmp, mountPath: /d, subPath: ../x }] }]",
    '"../x" leads out of the volume\n  → write a path inside it',
  ],
  [
    "sidecars=[{ name: s, image: s:1, volumeMounts: [{ name: tmp, mountPath: /d, subPath: /x }] }]",
    '"/x" is not a path in the volume',
  ],
  ["affinity={ nodeAffinty: {} }", 'did you mean "nodeAffinity"?'],
  ['labels={ team: "a b" }', '"a b" must be the value of a label'],
  ['labels={ "-x": y }', 'the key "-x" must be the key of a label or annotation'],
  ["labels={ app.kubernetes.io/name: x }", 'the label "app.kubernetes.io/name" is set by the package'],
  ["podLabels={ component: x }", 'the label "component" is set by the package'],
  ["annotations={ cdktf-rollup-network/x: y }", "is set by the package"],
  ["ipFamily=IPv6", '"IPv6" is not allowed; allowed: IPv4'],
  ["clusterDns=[]", "clusterDns\n"],
  ["clusterDns=[coredns]", "clusterDns[0]"],
  ["clusterDns=[{ cidr: 10.0.0.10/24 }]", "is not the beginning of its range"],
  ["externalTrafficPolicy=local", 'did you mean "Local"?'],
  ["registry=https://mirror.example.org", "must be a registry with or without a path"],
  ["registry=mirror/rollup", "a dot or a port in its host"],
  ["registry=mirror.example.org/", "must be a registry"],
  ["chartRepository=mirror.example.org/charts", "must be the URL of a chart repository"],
  ["toleration=[]", 'did you mean "tolerations"?'],
])("fails on kubernetes.%s, at every level", (setting, message) => {
  for (const level of ["", "p2p.", "p2p.bootstrap[0].", "sequencer."]) {
    expect(() => build("devnet", {}, `${level}kubernetes.${setting}`)).toThrow(message);
  }
});

test.each([
  ["users={ user: 0 }", "users.user\n"],
  ["users=root", "users\n"],
  ["seccompProfile=../a", "leads out of that folder"],
  ["seccompProfile=/a", "must be a path below kubelet's folder"],
  ["resources={ agnet: {} }", 'the package has no container "agnet"'],
  ["resources={ node: { limits: { cpu: 0.5m } } }", "is finer than a thousandth"],
  ["resources={ node: { requests: { cpu: '2' }, limits: { cpu: '1' } } }", "2 is requested, but 1 is the limit"],
  ["resources={ node: { limits: { gpu: '1' } } }", 'unknown key "gpu"'],
  ["startupBudget=169h", "is more than 168h"],
  ["terminationGrace=0s", "must be a time above 0"],
  ["hostAliases=[{ ip: 1.2.3, hostnames: [a] }]", "is not an IP address"],
  ["hostAliases=[{ ip: 10.0.0.5, hostnames: [a_b] }]", "must be the name of a host"],
  ["hostAliases=[{ ip: 10.0.0.5, hostnames: [a] }, { ip: 10.0.0.5, hostnames: [b] }]", '"10.0.0.5" is there already'],
  ["dnsPolicy=None", "None leaves pods without DNS"],
  ["dnsConfig={ nameservers: [dns] }", "must be an IP address"],
  ["dnsConfig={ options: [{ name: 'a b' }] }", "must be an option of resolv.conf"],
  ["env={ A-B: c }", 'the key "A-B" must be the name of an environment variable'],
  ["env={ P2P_IP: 10.0.0.1 }", "P2P_IP is set by the package"],
  ...["PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "NODE_PATH", "BASH_ENV"].map((name): [string, string] => [
    `env={ ${name}: /tmp/x }`,
    `kubernetes.env.${name}\n  ${name} decides which programs and libraries the container runs\n  → remove it, and ` +
      "put them into the image",
  ]),
  ["secretEnv={ LD_AUDIT: { secret: a, key: b } }", "LD_AUDIT decides which programs and libraries the container runs"],
  [
    'affinity={ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "a b" }] } }',
    'IgnoredDuringExecution[0].topologyKey\n  "a b" is not the key of a label',
  ],
  [
    "affinity={ podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: " +
      '{ topologyKey: zone, namespaces: [A], labelSelector: { matchLabels: { "a b": "c d" } } } }] } }',
    'podAffinityTerm.labelSelector.matchLabels["a b"]\n  "a b" is not the key of a label',
  ],
  [
    "affinity={ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ " +
      'matchExpressions: [{ key: "a b", operator: Exists }] }] } } }',
    'nodeSelectorTerms[0].matchExpressions[0].key\n  "a b" is not the key of a label',
  ],
  ["env={ NODE: /usr/bin/node }", "NODE is set by the package"],
  ["env={ SSL_CERT_FILE: /a }", "SSL_CERT_FILE is set by caBundle"],
  ["env={ API_TOKEN: abc }", "API_TOKEN looks like a secret"],
  ["secretEnv={ POD_NAME: { secret: a, key: b } }", "POD_NAME is set by the package"],
  ["secretEnv={ A: { secret: a, key: '..' } }", "begins like a path"],
  ["envFrom=[{}]", "names no source"],
  ["envFrom=[{ configMap: a, secret: b }]", "names configMap and secret"],
  ["volumes={ a: { mountPath: /a } }", "names no source"],
  ["volumes={ a: { configMap: a, secret: b } }", "names configMap and secret"],
  ["volumes={ a: { configMap: a, mountPath: a } }", "must be an absolute path"],
  ["volumes={ a: { configMap: a, mountPath: /a/../b } }", "leads through . or .."],
  ["volumes={ A: { configMap: a } }", 'the key "A" must be a DNS label'],
  ["volumes={ a: { emptyDir: { sizeLimit: '5' } } }", "is less than 1Mi"],
  ["sidecars=[{ name: a, image: b }]", 'image "b" has no tag'],
  ["sidecars=[{ name: agent, image: 'b:1' }]", "agent is a container of the package"],
  ["initContainers=[{ name: a, image: 'b:1', ports: [] }]", 'unknown key "ports"'],
  ["caBundle={ key: ca.crt }", "caBundle\n  names no source"],
  ["caBundle={ configMap: a, key: a/b }", "must be the key of a Secret or ConfigMap"],
])("fails on kubernetes.%s", (setting, message) => {
  expect(() => build("spike", {}, `kubernetes.${setting}`)).toThrow(message);
});

test.each([
  ["env={ DATA_DIRECTORY: /a }", "DATA_DIRECTORY is set by the package"],
  ["env={ HOME: /a }", "kubernetes of boot: env.HOME: HOME is set already in the container node → remove it here, or"],
  [
    "volumes={ a: { configMap: a, mountPath: /tmp } }",
    "kubernetes of boot: volumes.a.mountPath: /tmp meets /tmp, where the container node has its own tmp → mount it",
  ],
  [
    "volumes={ a: { configMap: a, mountPath: /tmp/a } }",
    "kubernetes of boot: volumes.a.mountPath: /tmp/a meets /tmp, where the container node has its own tmp → mount it",
  ],
  [
    "volumes={ data: { configMap: a } }",
    "kubernetes of boot: volumes.data: data is the name of a volume of the package",
  ],
  [
    "sidecars=[{ name: a, image: 'b:1', volumeMounts: [{ name: nothing, mountPath: /a }] }]",
    "kubernetes of boot: sidecars[0].volumeMounts: the pod has no volume nothing → name one of scripts, tmp,",
  ],
  [
    "initContainers=[{ name: a, image: 'b:1' }, { name: a, image: 'c:1' }]",
    'p2p.kubernetes.initContainers[1].name\n  "a" is there already\n  → give every one its own',
  ],
  [
    "terminationGrace=20s",
    "kubernetes of boot: terminationGrace: 20s is less than the 60s that this pod needs to stop",
  ],
  [
    "resources={ agent: { limits: { memory: 32Mi } } }",
    "kubernetes of boot: resources.agent.requests.memory: 64Mi is requested, but 32Mi is the limit → request no more",
  ],
])("fails on p2p.kubernetes.%s, which a pod has already", (setting, message) => {
  expect(() => build("devnet", {}, `p2p.kubernetes.${setting}`)).toThrow(message);
});

test("fails on a variable that two levels set in two ways", () => {
  const nearer = "p2p.kubernetes.secretEnv={ NOTE: { secret: a, key: b } }";
  expect(() => build("devnet", { env: { NOTE: "a" } }, nearer)).toThrow("secretEnv.NOTE: NOTE is in env too");
});

test("fails in code with the place in the props", () => {
  expect(() => setKubernetes(newStack(), { tolerations: [{}] })).toThrow("tolerations[0].key: is missing");
});

test("fails where it would not reach objects that are there already", () => {
  const stack = newStack();
  new NetworkNamespace(stack, "Namespace", { name: "net" });
  expect(() => setKubernetes(stack, { schedulerName: "volcano" })).toThrow("it has objects already");
});

test("fails where two images would become one in the mirror", () => {
  const images = "sequencer.gateImage=quay.io/library/haproxy:3.2.25-alpine";
  const asked = { registry: "mirror.example.org" };
  const set = ["sequencer.da.wait=10s", "sequencer.haproxyImage=ghcr.io/library/haproxy:3.2.25-alpine", images];
  expect(() => build("devnet", asked, ...set)).toThrow(
    /kubernetes.registry: \S+ and \S+ would both be mirror.example.org\/library\/haproxy:3.2.25-alpine → copy one of/,
  );
});

const KEYED = "https://a.example.com/v3/0f3c9a1b7d2e4c5f8a6b0f3c9a1b7d2e";
const LIKE_A_KEY = "part 2 of the path of a.example.com looks like a key, which would stand in Terraform's state";
const AT = (path: string) => new RegExp(`${path.replace(/[[\]]/g, "\\$&")}\\n  ${LIKE_A_KEY}\\n  → `);
const IN_SECRET = "put the URL into a Secret, and name that in secretEnv as A";
const PUBLIC = ", or list the URL in publicUrls if it holds none";

test.each([
  ["devnet", "kubernetes.env.A", IN_SECRET],
  ["devnet", "p2p.kubernetes.env.A", IN_SECRET],
  ["devnet", "p2p.nodes[0].kubernetes.env.A", IN_SECRET],
  ["devnet", "p2p.kubernetes.sidecars[0].env.A", IN_SECRET],
  ["devnet", "p2p.kubernetes.initContainers[0].args[0]", "use a URL that needs no key"],
  ["devnet", "sequencer.kubernetes.sidecars[0].command[0]", "use a URL that needs no key"],
  ["devnet", "sequencer.software.evNode.args[0]", "use a URL that needs no key"],
  ["spike", "spike.kubernetes.env.A", IN_SECRET],
])("fails for a key in a URL of %s at %s, and does not repeat it", (name, path, remedy) => {
  const [container] = /^\S*(initContainers|sidecars)\[0\]/.exec(path) ?? [];
  const value = path.includes("args") ? `--a=${KEYED}` : `http://b.example.com,${KEYED}`;
  const set = [...(container ? [`${container}={ name: a, image: "b:1" }`] : []), `${path}=${value}`];
  const failed = () => build(name, {}, ...set);
  expect(failed).toThrow(AT(path));
  expect(failed).toThrow(`${remedy}${PUBLIC}`);
  expect(build(name, {}, ...set, `publicUrls=["${KEYED}"]`).objects).not.toEqual([]);
});

test("fails for a key in a URL of a batcher", () => {
  const path = "sequencer.software.opStack.batcher.env.OP_BATCHER_METRICS_URL";
  const failed = () => build("op-stack", {}, `${path}=${KEYED}`);
  expect(failed).toThrow(AT(path));
  expect(failed).toThrow("in sequencer.kubernetes.secretEnv as OP_BATCHER_METRICS_URL");
});

test("publicUrls of the environment holds for p2p too", () => {
  const set = [`p2p.chain.l1ExecutionUrls=["${KEYED}"]`, `publicUrls=["${KEYED}"]`];
  expect(build("devnet", {}, ...set).objects).not.toEqual([]);
});

const TAGGED = ["sidecars", "initContainers"].map(word => [word, `{ name: a, image: "b:1" }`] as const);
test.each(TAGGED)("fails for a tag in %s where digests are required", (word, container) => {
  const digests = ["requireDigests=true", `p2p.nodes[0].kubernetes.${word}=[${container}]`];
  expect(() => build("devnet", {}, ...digests)).toThrow(
    `p2p.nodes[0].kubernetes.${word}[0].image\n  image "b:1" is named by tag, but digests are required\n  → use `,
  );
});

test.each(TAGGED)("fails in code for a tag in %s from above where digests are required", word => {
  const stack = newStack();
  setKubernetes(stack, { [word]: [{ name: "a", image: "b:1" }] });
  const software = aztec({ image: `aztec:4.1.2@sha256:${"0".repeat(64)}` });
  expect(() => new BootstrapNode(stack, "Boot", { namespace: "net", software, requireDigest: true })).toThrow(
    `kubernetes of test/Boot: ${word}[0].image: image "b:1" is named by tag, but digests are required`,
  );
});
