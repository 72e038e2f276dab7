import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { createProgram } from "../../cli/program";
import { createBootstrapIdentity } from "../../constructs/p2p/enr";

const home = process.cwd();
let dir: string;

beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "cli-")));
  mkdirSync(join(dir, "values"));
  process.chdir(dir);
});

afterEach(() => {
  process.chdir(home);
  rmSync(dir, { recursive: true });
});

/** Runs a command in this process and returns what it printed. */
async function run(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const log = jest.spyOn(console, "log").mockImplementation(text => void printed.push(`${text}\n`));
  const write = jest.spyOn(process.stdout, "write").mockImplementation(text => printed.push(String(text)) > 0);
  try {
    await createProgram().exitOverride().parseAsync(args, { from: "user" });
  } finally {
    log.mockRestore();
    write.mockRestore();
  }
  return printed.join("");
}

const values = (text: string, name = "net") => writeFileSync(join("values", `${name}.yaml`), text);

const enrOf = (ip: string, port = 40400) => createBootstrapIdentity({ l1ChainId: 1, ip, port }).enr;
const [a, b] = [enrOf("10.96.7.7"), enrOf("10.96.7.8")];
const tampered = `${a.slice(0, 60)}${a[60] === "A" ? "B" : "A"}${a.slice(61)}`;

const HEAD = `profile: dev
p2p:
  namespace: net
  chain: { l1ChainId: 1, network: devnet }
`;
const GOOD = `${HEAD}  image: aztec:4.1.2
  bootstrap:
    - name: boot
  nodes:
    - { name: full, join: [boot] }
`;

const keyed = (addresses: string, enrs: string[], more = "") => `${HEAD}  image: aztec:4.1.2
  bootstrap:
    - name: boot${more}
      announce: { clusterIp: { addresses: [${addresses}] } }
      identity:
        secret: keys
        enrs:
${enrs.map(enr => `          - ${enr}`).join("\n")}
`;

