import { readFileSync } from "node:fs";
import { evNode, LeaseSequencer, RaftSequencer, type SequencerProps, SingleSequencer } from "../../../constructs";
import { NODE_IMAGE } from "../../../constructs/kubernetes/fail-fast-gate";
import { KubernetesProvider } from "../../../constructs/kubernetes/framework/provider";
import { TerraformStack, Testing } from "../../../constructs/kubernetes/framework/terraform";
import { HAPROXY_IMAGE } from "../../../constructs/sequencer/haproxy";
import { expectSynthError, manifestsOf, warningsOf } from "../../../testing";
import { newStack } from "../fixtures";

const PEERS = [
  "12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg",
  "12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2",
  "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX",
];

const props = (members: number, more: Partial<SequencerProps> = {}): SequencerProps => ({
  namespace: "net",
  software: evNode({ version: "v1.2.2", execution: { kind: "testapp" } }),
  da: { endpoints: ["http://da.da.svc:7980"], namespace: "rollup" },
  signer: { kind: "file", secret: "signer" },
  nodeKeys: { secret: "keys", peerIds: PEERS.slice(0, members) },
  genesis: { configMap: "genesis" },
  ...more,
});
const mesh = { kind: "secret", secret: "mesh" } as const;

/** Ids are a contract: when the tree moves, resources are replaced on a live cluster. */
test("the trees of the three kinds", () => {
  const scope = newStack();
  const made = [
    new RaftSequencer(scope, "Raft", { ...props(3), mesh }),
    new LeaseSequencer(scope, "Lease", props(2)),
    new SingleSequencer(scope, "Single", props(1)),
  ];
  const paths = made.flatMap(({ node }) => node.findAll().map(each => each.node.path.replace(/^test\//, "")));
  expect(paths).toMatchSnapshot();
});

test("an override lands", () => {
  const scope = newStack();
  const { statefulSet } = new RaftSequencer(scope, "Seq", { ...props(3), mesh });
  statefulSet.addOverride("spec.template.spec.runtime_class_name", "kata");
  const workload = manifestsOf(scope).objects.find(({ kind }) => kind === "StatefulSet");
  expect(workload).toMatchObject({ spec: { template: { spec: { runtimeClassName: "kata" } } } });
});

test("the name follows from the id, and offers follow from the name", () => {
  const sequencer = new RaftSequencer(newStack(), "MySeq", { ...props(3), mesh });
  expect(sequencer).toMatchObject({
    name: "my-seq",
    writeUrl: "http://my-seq.net.svc.cluster.local:9090",
    readUrl: "http://my-seq-read.net.svc.cluster.local:7331",
  });
});

test("fails when two sequencers of an app sign with one key", () => {
  const both = (first: Partial<SequencerProps>, second: Partial<SequencerProps>) => {
    const scope = newStack();
    new RaftSequencer(scope, "Raft", { ...props(3, first), mesh });
    new SingleSequencer(scope, "Left", props(1, second));
    return scope;
  };
  expectSynthError(() => both({}, {}), "sequencer raft signs with Secret net/signer, and so does test/Left");
  const signer = { kind: "aws", keyId: "alias/seq", region: "eu-central-1" } as const;
  expectSynthError(() => both({ signer }, { signer, namespace: "other" }), "two writers with one key fork the chain");
  expect(() => manifestsOf(both({}, { signer: { kind: "file", secret: "another" } }))).not.toThrow();
  const copy = { kind: "file", secret: "copy", address: "0xAB01" } as const;
  expectSynthError(
    () => both({ signer: { ...copy, secret: "first", address: "ab01" } }, { signer: copy }),
    "signs with address ab01",
  );
  const genesis = { text: readFileSync("examples/sequencer/genesis.json", "utf8") };
  expectSynthError(
    () => both({ genesis }, { genesis, signer: { kind: "file", secret: "another" } }),
    "signs with address aaaaaaaaaa",
  );
});

test("environments may have the same names on clusters of their own", () => {
  const app = Testing.app();
  const stacks = ["staging", "mainnet"].map(environment => {
    const stack = Object.assign(new TerraformStack(app, environment), { environment });
    new KubernetesProvider(stack, "Kubernetes");
    new SingleSequencer(stack, "Seq", props(1));
    return stack;
  });
  expect(() => stacks.forEach(stack => void manifestsOf(stack))).not.toThrow();
});

test("members and proxies run on the nodes that are named", () => {
  const scope = newStack();
  new RaftSequencer(scope, "Seq", { ...props(3, { kubernetes: { nodeSelector: { pool: "seq" } } }), mesh });
  const pods = manifestsOf(scope).objects.filter(({ kind }) => ["StatefulSet", "Deployment"].includes(kind));
  const selected = { spec: { template: { spec: { nodeSelector: { pool: "seq" } } } } };
  expect(pods).toMatchObject([selected, selected]);
});

test("the image of ev-node is the application's that has this release in it, or the one that is named", () => {
  const testapp = { kind: "testapp" } as const;
  expect(evNode({ version: "v1.2.2", execution: testapp }).image).toBe("ghcr.io/evstack/ev-node-testapp:v1.1.5");
  expect(evNode({ version: "v1.2.3", execution: testapp }).image).toBe("ghcr.io/evstack/ev-node-testapp:v1.1.6");
  expect(evNode({ version: "v1.3.0", execution: testapp, image: "own/ev-node:1" }).image).toBe("own/ev-node:1");
  const software = evNode({ version: "v1.2.0", execution: testapp });
  expect(() => new SingleSequencer(newStack(), "Seq", props(1, { software }))).toThrow(
    "software.version: no image of ev-node v1.2.0 with testapp is known → use v1.0.0, ",
  );
});

test("a protected sequencer says which of its images are named by tag", () => {
  const scope = newStack();
  const haproxyImage = `haproxy@sha256:${"a".repeat(64)}`;
  new RaftSequencer(scope, "Seq", {
    ...props(3, { protected: true, haproxyImage, storage: { size: "1Gi", className: "ssd" } }),
    mesh,
  });
  const byTag = (image: string) => `image ${image} is named by tag: a registry can serve another image under it`;
  expect(warningsOf(scope)).toEqual([byTag("ghcr.io/evstack/ev-node-testapp:v1.1.5")]);
  const pair = newStack();
  const networkAccess = { apiServer: ["10.0.0.5/32"] };
  new LeaseSequencer(
    pair,
    "Seq",
    props(2, { protected: true, networkAccess, storage: { size: "1Gi", className: "ssd" } }),
  );
  expect(warningsOf(pair)).toEqual(["ghcr.io/evstack/ev-node-testapp:v1.1.5", HAPROXY_IMAGE, NODE_IMAGE].map(byTag));
});

test("members wait for their DA where they are told to, and start without it in the end", () => {
  const scope = newStack();
  const da = {
    endpoints: ["http://da.da.svc:7980", "https://da.example.com"],
    namespace: "rollup",
    wait: "20s" as const,
  };
  new RaftSequencer(scope, "Seq", { ...props(3, { da }), mesh });
  const { objects } = manifestsOf(scope);
  const set = objects.find(({ kind }) => kind === "StatefulSet");
  const targets = ["tcp://da.da.svc.cluster.local:7980", "tcp://da.example.com:443"].map(url => ({ name: "DA", url }));
  const env = expect.arrayContaining([
    { name: "GATE_TARGETS", value: JSON.stringify(targets) },
    { name: "GATE_TIMEOUT_MS", value: "20000" },
    { name: "GATE_REQUIRE", value: "any" },
    { name: "GATE_GO_ON", value: "true" },
  ]);
  const volumes = expect.arrayContaining([{ name: "gate", configMap: { name: "seq-gate", defaultMode: 0o444 } }]);
  expect(set).toMatchObject({ spec: { template: { spec: { initContainers: [{ name: "gate", env }], volumes } } } });
  expect(objects.map(({ metadata }) => metadata.name)).toContain("seq-gate");
  expect(
    () => new SingleSequencer(newStack(), "Seq", props(1, { da: { ...da, endpoints: ["http://a.b"], wait: "0s" } })),
  ).toThrow('da.wait: "0s" is not a time above 0');
});

test("its metrics are where every member has them", () => {
  const scope = newStack();
  const { metrics } = new RaftSequencer(scope, "Seq", { ...props(3), mesh });
  const set = manifestsOf(scope).objects.find(({ kind }) => kind === "StatefulSet");
  const ports = expect.arrayContaining([{ name: "metrics", containerPort: metrics.port, protocol: "TCP" }]);
  const spec = { containers: expect.arrayContaining([expect.objectContaining({ ports })]) };
  expect(set).toMatchObject({ spec: { template: { metadata: { labels: metrics.selector }, spec } } });
});

test("fails for props that no sequencer may have, all at once", () => {
  const wrong = () =>
    new RaftSequencer(newStack(), "Seq", {
      ...props(3, { da: { endpoints: [], namespace: "" } }),
      members: 4 as 3,
      mesh,
    });
  expect(wrong).toThrow("members: 4 is even: a quorum of 4 survives no more failures than one of 3 → use 3 or 5");
  const noDa = () => new SingleSequencer(newStack(), "Seq", props(1, { da: { endpoints: [], namespace: "" } }));
  expect(noDa).toThrow(/da\.endpoints: no DA[\s\S]*da\.namespace: empty/);
});
