import { createBootstrapIdentity } from "../../../constructs/p2p/enr";
import { check } from "../../../stacks/app";
import { loadEnvironments, ValuesError } from "../../../values/load/load";
import { type Files, withFolder } from "../folder";

const URL = "http://l1.l1.svc:8545";
const environment = (...p2p: string[]) =>
  [
    "profile: dev",
    "cluster: { context: c }",
    "p2p:",
    "  namespace: net",
    "  chain:",
    "    l1ChainId: 1",
    "    network: mainnet",
    ...["l1ExecutionUrls", "l1ConsensusUrls", "l1DebugUrls"].map(key => `    ${key}: ["${URL}"]`),
    "  image: registry/node:6.0.0",
    ...p2p.map(line => `  ${line}`),
    "",
  ].join("\n");

/** Messages and remedies of everything that is wrong, from the first to the last line of it. */
const wrong = (files: Files, set: readonly string[] = []) =>
  withFolder(files, dir => {
    try {
      check(loadEnvironments({ dir, set }));
    } catch (error) {
      if (!(error instanceof ValuesError)) throw error;
      return error.findings.map(({ path, message, remedy }) =>
        `${path}: ${message} → ${remedy}`.replaceAll(dir, "values"),
      );
    }
    return [];
  });
const errors = (...p2p: string[]) => wrong({ "net.yaml": environment(...p2p) });
const boot = (fields: string) => errors(`bootstrap: [{ name: boot, ${fields} }]`);
const full = (fields: string) => errors(`nodes: [{ name: full, ${fields} }]`);

/** What the example of a raft says with one value changed. */
const sequencer = (...set: string[]) =>
  wrong({ "seq.yaml": SEQUENCER }, set).map(line => line.replace(/^sequencer\./, ""));
const SEQUENCER = `
profile: dev
cluster: { context: c }
sequencer:
  namespace: seq
  software: { evNode: { version: v1.2.2, execution: testapp, image: "registry/app:1.2.2" } }
  ha: { raft: { mesh: plain } }
  da: { endpoints: ["http://da.da.svc:7980"], namespace: roll }
  signer: { secret: seq-signer }
  nodeKeys:
    secret: keys
    peerIds:
      - 12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg
      - 12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2
      - 12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX
  genesis: { configMap: g }
`;

test("the environments are right", () => {
  expect([errors(), sequencer()]).toEqual([[], []]);
});