test.each<[string, string, string[]]>([
  [
    "a bootstrap node with podIp",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap:\n    - name: boot\n      announce: podIp\n`,
    ["values/net.yaml:8:17  p2p.bootstrap[0].announce", "a bootstrap node cannot announce its pod's address"],
  ],
  [
    "a bootstrap node without persistence",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap:\n    - name: boot\n      identity: ephemeral\n`,
    ["values/net.yaml:8:17  p2p.bootstrap[0].identity", "persisted"],
  ],
  [
    "an ENR with a wrong signature",
    keyed("10.96.7.7", [tampered]),
    ["values/net.yaml:12:13  p2p.bootstrap[0].identity.enrs[0]", "signature"],
  ],
  [
    "an ENR with another address",
    keyed("10.96.7.9", [a]),
    [
      "values/net.yaml:12:13  p2p.bootstrap[0].identity.enrs[0]",
      "the ENR announces 10.96.7.7:40400",
      "--address 10.96.7.9",
    ],
  ],
  [
    "an ENR with another port",
    keyed("10.96.7.7", [a], "\n      port: 40401"),
    ["values/net.yaml:13:13  p2p.bootstrap[0].identity.enrs[0]", "expected 10.96.7.7:40401"],
  ],
  [
    "ENRs of each other's replica",
    keyed("10.96.7.7, 10.96.7.8", [b, a], "\n      replicas: 2"),
    [
      "p2p.bootstrap[0].identity.enrs[0]",
      "it belongs to replica 1: swap the ENRs",
      "p2p.bootstrap[0].identity.enrs[1]",
      "2 errors",
    ],
  ],
  [
    "more replicas than keys",
    keyed("10.96.7.7, 10.96.7.8", [a], "\n      replicas: 2"),
    ["values/net.yaml:12:9  p2p.bootstrap[0].identity.enrs", "2 replicas, but 1 keys with a known ENR"],
  ],
  [
    "the tag latest",
    `${HEAD}  image: aztec:latest\n  nodes: [{ name: full }]\n`,
    ["values/net.yaml:5:10  p2p.image", "latest", "1 error;"],
  ],
  [
    "a missing tag",
    `${HEAD}  image: aztec\n  nodes: [{ name: full }]\n`,
    ["values/net.yaml:5:10  p2p.image", "has no tag"],
  ],
  [
    "a tag where digests are required",
    `requireDigests: true\n${HEAD}  image: aztec:4.1.2\n  nodes: [{ name: full }]\n`,
    ["values/net.yaml:6:10  p2p.image", "digests are required"],
  ],
  [
    "a private address for a public node's bootnode",
    `${HEAD}  image: aztec:4.1.2\n  nodes:\n    - { name: full, announce: publicIp, externalEnrs: [${a}] }\n`,
    ["values/net.yaml:7:56  p2p.nodes[0].externalEnrs[0]", "a public node cannot join through 10.96.7.7"],
  ],
  [
    "an internal bootstrap node for a public node",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap: [{ name: boot }]\n  nodes:\n    - { name: full, announce: publicIp, ` +
      `join: [boot] }\n`,
    ["values/net.yaml:8:48  p2p.nodes[0].join[0]", "a public node cannot join through a ClusterIP"],
  ],
  [
    "a port used twice on one host network",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap: [{ name: boot, announce: publicIp }]\n  nodes:\n    - { name: full, ` +
      `announce: publicIp, port: 40400 }\n`,
    ["values/net.yaml:8:47  p2p.nodes[0].port", "port 40400 of the host is already used by boot"],
  ],
  [
    "a prover that names no broker and no key",
    `${HEAD}  image: aztec:4.1.2\n  nodes: [{ name: prove, role: prover }]\n`,
    [
      "p2p.nodes[0].broker",
      "prove does not start without a broker, which is the queue of its proofs",
      "add one to proverBrokers, and name it",
      "p2p.nodes[0].publisherKey",
    ],
  ],
  [
    "a volume that is smaller than the CRS",
    `${HEAD}  image: aztec:4.1.2\n  proverBrokers: [{ name: queue }]\n  proverAgents:\n    - { name: agents, ` +
      `broker: queue, storage: { size: 2Gi } }\n`,
    ["p2p.proverAgents[0].storage.size", "2Gi is less than the CRS that prover-agent pods keep there: 2065Mi"],
  ],
  [
    "an image of an unknown line",
    `${HEAD}  image: aztec:7.0.0\n  nodes: [{ name: full }]\n`,
    [
      "values/net.yaml:5:10  p2p.image",
      'image "aztec:7.0.0" is of release line 7, which this package does not know',
      "give release: 4, 5 or 6",
    ],
  ],
  [
    "line 6 without an L1 endpoint that traces",
    `${HEAD}  image: aztec:6.0.0\n  nodes: [{ name: full }]\n`,
    [
      "p2p.chain.l1DebugUrls",
      "a node of line 6 does not start without an L1 endpoint that traces transactions",
      "or set l1WithoutDebug",
    ],
  ],
  [
    "a status that fails for want of peers",
    `${HEAD}  image: aztec:4.1.2\n  nodes:\n    - name: full\n      env: { P2P_HEALTH_MIN_PEERS: "1" }\n`,
    ["values/net.yaml:8:36  p2p.nodes[0].env.P2P_HEALTH_MIN_PEERS", "would bring no peers", "the alert NoPeers"],
  ],
  [
    "an own ENR that nodes of the network would ignore",
    `${HEAD}  image: aztec:4.1.2\n  nodes: [{ name: full, externalEnrs: [${a}] }]\n`.replace("Id: 1,", "Id: 5,"),
    ["p2p.nodes[0].externalEnrs[0]", "the ENR is of L1 chain 1, and p2p.chain.l1ChainId is 5", "correct l1ChainId"],
  ],
  [
    "two nodes on the host's network",
    `${HEAD}  image: aztec:4.1.2\n  nodes:\n    - { name: one, announce: { publicIp: hostNetwork } }\n    - { name: ` +
      `two, port: 40401, announce: { publicIp: hostNetwork } }\n`,
    ["p2p.nodes[1].announce", "port 8080 of the host is already used by one", "use hostPort instead of hostNetwork"],
  ],
  [
    "an address given twice",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap:\n    - { name: boot, announce: { clusterIp: { addresses: [10.96.7.7, ` +
      `10.96.7.7] } } }\n`,
    [
      "values/net.yaml:7:57  p2p.bootstrap[0].announce.clusterIp.addresses",
      "must not name an address twice",
      "1 error;",
    ],
  ],
  [
    "credentials in a URL",
    `${HEAD.replace("network: devnet", "network: devnet, l1ExecutionUrls: ['https://user:pw@l1/']")}  image: ` +
      `aztec:4.1.2\n`,
    ["p2p.chain.l1ExecutionUrls[0]", "must not carry credentials", "→ put the URL into a Secret, and name that in"],
  ],
  [
    "credentials in a URL that no Secret can have",
    `${HEAD.replace("network: devnet", "network: devnet, networkConfigUrl: 'https://user:pw@a.example/'")}  image: ` +
      `aztec:4.1.2\n`,
    ["p2p.chain.networkConfigUrl", "must not carry credentials", "→ use a URL that needs none"],
  ],
  [
    "nodes without their rollup",
    `${HEAD.replace(", network: devnet", "")}  image: aztec:4.1.2\n  nodes: [{ name: full }]\n`,
    ["values/net.yaml:4:10  p2p.chain", "nodes do not start without network or registryAddress"],
  ],
  [
    "a bad ENR of a bootstrap node that others join, once",
    `${keyed("10.96.7.7", [tampered])}  nodes: [{ name: full, join: [boot] }, { name: more, join: [boot] }]\n`,
    ["values/net.yaml:12:13  p2p.bootstrap[0].identity.enrs[0]", "1 error;"],
  ],
  [
    "two nodes whose Services would have one name",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap:\n    - { name: boot, replicas: 2 }\n    - { name: boot-1 }\n`,
    ["values/net.yaml:8:15  p2p.bootstrap[1].name", "the Service boot-1-p2p of boot-1 would be that of boot too"],
  ],
  [
    "two nodes with one reserved address",
    `${HEAD}  image: aztec:4.1.2\n  bootstrap:\n${["a", "b"]
      .map(name => `    - { name: ${name}, announce: { clusterIp: { addresses: [10.96.7.7] } } }\n`)
      .join("")}`,
    ["values/net.yaml:8:28  p2p.bootstrap[1].announce", "10.96.7.7 is the reserved address of a already"],
  ],
  [
    "keys made in advance without an address, in the words of the values",
    keyed("10.96.7.7", [a]).replace(/announce: .*/, "announce: clusterIp"),
    ["reserve addresses (clusterIp: { addresses }, or address), or use identity: persisted"],
  ],
  [
    "environment that the package sets",
    `${HEAD}  image: aztec:4.1.2\n  nodes:\n    - name: full\n      env: { P2P_IP: 1.2.3.4 }\n`,
    ["values/net.yaml:8:22  p2p.nodes[0].env.P2P_IP", "is set by the package"],
  ],
])("fails for %s, and writes nothing", async (_, text, parts) => {
  values(text);
  const failure = run("synth").catch((error: Error) => error.message);
  for (const part of parts) expect(await failure).toContain(part);
  expect(existsSync("cdktf.out")).toBe(false);
});

