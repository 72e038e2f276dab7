import { evNode, LeaseSequencer, RaftSequencer, type SequencerProps, SingleSequencer } from "../../constructs";
import { expectSynthError, manifestsOf } from "../../testing";
import { newStack } from "./fixtures";

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
});

test("fails for props that no sequencer may have, all at once", () => {
  const wrong = () =>
    new RaftSequencer(newStack(), "Seq", { ...props(3, { da: { endpoints: [], namespace: "" } }), members: 4 as 3, mesh });
  expect(wrong).toThrow("members: 4 is even: a quorum of 4 survives no more failures than one of 3 → use 3 or 5");
  const noDa = () => new SingleSequencer(newStack(), "Seq", props(1, { da: { endpoints: [], namespace: "" } }));
  expect(noDa).toThrow(/da\.endpoints: no DA[\s\S]*da\.namespace: empty/);
});