describe("fails on addresses", () => {
  const NOWHERE = ["0.0.0.0", "0.1.2.3", "127.0.0.1", "127.9.9.9", "169.254.169.254", "224.0.0.1", "239.1.1.1"];
  test.each([...NOWHERE, "255.255.255.255"])("%s, where no other host can be", ip => {
    const found = [
      ...boot(`announce: { clusterIp: { addresses: ["${ip}"] } }`),
      ...boot(`announce: { address: { ips: ["${ip}"] } }`),
      ...sequencer(`sequencer.da.endpoints[0]=http://${ip}:7980`),
      ...full(`joinUrls: { urls: ["http://${ip}"] }`),
    ];
    expect(found.map(line => line.replace(/: (no host|it is).*/, ""))).toEqual([
      `p2p.bootstrap[0].announce.clusterIp.addresses[0]: "${ip}" is not the address of a host`,
      `p2p.bootstrap[0].announce.address.ips[0]: "${ip}" is not the address of a host`,
      `da.endpoints[0]: "http://${ip}:7980" leads nowhere`,
      `p2p.nodes[0].joinUrls.urls[0]: "http://${ip}" leads nowhere`,
    ]);
  });

  test("of class E, but those of Services, where a cloud has them", () => {
    expect(boot('announce: { address: { ips: ["240.0.0.1"] } }')).toHaveLength(1);
    expect(boot('announce: { clusterIp: { addresses: ["240.0.0.1"] } }')).toEqual([]);
  });

  test.each(["010.0.0.1", "0xa.1", "167772161", "10.1", "256.1.1.1", "1.2.3.4 ", "::1", ""])(
    "%j, in another spelling",
    ip => {
      expect(boot(`announce: { clusterIp: { addresses: ["${ip}"] } }`)).toHaveLength(1);
    },
  );

  test.each([
    ["010.0.0.1", "8.0.0.1"],
    ["10.1", "10.0.0.1"],
    ["a%2eb.svc", "a.b.svc"],
  ])("http://%s, which is read as %s", (host, read) => {
    expect(full(`joinUrls: { urls: ["http://${host}:80"] }`)).toEqual([
      `p2p.nodes[0].joinUrls.urls[0]: "http://${host}:80" names its host in another way than it is read, which is ` +
        `${read} → write http://${read}…`,
    ]);
  });

  test.each([
    ["0x7f.1", "127.0.0.1", "it is the pod's own loopback"],
    ["2130706433", "127.0.0.1", "it is the pod's own loopback"],
    ["[::ffff:10.0.0.1]", "[::ffff:a00:1]", "it is an IPv4 address in another spelling"],
  ])("http://%s, which is read as %s, where nobody is", (host, read, why) => {
    expect(full(`joinUrls: { urls: ["http://${host}:80"] }`)).toEqual([
      `p2p.nodes[0].joinUrls.urls[0]: "http://${host}:80" is read as ${read}, and leads nowhere: ${why} → name a ` +
        "Service, or a host that pods reach",
    ]);
  });

  test.each(["[::1]", "[::]", "[fe80::1]", "[ff02::1]", "localhost", "x.localhost", "a.b.svc:0"])("http://%s", host => {
    expect(full(`joinUrls: { urls: ["http://${host}"] }`)).toHaveLength(1);
  });

  test.each([
    "geth_1.l1.svc",
    "geth.l_1.svc.cluster.local",
    "-geth.l1.svc",
    "geth..example.org",
    `${"a".repeat(64)}.b.c`,
  ])("http://%s, which is no name of DNS", host => {
    const found = full(`joinUrls: { urls: ["http://${host}"] }`);
    expect(found.map(line => line.replace(/"http[^"]*"/, "…"))).toEqual([
      "p2p.nodes[0].joinUrls.urls[0]: … has a host that is no name of DNS → use labels of letters, digits and " +
        "dashes, at most 63 characters each",
    ]);
  });

  test("but not on hosts elsewhere with an underscore", () => {
    expect(full('joinUrls: { urls: ["http://geth_1.example.org", "http://10.1.2.3", "http://[fd00::1]"] }')).toEqual(
      [],
    );
  });

  test.each([
    ["p2p.nodes[0].joinUrls.urls[0]", () => full('joinUrls: { urls: ["http://a.b.svc/#top"] }')],
    ["runbookBase", () => wrong({ "net.yaml": `runbookBase: "https://example.org/#top"\n${environment()}` })],
  ])("with a part that no server gets to see, in %s", (path, found) => {
    const [line = "", ...others] = found();
    expect(others).toEqual([]);
    expect(line.replace(/"http[^"]*"/, "…")).toBe(
      `${path}: … has a part after #, which no server gets to see → remove it`,
    );
  });

  test("but not on the machine that runs the commands", () => {
    const exec = 'cluster: { exec: { host: "https://127.0.0.1:6443", caCertificateFile: ca, command: x } }';
    expect(wrong({ "net.yaml": environment().replace("cluster: { context: c }", exec) })).toEqual([]);
  });

  test.each([
    ["10.0.0.1/8", "is not the beginning of its range → write 10.0.0.0/8, or 10.0.0.1/32"],
    ["fd00::1/8", "is not the beginning of its range → write fd00::/8, or fd00::1/128"],
    ["127.0.0.0/8", "holds no other host: it is the pod's own loopback → name the addresses of the peers"],
    ["::1/128", "holds no other host: it is the pod's own loopback → name the addresses of the peers"],
    ["224.0.0.0/4", "holds no other host: it is a multicast group → name the addresses of the peers"],
  ])("the range %s", (range, message) => {
    expect(errors(`networkPolicies: { apiServer: ["${range}"] }`)).toEqual([
      `p2p.networkPolicies.apiServer[0]: "${range}" ${message}`,
    ]);
  });

  test("but not on ranges that policies may open", () => {
    const ranges = ["0.0.0.0/0", "169.254.169.254/32", "10.0.0.0/8", "203.0.113.7/32"];
    const egress = ranges.map(range => `{ cidr: "${range}" }`);
    expect(errors(`networkPolicies: { egress: [${egress}], apiServer: ["::/0", "fd00::5/128"] }`)).toEqual([]);
  });

  test.each(["seq-headless", "seq-0", "seq-read", "seq", "seq-1.seq-headless"])("that are the mesh: %s", service => {
    const url = `http://${service}.seq.svc.cluster.local:7980`;
    expect(sequencer(`sequencer.da.endpoints[0]=${url}`)).toEqual([
      `da.endpoints[0]: "${url}" is a Service of this sequencer itself → name a node of the DA`,
    ]);
  });

  test("but not on a DA in the sequencer's namespace", () => {
    expect(sequencer("sequencer.da.endpoints[0]=http://da-0.da.seq.svc:7980")).toEqual([]);
    expect(sequencer("sequencer.da.endpoints[0]=http://sequel.seq.svc:7980")).toEqual([]);
  });
});