test("fails with the errors of all environments, and writes none of them", async () => {
  values(GOOD);
  values(
    `${HEAD}  image: aztec:latest\n  nodes: [{ name: full }]\n`.replace("namespace: net", "namespace: other"),
    "other",
  );
  values(`${HEAD}  image: aztec\n  nodes: [{ name: full }]\n`.replace("namespace: net", "namespace: third"), "third");
  await expect(run("synth")).rejects.toThrow(/other\.yaml:5:10.*third\.yaml:5:10.*2 errors; nothing was written/s);
  expect(existsSync("cdktf.out")).toBe(false);
});

test("synthesizes an environment and says what it creates", async () => {
  values(GOOD);
  const printed = await run("synth");
  expect(printed).toContain("net-p2p");
  expect(printed).toContain("boot → net/boot-p2p (ClusterIP)");
  expect(printed).toMatch(/1 environment, 1 stack, 19 objects in \d+ ms → cdktf\.out/);
  const terraform = JSON.parse(readFileSync("cdktf.out/stacks/net-p2p/cdk.tf.json", "utf8"));
  expect(Object.keys(terraform.resource)).toContain("kubernetes_stateful_set_v1");
});

test("synthesizes only what is named, under overrides for this run", async () => {
  values(GOOD);
  values(GOOD.replace("namespace: net", "namespace: other"), "other");
  const summary = JSON.parse(await run("synth", "other", "--set", "p2p.nodes[0].replicas=4", "--json"));
  expect(summary.stacks).toMatchObject([{ stack: "other-p2p", kinds: { StatefulSet: 1 } }]);
  expect(existsSync("cdktf.out/stacks/net-p2p")).toBe(false);
  expect(readFileSync("cdktf.out/stacks/other-p2p/cdk.tf.json", "utf8")).toContain('"replicas": "4"');
});

