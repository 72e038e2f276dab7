import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgram } from "../../../cli/program";
import { loadEnvironments, ValuesError } from "../../../values/load/load";
import { buildApp } from "../../stacks/build-app";
import { errorsOf } from "../folder";

const outdir = mkdtempSync(join(tmpdir(), "bad-sequencers-"));
afterAll(() => rmSync(outdir, { recursive: true }));

/** What is wrong with an example under these assignments: path, message and remedy of every finding. */
const findings = (example: string, ...set: string[]) => findingsIn("examples/sequencer", example, ...set);

function findingsIn(dir: string, name: string, ...set: string[]): string[] {
  try {
    buildApp(loadEnvironments({ dir, names: [name], set }), { outdir });
    return [];
  } catch (error) {
    if (!(error instanceof ValuesError)) throw error;
    return error.findings.map(({ path, message, remedy }) => `${path}: ${message}${remedy ? ` → ${remedy}` : ""}`);
  }
}

const members = (n: number) =>
  findings("raft-3", `sequencer.ha.raft.members=${n}`).filter(text => text.includes(".members"));

test.each([
  [0, "sequencer.ha.raft.members: 0 members make no raft → use 3, 5 or 7"],
  [
    1,
    "sequencer.ha.raft.members: a raft of 1 can never grow → use single: {} now, and docs/runbooks/single-to-ha.md " +
      "later",
  ],
  [2, "sequencer.ha.raft.members: a raft of 2 stops when either is lost → use 3, or lease: {} for a pair"],
  [4, "sequencer.ha.raft.members: 4 is even: a quorum of 4 survives no more failures than one of 3 → use 3 or 5"],
  [6, "sequencer.ha.raft.members: 6 is even: a quorum of 6 survives no more failures than one of 5 → use 5 or 7"],
  [9, "sequencer.ha.raft.members: 9 members: every block waits for a quorum of them → use 3, 5 or 7"],
])("%i members", (n, finding) => {
  expect(members(n)).toEqual([finding]);
});

const PEER = "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX";