describe("fails on what Kubernetes has or takes", () => {
  test.each(["default", "kube-system", "kube-public", "kube-node-lease", "kube-mine"])("the namespace %s", name => {
    const remedy = "name one that the package may create and delete";
    const message = `"${name}" is a namespace of Kubernetes itself → ${remedy}`;
    expect(wrong({ "net.yaml": environment() }, [`p2p.namespace=${name}`])).toEqual([`p2p.namespace: ${message}`]);
    expect(sequencer(`sequencer.namespace=${name}`)).toEqual([`namespace: ${message}`]);
  });

  test("but not on pods of those namespaces", () => {
    expect(errors("networkPolicies: { rpcClients: [{ namespace: kube-system }], monitoring: default }")).toEqual([]);
  });

  test("a PriorityClass of the system", () => {
    expect(sequencer("sequencer.namespace=system-x")).toEqual([
      'namespace: "system-x" would name a PriorityClass too, and Kubernetes keeps system- for its own → use another ' +
        "one, or name a kubernetes.priorityClassName",
    ]);
    expect(sequencer("sequencer.namespace=system-x", "sequencer.kubernetes.priorityClassName=mine")).toEqual([]);
  });

  test.each(["default", "default-deny", "1st"])("the name %s", name => {
    expect([...errors(`nodes: [{ name: ${name} }]`), ...sequencer(`sequencer.name=${name}`)]).toHaveLength(2);
  });
});