test("prints manifests alone on stdout, and leaves no Terraform output behind", async () => {
  values(GOOD);
  const documents = parseAllDocuments(await run("manifests", "net"));
  expect(documents).toHaveLength(19);
  expect(documents.every(document => document.errors.length === 0 && document.get("kind"))).toBe(true);
  expect(existsSync("cdktf.out")).toBe(false);
});

test("writes manifests to a folder, a file per stack", async () => {
  values(GOOD);
  expect(await run("manifests", "net", "--stack", "p2p", "--out", "rendered")).toBe("rendered/net-p2p.yaml\n");
  expect(readFileSync("rendered/net-p2p.yaml", "utf8")).toContain("kind: StatefulSet");
});

test("fails where manifests cannot be written, with the file and the remedy", async () => {
  values(GOOD);
  writeFileSync("taken", "");
  await expect(run("manifests", "net", "--out", "taken")).rejects.toThrow(
    /^cannot write taken: EEXIST.* → name a folder that can be written with --out$/,
  );
});

test.each([
  ["a file", () => writeFileSync("cdktf.out", "")],
  ["a link that leads nowhere", () => symlinkSync("nowhere", "cdktf.out")],
  [
    "a folder with a file for a stack",
    () => {
      mkdirSync("cdktf.out/stacks", { recursive: true });
      writeFileSync("cdktf.out/stacks/net-p2p", "");
    },
  ],
])("fails where cdktf.out is %s, and leaves it as it was", async (_, make) => {
  values(GOOD);
  make();
  const before = readdirSync(".", { recursive: true });
  await expect(run("synth")).rejects.toThrow(
    /^cannot write the Terraform configuration: E[A-Z]+: .* → make it a folder that can be written and has room$/,
  );
  expect(readdirSync(".", { recursive: true })).toEqual(before);
});

test("two values folders keep apart what they write to one folder, each without what is gone from it", async () => {
  const gone = jest.spyOn(console, "error").mockImplementation();
  mkdirSync("others");
  for (const name of ["theirs", "left"])
    writeFileSync(`others/${name}.yaml`, GOOD.replace("namespace: net", `namespace: ${name}`));
  values(GOOD);
  const both = async (name: string, folder: string) => {
    await run("synth", "--values", folder);
    await run("manifests", name, "--values", folder, "--out", "rendered");
  };
  await both("theirs", "others");
  await both("left", "others");
  await both("net", "values");
  expect(gone).not.toHaveBeenCalled();
  rmSync("others/left.yaml");
  await both("theirs", "others");
  expect(gone.mock.calls.flat()).toEqual([
    "removed left-p2p: no environment has it any more",
    "removed rendered/left-p2p.yaml: no environment has it any more",
  ]);
  gone.mockRestore();
  expect(readdirSync("cdktf.out/stacks")).toEqual(["net-p2p", "theirs-p2p"]);
  expect(readdirSync("rendered")).toEqual(["net-p2p.yaml", "theirs-p2p.yaml"]);
});

test("fails for a stack that is not there, and names those that are", async () => {
  values(GOOD);
  await expect(run("manifests", "net", "--stack", "spike")).rejects.toThrow(
    'environment net has no stack "spike": it has p2p',
  );
});

test("needs no program beside Node: no Terraform, to begin with", () => {
  const args = [
    "--require",
    join(home, "tools/ts.cjs"),
    join(home, "cli/main.ts"),
    "synth",
    "--values",
    join(home, "values"),
  ];
  const printed = execFileSync(process.execPath, args, {
    encoding: "utf8",
    env: { PATH: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(printed).toContain("6 stacks");
});