test.each([
  [
    "a version before raft was hardened",
    ["raft-3", "sequencer.software.evNode.version=v1.1.0"],
    "sequencer.software.evNode.version: v1.1.0 is before v1.1.1, in which members could elect a leader that lags, " +
      "or restart for ever (upstream #3255, #3230) → use v1.1.1 or later",
  ],
  [
    "a version that is none",
    ["lease", "sequencer.software.evNode.version=main"],
    'sequencer.software.evNode.version: "main" is not a release of ev-node → use one such as v1.2.2',
  ],
  [
    "a release of ev-node without an image of its test application",
    ["raft-3", "sequencer.software.evNode.version=v1.2.1"],
    "sequencer.software.evNode.version: no image of ev-node v1.2.1 with testapp is known → use v1.0.0, v1.1.0, " +
      "v1.1.1, v1.1.2, v1.1.3, v1.1.4, v1.2.2, v1.2.3, or name the image",
  ],
  [
    "a release without its v",
    ["raft-5", "sequencer.software.evNode.version=1.2.2"],
    "sequencer.software.evNode.version: no image of ev-node 1.2.2 with evm is known → use v1.0.0, v1.1.0, v1.1.1, " +
      "v1.1.2, v1.1.3, v1.1.4, v1.2.1, v1.2.2, v1.2.3, or name the image",
  ],
  [
    "an argument of ev-node that the package sets",
    ["raft-3", "sequencer.software.evNode.args=[--evnode.log.trace, --evnode.da.address=http://a]"],
    "sequencer.software.evNode.args[1]: the package sets --evnode.da.address itself → use da.endpoints",
  ],
  [
    "an argument of ev-reth that the package sets",
    ["raft-5", "sequencer.software.evNode.execution.evm.args=[--chain=a]"],
    "sequencer.software.evNode.execution.evm.args[0]: the package sets --chain itself → leave it out: ev-node, " +
      "probes and Services are made for it",
  ],
  [
    "a cap that stops the chain at every block of the DA",
    ["lease", "sequencer.software.evNode.maxPendingBlocks=3", "sequencer.blockTime=1s"],
    "sequencer.software.evNode.maxPendingBlocks: 3 blocks are made within one block of the DA: production would " +
      "pause before each → use 12 or more",
  ],
  [
    "an account of another chain's form",
    ["lease", "sequencer.da.signingAddresses=['0x1234']"],
    'sequencer.da.signingAddresses[0]: "0x1234" must be an account such as celestia1…, in lower case',
  ],
  [
    "the tag latest",
    ["raft-3", "sequencer.haproxyImage=haproxy:latest"],
    'sequencer.haproxyImage: image "haproxy:latest" uses the tag latest, which changes → name a fixed tag or a digest',
  ],
  [
    "a HAProxy that holds up members",
    ["lease", "sequencer.haproxyImage=registry.example.com/library/haproxy:2.8.5-alpine"],
    'sequencer.haproxyImage: image "registry.example.com/library/haproxy:2.8.5-alpine": HAProxy before 3.2 holds up ' +
      "members that return, or uses up the CPU until they do → use a release of the lines 3.2 or 3.4",
  ],
  [
    "more peer ids than members",
    ["single", `sequencer.nodeKeys.peerIds=[${PEER}, ${PEER}]`],
    "sequencer.nodeKeys.peerIds: 2 peer ids for 1 member → give one per member, in the order of the pods: " +
      "rollup-network keys sequencer --members 1",
  ],
  [
    "a pair in one zone",
    ["lease", "sequencer.zones=[a]"],
    "sequencer.zones: 2 members in 1 zone: the loss of one zone takes 2, and only 1 may be lost → name at least 2 " +
      "zones, or none",
  ],
  [
    "a zone twice",
    ["raft-3", "sequencer.zones=[a, b, a]"],
    "sequencer.zones: a zone is named twice → name every zone once",
  ],
  [
    "an election that ends before a heartbeat is missed",
    ["raft-3", "sequencer.ha.raft.settings={heartbeatTimeout: 1s, electionTimeout: 900ms}"],
    "sequencer.ha.raft.settings.electionTimeout: 900 ms is below the heartbeat timeout of 1000 ms; raft needs " +
      "leader lease ≤ heartbeat ≤ election → leave the three out: they are derived from rttMax",
  ],
  [
    "a Lease that lasts a minute",
    ["lease", "sequencer.ha.lease.duration=60s"],
    "sequencer.ha.lease.duration: 60000 ms: nobody would sequence for so long → use 59s or less",
  ],
  [
    "a Lease of fractions of a second",
    ["lease", "sequencer.ha.lease.duration=5500ms"],
    "sequencer.ha.lease.duration: 5500 ms: a Lease counts whole seconds → use a whole number of seconds",
  ],
  [
    "a retry below what an API server needs",
    ["lease", "sequencer.ha.lease.retry=10ms"],
    "sequencer.ha.lease.retry: 10 ms is below 50 ms, within which an API server may not answer → leave it out for " +
      "its default",
  ],
  [
    "fewer peer ids than members",
    ["raft-3", `sequencer.nodeKeys.peerIds=[${PEER}]`],
    "sequencer.nodeKeys.peerIds: 1 peer ids for 3 members → give one per member, in the order of the pods: " +
      "rollup-network keys sequencer --members 3",
  ],
  [
    "the same node key twice",
    ["lease", `sequencer.nodeKeys.peerIds=[${PEER}, ${PEER}]`],
    "sequencer.nodeKeys.peerIds[1]: the same node key as peerIds[0] → every member needs a key of its own",
  ],
  [
    "a DA that the mesh could not resolve",
    ["raft-3", "sequencer.da.endpoints=[http://da:7980]"],
    'sequencer.da.endpoints[0]: "http://da:7980" has no full host name → the mesh asks DNS without a search list: ' +
      "write <service>.<namespace>.svc, or the whole name",
  ],
  [
    "a DA twice, once by its whole name",
    ["raft-3", "sequencer.da.endpoints=[http://da.a.svc:1, http://da.b.svc:1, http://da.a.svc.cluster.local:1]"],
    'sequencer.da.endpoints[2]: "http://da.a.svc.cluster.local:1" is the same as endpoints[0] → name every DA once',
  ],
  [
    "two DAs for one that cannot choose",
    ["single", "sequencer.da.endpoints=[http://a.da.svc:1, http://b.da.svc:1]"],
    "sequencer.da.endpoints[1]: a single sequencer dials one endpoint, since it has no mesh to choose among several " +
      "→ keep one, or use raft or lease: {}",
  ],
  [
    "a signer that is not the genesis' proposer",
    ["raft-3", `sequencer.signerAddress=${"0b".repeat(32)}`],
    `sequencer.signerAddress: ${"0b".repeat(32)} is not the proposer of the genesis, ${"aa".repeat(32)}: no node ` +
      `would accept its blocks → use the signer that the genesis was made with`,
  ],
  [
    "a genesis that is not there",
    ["raft-3", "sequencer.genesis.file=none.json"],
    "sequencer.genesis.file: examples/sequencer/none.json cannot be read (ENOENT) → name the right file: " +
      "paths are relative to the environment's file",
  ],
  [
    "a genesis that is none",
    ["raft-3", "sequencer.genesis.file=raft-3.yaml"],
    "sequencer.genesis.file: is no JSON object → copy genesis.json as ev-node's init wrote it",
  ],
  [
    "timings out of order",
    ["raft-3", "sequencer.ha.raft.settings.leaderLeaseTimeout=1s"],
    "sequencer.ha.raft.settings.leaderLeaseTimeout: 1000 ms is above the heartbeat timeout of 160 ms; raft needs " +
      "leader lease ≤ heartbeat ≤ election → leave the three out: they are derived from rttMax",
  ],
  [
    "timings below upstream's least",
    ["raft-3", "sequencer.ha.raft.settings.sendTimeout=49ms"],
    "sequencer.ha.raft.settings.sendTimeout: 49 ms is below 50 ms, upstream's least → leave it out: it is derived " +
      "from rttMax",
  ],
  [
    "zones of which one may not be lost",
    ["raft-5", "sequencer.zones=[a, b]"],
    "sequencer.zones: 5 members in 2 zones: the loss of one zone takes 3, and only 2 may be lost → name at least 3 " +
      "zones, or none",
  ],
  [
    "a Lease that leaves no time for the kill",
    ["lease", "sequencer.ha.lease.killGrace=2s"],
    "sequencer.ha.lease.duration: 5000 ms: a sequencer may live 5000 ms after its last renewal (renewDeadline 3000 " +
      "ms + killGrace 2000 ms), and 250 ms have to be left → use 6s or more, or shorten the others",
  ],
  [
    "a Lease without a second attempt",
    ["lease", "sequencer.ha.lease.retry=2s"],
    "sequencer.ha.lease.renewDeadline: 3000 ms leaves no second attempt after one every 2000 ms → use at least " +
      "twice retry",
  ],
  [
    "an execution client without a fixed image",
    ["raft-5", "sequencer.software.evNode.execution.evm.image=ghcr.io/evstack/ev-reth"],
    'sequencer.software.evNode.execution.evm.image: image "ghcr.io/evstack/ev-reth" has no tag → name a fixed tag ' +
      "or, better, a digest (…@sha256:…)",
  ],
  [
    "an engine that is not known",
    ["raft-3", "sequencer.software.evNode.execution=geth"],
    'sequencer.software.evNode.execution: "geth" is not allowed; allowed: testapp | { evm: { image, jwtSecret, ' +
      "genesisConfigMap, genesisHash, feeRecipient, args } }",
  ],
  [
    "an execution client that could be shared: there is no place to name one",
    ["raft-5", "sequencer.software.evNode.execution.evm.engineUrl=http://reth:8551"],
    'sequencer.software.evNode.execution.evm.engineUrl: unknown key "engineUrl"; allowed: image, jwtSecret, ' +
      "genesisConfigMap, genesisHash, feeRecipient, args",
  ],
  [
    "a raft and a Lease at once",
    ["lease", "sequencer.ha={raft: {mesh: plain}, lease: {}}"],
    "sequencer.ha: raft and lease exclude each other; allowed: " +
      "{ raft: { members, rttMax, maintenanceWindow, mesh, settings } } | " +
      "{ lease: { duration, renewDeadline, retry, killGrace, catchupTimeout, agentImage } } | " +
      "{ conductor: { members, rttMax, mesh, founding } } | { single: {} } " +
      "→ keep one of them",
  ],
] as const)("%s", (_, [example, ...set], expected) => {
  expect(findings(example, ...set)).toContain(expected);
});

