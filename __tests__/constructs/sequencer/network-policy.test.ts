import { evNode, LeaseSequencer, RaftSequencer, type SequencerProps, SingleSequencer } from "../../../constructs";
import { HelmProvider } from "../../../constructs/kubernetes/framework/provider";
import { ALL_BUT_METADATA, INTERNET } from "../../../constructs/kubernetes/network/internet";
import { manifestsOf, warningsOf } from "../../../testing";
import { newStack } from "../fixtures";

const PEERS = [
  "12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg",
  "12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2",
  "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX",
];
const mesh = { kind: "secret", secret: "mesh" } as const;
const tcp = (...ports: number[]) => ports.map(port => ({ protocol: "TCP", port }));
const block = (cidr: string) => ({ ipBlock: { cidr } });
const da = (...endpoints: string[]) => ({ da: { endpoints, namespace: "rollup" } });

const props = (members: number, more: Partial<SequencerProps> = {}): SequencerProps => ({
  namespace: "net",
  software: evNode({ version: "v1.2.2", execution: { kind: "testapp" } }),
  ...da("http://da.da.svc:7980"),
  signer: { kind: "file", secret: "signer" },
  nodeKeys: { secret: "keys", peerIds: PEERS.slice(0, members) },
  genesis: { configMap: "genesis" },
  ...more,
});

const KINDS = {
  raft: (more: Partial<SequencerProps>) => made(scope => new RaftSequencer(scope, "Seq", { ...props(3, more), mesh })),
  lease: (more: Partial<SequencerProps>) => made(scope => new LeaseSequencer(scope, "Seq", props(2, more))),
  single: (more: Partial<SequencerProps>) => made(scope => new SingleSequencer(scope, "Seq", props(1, more))),
};

function made(build: (scope: ReturnType<typeof newStack>) => void) {
  const scope = newStack();
  new HelmProvider(scope, "Helm");
  build(scope);
  return scope;
}

// biome-ignore lint/suspicious/noExplicitAny: manifests are read by path in assertions
function egress(kind: keyof typeof KINDS, more: Partial<SequencerProps>): any[] {
  const { objects } = manifestsOf(KINDS[kind](more));
  // biome-ignore lint/suspicious/noExplicitAny: manifests are read by path in assertions
  const policy: any = objects.find(each => each.kind === "NetworkPolicy" && each.metadata.name === "seq");
  // Without DNS and the members' own mesh.
  return policy.spec.egress.slice(kind === "single" ? 1 : 2);
}

test("a DA by name is reached on the internet, by an address at it, and where addresses are named there alone", () => {
  const outside = da("https://da.example.com", "http://10.1.2.3:7980");
  expect(egress("raft", outside)).toEqual([
    { ports: tcp(443), to: INTERNET },
    { ports: tcp(7980), to: [block("10.1.2.3/32")] },
  ]);
  expect(egress("raft", { ...outside, networkAccess: { da: ["10.1.0.0/16"] } })).toEqual([
    { ports: tcp(443, 7980), to: [block("10.1.0.0/16")] },
  ]);
});

test("a pod of a headless Service is reached by its namespace, as every other spelling of a Service", () => {
  const inside = da("http://da-0.da.celestia.svc:26658", "http://da.celestia.svc.cluster.local:26658");
  expect(egress("raft", inside)).toEqual([
    {
      ports: [{ protocol: "TCP", port: 26658 }],
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "celestia" } } }],
    },
  ]);
});

test("a signer in a KMS is reached on the internet or at private endpoints, beside the metadata services", () => {
  const signer = { kind: "aws", keyId: "alias/a", region: "eu-central-1" } as const;
  const metadata = {
    ports: tcp(80, 988),
    to: ["169.254.169.254/32", "169.254.169.252/32", "169.254.170.23/32"].map(block),
  };
  expect(egress("single", { signer }).slice(1)).toEqual([{ ports: tcp(443), to: INTERNET }, metadata]);
  expect(egress("single", { signer, networkAccess: { kms: ["10.2.0.0/24"] } }).slice(1)).toEqual([
    { ports: tcp(443), to: [block("10.2.0.0/24")] },
    metadata,
  ]);
  expect(egress("single", { networkAccess: { kms: ["10.2.0.0/24"] } }).slice(1)).toEqual([]);
});

test("a Lease pair alone reaches the API server", () => {
  expect(egress("lease", {}).slice(1)).toEqual([{ ports: tcp(443, 6443), to: ALL_BUT_METADATA }]);
  const networkAccess = { apiServer: ["10.0.0.5/32"], apiServerPorts: [8443] };
  expect(egress("lease", { networkAccess }).slice(1)).toEqual([{ ports: tcp(8443), to: [block("10.0.0.5/32")] }]);
  expect(egress("raft", { networkAccess }).slice(1)).toEqual([]);
});

test("fails for a protected pair that does not name the API server; others do not need it", () => {
  expect(() => KINDS.lease({ protected: true })).toThrow(/sequencer seq: networkAccess.apiServer: not set: .* → name/);
  expect(() => KINDS.lease({ protected: true, networkAccess: false })).not.toThrow();
  expect(() => KINDS.raft({ protected: true })).not.toThrow();
});

test("fails for a DA that is a name of the cluster without its namespace", () => {
  expect(() => KINDS.raft(da("http://da.svc:7980"))).toThrow(
    /da.endpoints\[0\]: "http:\/\/da.svc:7980" has no full host/,
  );
});

test("a sequencer says which of its endpoints may be denied", () => {
  const outside = da("https://da.corp.internal", "https://da.example.com");
  expect(warningsOf(KINDS.raft(outside))).toEqual([
    "da.corp.internal may have a private address, which the NetworkPolicy denies: name its addresses in da",
  ]);
  expect(warningsOf(KINDS.raft({ ...outside, networkAccess: { da: ["10.1.0.0/16"] } }))).toEqual([]);
  expect(warningsOf(KINDS.lease({ networkAccess: { apiServer: ["10.96.0.1/32"] } }))).toEqual([
    expect.stringContaining("apiServer 10.96.0.1/32 looks like the Service kubernetes"),
  ]);
});