describe("fails on what two have", () => {
  const spike = "spike: { namespace: net, version: 0.8.0, trustDomain: a.b, clusterName: c }\n";

  test.each(["cluster: { context: c }", "cluster: {}"])("such as the namespace of two sections with %s", cluster => {
    const text = environment().replace("cluster: { context: c }", cluster) + spike;
    expect(wrong({ "net.yaml": text })).toEqual([
      expect.stringMatching(
        /^spike\.namespace: deploys into namespace net of .*, and so does p2p\.namespace \(line 4\) → /,
      ),
    ]);
  });

  const { enr } = createBootstrapIdentity({ l1ChainId: 1, ip: "10.96.7.7", port: 40400 });
  const keyed = (name: string) =>
    `{ name: ${name}, announce: { clusterIp: { addresses: [10.96.7.7] } }, identity: { secret: k, enrs: [${enr}] } }`;

  test("such as the key of a node", () => {
    expect(errors(`bootstrap: [${keyed("a")}, ${keyed("b")}]`)).toEqual([
      "p2p.bootstrap[1].announce: 10.96.7.7 is the reserved address of a already → reserve another address",
      "p2p.bootstrap[1].identity: an ENR is of a key of a too → every replica of every node needs a key of its own",
    ]);
  });

  test("such as addresses and keys of environments", () => {
    const files = (context: string) => ({
      "a.yaml": environment(`bootstrap: [${keyed("a")}]`),
      "b.yaml": environment(`bootstrap: [${keyed("a")}]`)
        .replace("namespace: net", "namespace: b")
        .replace("context: c", `context: ${context}`),
    });
    const [address, key] = [
      "p2p.bootstrap[0].announce.clusterIp.addresses[0]: announces the ClusterIP 10.96.7.7, and so does values/a.yaml",
      `p2p.bootstrap[0].identity.enrs[0]: announces the ENR ${enr.slice(0, 40)}…, and so does values/a.yaml`,
    ];
    const remedy = " → give each node an address and a key of its own";
    expect(wrong(files("c"))).toEqual([address + remedy, key + remedy]);
    expect(wrong(files("d"))).toEqual([key + remedy]);
  });

  test("such as node ports of a cluster", () => {
    const at = (name: string, ip: string, more = "") =>
      `{ name: ${name}, announce: { address: { ips: [${ip}], nodePorts: [30400]${more} } } }`;
    expect(errors(`bootstrap: [${at("a", "203.0.113.7")}, ${at("b", "203.0.113.8")}]`)).toEqual([
      "p2p.bootstrap[1].announce: 30400 is the node port of a already → reserve another node port",
    ]);
  });

  test("such as an ENR of this environment that is named as another's", () => {
    expect(errors(`bootstrap: [${keyed("a")}]`, `nodes: [{ name: full, externalEnrs: [${enr}] }]`)).toEqual([
      "p2p.nodes[0].externalEnrs[0]: the ENR is of a, which is a bootstrap node of this environment → remove it, and " +
        "use join: [a]",
    ]);
  });

  test("such as Services of brokers and nodes", () => {
    expect(errors("proverBrokers: [{ name: full-headless }]", "nodes: [{ name: full }]")).toEqual([
      "p2p.proverBrokers[0].name: the Service full-headless of full-headless would be that of full too → name one of " +
        "the two differently",
    ]);
  });

  test.each([
    ["externalEnrs", `externalEnrs: [${enr}, ${enr}]`],
    ["joinUrls.urls", 'joinUrls: { urls: ["http://a.b.svc", "http://a.b.svc"] }'],
  ])("such as elements of %s", (list, fields) => {
    expect(full(fields)).toEqual([expect.stringMatching(/ is the same as element 0 → name it once$/)]);
    expect(full(fields)[0]).toContain(`p2p.nodes[0].${list}[1]: `);
  });

  test("such as one variable in two places", () => {
    expect(full("env: { A: b }, secretEnv: { A: { secret: s, key: k } }")).toEqual([
      "p2p.nodes[0].secretEnv.A: A is in env too → keep one of the two",
    ]);
  });
});