test.each([
  [{ chain_id: undefined }, "has no chain_id → copy genesis.json as ev-node's init wrote it"],
  [{ proposer_address: "" }, "has no proposer_address → copy genesis.json as ev-node's init wrote it"],
  [{ da_epoch_forced_inclusion: 0 }, "da_epoch_forced_inclusion is 0, at least 1 is needed → use upstream's 50"],
])("a genesis with %j", (change, message) => {
  const dir = mkdtempSync(join(tmpdir(), "genesis-"));
  try {
    const genesis = JSON.parse(readFileSync("examples/sequencer/genesis.json", "utf8"));
    writeFileSync(join(dir, "genesis.json"), JSON.stringify({ ...genesis, ...change }));
    copyFileSync("examples/sequencer/raft-3.yaml", join(dir, "raft-3.yaml"));
    expect(findingsIn(dir, "raft-3")).toContain(`sequencer.genesis.file: ${message}`);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

describe("a mesh certificate in a file beside the values", () => {
  const dir = mkdtempSync(join(tmpdir(), "mesh-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  const messages = async (namespace: string) => {
    copyFileSync("examples/sequencer/genesis.json", join(dir, "genesis.json"));
    const values = readFileSync("examples/sequencer/raft-3.yaml", "utf8").replace(
      "secret: seq-mesh",
      "secret: seq-mesh, file: mesh.yaml",
    );
    writeFileSync(join(dir, "raft-3.yaml"), values);
    const options = [
      "--members",
      "3",
      "--namespace",
      namespace,
      "--out",
      join(dir, "mesh.yaml"),
      "--ca-out",
      join(dir, "ca.yaml"),
    ];
    for (const name of ["mesh.yaml", "ca.yaml"]) rmSync(join(dir, name), { force: true });
    const silent = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    await createProgram().parseAsync(["keys", "mesh", ...options], { from: "user" });
    silent.mockRestore();
    return findingsIn(dir, "raft-3");
  };

  test("is taken when it names the members, and is written nowhere", async () => {
    expect(await messages("seq-raft-3")).toEqual([]);
  });

  test.each([
    ["kind: ConfigMap", "is not a Secret"],
    ["kind: Secret\nstringData: {}", "tls.crt"],
  ])("is refused when the file is %j", (text, reason) => {
    writeFileSync(join(dir, "mesh.yaml"), `apiVersion: v1\n${text}\n`);
    const found = findingsIn(dir, "raft-3");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^sequencer\.ha\.raft\.mesh\.file: /);
    expect(found[0]).toContain(reason);
  });

  test("is refused when it names others", async () => {
    const found = await messages("elsewhere");
    expect(found.length).toBeGreaterThan(0);
    for (const text of found) expect(text).toMatch(/^sequencer\.ha\.raft\.mesh\.file: tls\.crt of mesh\.yaml: /);
    expect(found.join()).toContain("seq-0.seq-headless.seq-raft-3.svc.cluster.local");
  });
});

test("fails for submitters of ev-node, which submits by itself", () => {
  expect(findings("raft-3", "sequencer.networkPolicies.submitters=[{namespace: batcher}]")).toEqual([
    "sequencer.networkPolicies.submitters: ev-node submits its blocks by itself → leave it out",
  ]);
});

test("a raft without a mesh, a sequencer without a signer", () => {
  const values = "profile: dev\nsequencer:\n  namespace: net\n  ha: { raft: { members: 3 } }\n";
  const errors = errorsOf({ "devnet.yaml": values });
  expect(errors).toContainEqual(expect.stringContaining("sequencer.ha.raft.mesh"));
  for (const key of ["signer", "nodeKeys", "software"])
    expect(errors).toContain(`values/devnet.yaml:2:1  sequencer.${key}`);
});

test("fails for ev-node without a genesis", () => {
  expect(findings("raft-3", "sequencer.genesis=null")).toEqual([
    "sequencer.genesis: missing: ev-node does not start without → name its file",
  ]);
});