describe("fails on what a grammar does not have", () => {
  const long = "a".repeat(64);
  test.each([
    ["a label's key", 'nodeSelector: { "a b": x }'],
    ["a label's key of two domains", 'nodeSelector: { "a.b/c/d": x }'],
    ["a label's key without a name", 'nodeSelector: { "a.b/": x }'],
    ["a label's key in upper case before the slash", 'nodeSelector: { "A.b/c": x }'],
    ["a label's key that is too long", `nodeSelector: { ${long}: x }`],
    ["a label's value", 'nodeSelector: { a: "x y" }'],
    ["a label's value that is too long", `nodeSelector: { a: ${long} }`],
    ["a label's value with an end that is none", "nodeSelector: { a: x- }"],
    ["a Secret's name", "secretEnv: { A: { secret: a..b, key: k } }"],
    ["a Secret's key", 'secretEnv: { A: { secret: s, key: "a/b" } }'],
    ["a Secret's key that is a path", 'secretEnv: { A: { secret: s, key: ".." } }'],
    ["a priority class", "priorityClassName: A"],
    ["a storage class", "storage: { className: a..b }"],
    ["no storage", "storage: { size: 0Gi }"],
    ["storage in bytes", 'storage: { size: "2" }'],
    ["storage beyond all clouds", "storage: { size: 2000000Pi }"],
    ["no CPU", "kubernetes: { resources: { node: { requests: { cpu: '0' } } } }"],
    ["a part of a thousandth of a CPU", "kubernetes: { resources: { node: { requests: { cpu: 0.5m } } } }"],
    ["CPUs beyond all hosts", "kubernetes: { resources: { node: { requests: { cpu: '5000' } } } }"],
    ["memory in bytes", "kubernetes: { resources: { node: { limits: { memory: '512' } } } }"],
    ["memory in thousandths", "kubernetes: { resources: { node: { limits: { memory: 512m } } } }"],
    ["a time beyond its use", 'joinUrls: { urls: ["http://a.b.svc"], timeout: 11m }'],
    ["a time beyond all numbers", 'joinUrls: { urls: ["http://a.b.svc"], timeout: 99999999999999999999h }'],
  ])("such as %s", (_, fields) => {
    expect(full(fields)).toHaveLength(1);
  });

  test.each([
    "https://registry/node:6.0.0",
    "registry//node:6.0.0",
    "registry/node:6.0.0:7",
    "registry/node:",
    "/node:6.0.0",
    "registry/Node:6.0.0",
    "-registry/node:6.0.0",
    `registry/${"n/".repeat(130)}node:6.0.0`,
    `registry/node:${"6".repeat(129)}`,
    "registry/node :6.0.0",
    'registry/node:6.0.0"',
    "registry/node:6.0.0@sha256:1",
    "registry/node:6.0.0@",
  ])("such as the image %s", image => {
    const found = wrong({
      "net.yaml": environment("release: 6", "bootstrap: [{ name: boot }]").replace(
        "registry/node:6.0.0",
        JSON.stringify(image),
      ),
    });
    expect(found.filter(line => line.startsWith("p2p.image: "))).toHaveLength(1);
  });

  test.each([
    "node:6.0.0",
    "a-b.c_d/e__f/g--h:V1",
    "localhost:5000/node:6",
    "Registry.example.org/node:6.0.0",
    "[::1]:5000/n:6",
  ])("but not on the image %s", image => {
    expect(
      wrong({
        "net.yaml": environment("release: 6", "bootstrap: [{ name: boot }]").replace(
          "registry/node:6.0.0",
          JSON.stringify(image),
        ),
      }),
    ).toEqual([]);
  });

  test.each([
    ["cluster.domain", "a..b"],
    ["cluster.domain", '"a b"'],
    ["cluster.domain", `${long}.local`],
    ["sequencer.signer", "{ kms: { aws: { keyId: 'a b', region: eu-central-1 } } }"],
    ["sequencer.signer", "{ kms: { aws: { keyId: a, region: 'eu central' } } }"],
    ["sequencer.serviceAccountAnnotations", "{ 'a b': x }"],
    ["sequencer.ha.raft.members", "1000000000"],
    ["sequencer.ha.raft.maintenanceWindow", "721h"],
    ["sequencer.da.authToken", "{ secret: s, key: 'a b' }"],
    ["backend", "{ pg: { schema: 'a\"b' } }"],
    ["backend", `{ pg: { schema: ${"s".repeat(54)} } }`],
    ["backend", "{ kubernetes: { namespace: A } }"],
    ["backend", `{ kubernetes: { namespace: a, suffix: ${"s".repeat(54)} } }`],
    ["backend", "{ s3: { bucket: 'a b', region: x } }"],
    ["backend", "{ azurerm: { resourceGroup: a, storageAccount: A, container: abc } }"],
  ])("such as %s=%s", (path, value) => {
    const [found, ...others] = wrong(
      { "seq.yaml": SEQUENCER.replace("signer: { secret: seq-signer }", "signer: {}") },
      [...(path === "sequencer.signer" ? [] : ["sequencer.signer={ secret: s }"]), `${path}=${value}`],
    );
    expect(found).toMatch(new RegExp(`^${path}`));
    expect(others).toEqual([]);
  });
});
