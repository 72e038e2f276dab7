import { readFileSync } from "node:fs";
import { type OpStackSequencerProps, SingleSequencer } from "../../../../constructs";
import { manifestsOf } from "../../../../testing";
import { newStack } from "../../fixtures";

const read = (name: string) => readFileSync(`examples/sequencer/op-stack-${name}.json`, "utf8");
const batcher = { image: "r.example.org/op-batcher:v1", key: { secret: "op-batcher", key: "private.key" } };
const proposer = {
  image: "r.example.org/op-proposer:v1",
  key: { secret: "op-proposer", key: "private.key" },
  gameFactory: `0x${"9".repeat(40)}`,
};
const PEER = "16Uiu2HAmQrq4L3i5QRuxaXbhDhbPb7bbydpi7wSEKpFkU3CZyk6e";

const props: OpStackSequencerProps = {
  namespace: "net",
  software: {
    execution: "op-geth",
    images: { node: "r.example.org/op-node:v1", execution: "r.example.org/op-geth:v1" },
    rollup: read("rollup"),
    genesis: { text: read("genesis") },
    l1: { endpoints: ["http://l1.l1.svc:8545"], beacon: ["http://beacon.l1.svc:5052"] },
    batcher,
    proposer,
  },
  sequencerKey: { secret: "signer" },
  nodeKeys: { secret: "keys", peerIds: [PEER] },
  networkAccess: { writers: [{ namespace: "apps" }], submitters: [{ namespace: "others" }] },
};

const make = (more: Partial<OpStackSequencerProps> = {}) => {
  const scope = newStack();
  new SingleSequencer(scope, "Seq", { ...props, ...more });
  return manifestsOf(scope).objects;
};
const objects = make();
// biome-ignore lint/suspicious/noExplicitAny: objects are read by path
const object = (kind: string, name: string): any =>
  objects.find(each => each.kind === kind && each.metadata.name === name);
const named = (kind: string) => objects.filter(each => each.kind === kind).map(({ metadata }) => metadata.name);
const { replicas, template } = object("StatefulSet", "seq").spec;
const { containers, volumes } = template.spec;
const [node] = containers;

/** Of a rule of a policy: whom it lets in, by namespace and component, and to which ports. */
const opened = (rules: Rule[]) =>
  rules.map(({ from, ports }) => [
    from.map(({ namespaceSelector, podSelector }) =>
      [
        namespaceSelector?.matchLabels["kubernetes.io/metadata.name"],
        podSelector?.matchLabels["app.kubernetes.io/component"],
      ]
        .filter(Boolean)
        .join("/"),
    ),
    ports.map(({ port }) => port),
  ]);
interface Rule {
  readonly from: Record<"namespaceSelector" | "podSelector", { matchLabels: Record<string, string> } | undefined>[];
  readonly ports: { readonly port: number }[];
}

test("there is one member, without op-conductor, a raft or a proxy", () => {
  expect(replicas).toBe(1);
  expect(containers.map(({ name }: { name: string }) => name)).toEqual(["node", "mesh", "execution"]);
  expect(named("Deployment")).toEqual(["seq-batcher", "seq-proposer"]);
  const files = Object.keys(object("ConfigMap", "seq-config").data);
  expect(files.filter(name => /raft|conductor|members/.test(name))).toEqual([]);
});

test("op-node starts stopped and without a conductor, and remembers its newest block beside the blocks", () => {
  expect(node.args).toEqual(expect.arrayContaining(["--sequencer.enabled", "--sequencer.stopped"]));
  expect(node.args.join(" ")).not.toContain("conductor");
  const names = node.env.map(({ name }: { name: string }) => name);
  expect(names).not.toContain("CONDUCTOR_PORT");
  expect(node.env).toContainEqual({ name: "NEWEST_BLOCK", value: "/data/newest-block" });
  expect(node.volumeMounts).toContainEqual({ name: "data", mountPath: "/data" });
  const [, , execution] = containers;
  expect(JSON.stringify(execution.volumeMounts)).not.toContain('"data"');
  expect(object("ConfigMap", "seq-config").data).toHaveProperty(["begin-blocks.sh"]);
});

test("its Service has JSON-RPC, and what is let through of op-node", () => {
  const { ports, selector } = object("Service", "seq").spec;
  expect(ports).toEqual([
    { name: "write", port: 8545, targetPort: 8545 },
    { name: "node-rpc", port: 9545, targetPort: "node-rpc" },
  ]);
  expect(node.ports).toContainEqual({ name: "node-rpc", containerPort: 9548, protocol: "TCP" });
  expect(selector).toEqual(object("StatefulSet", "seq").spec.selector.matchLabels);
});

test("no other Service and no policy has a port of loopback", () => {
  const network = objects.filter(({ kind }) => ["Service", "NetworkPolicy"].includes(kind));
  const text = JSON.stringify(network.filter(({ kind, metadata }) => kind !== "Service" || metadata.name !== "seq"));
  for (const port of [9545, 8547, 8551, 50050]) expect(text).not.toContain(String(port));
});

test("writers and submitters reach the member itself, and nobody else does", () => {
  const rules = opened(object("NetworkPolicy", "seq").spec.ingress);
  expect(rules).toEqual([
    [["apps", "net/batcher"], [8545]],
    [["others", "net/batcher", "net/proposer"], [9548]],
  ]);
});

test.each([
  ["batcher", [9548, 8545]],
  ["proposer", [9548]],
])("the policy of the %s lets it to the member", (name, ports) => {
  const [, toMember] = object("NetworkPolicy", `seq-${name}`).spec.egress;
  expect(toMember).toEqual({
    to: [{ podSelector: { matchLabels: object("StatefulSet", "seq").spec.selector.matchLabels } }],
    ports: (ports as number[]).map(port => ({ port, protocol: "TCP" })),
  });
});

test("the only Role is that of status", () => {
  expect(named("Role")).toEqual(["seq-status"]);
  const { rules } = object("Role", "seq-status");
  expect(rules.map(({ resources }: { resources: string[] }) => resources[0])).toEqual([
    ...["statefulsets", "pods", "pods/portforward", "services"],
  ]);
});

test("its mesh has no raft and no TLS, and asks op-node whether it makes blocks", () => {
  const [, mesh] = containers;
  expect(mesh.ports.map(({ name }: { name: string }) => name)).toEqual(["mesh-metrics"]);
  expect(volumes.map(({ name }: { name: string }) => name)).not.toContain("tls");
  expect(volumes.filter(({ secret }: { secret?: object }) => secret).map(({ name }: { name: string }) => name)).toEqual(
    [...["node-key", "sequencer-key"]],
  );
  const config: string = object("ConfigMap", "seq-mesh").data["haproxy.cfg"];
  expect(config).not.toMatch(/raft|conductor|ssl crt|wake/);
  expect(config).toContain("admin_sequencerActive");
});

test("what is let through of op-node has no call of op-conductor", () => {
  const config: string = object("ConfigMap", "seq-mesh").data["haproxy.cfg"];
  const [pattern = ""] = /(?<=acl node req\.body -m reg ').*(?=')/.exec(config) ?? [];
  const passes = (method: string) => new RegExp(pattern).test(JSON.stringify({ jsonrpc: "2.0", id: 1, method }));
  const methods = ["optimism_syncStatus", "admin_sequencerActive", "conductor_leader", "admin_startSequencer"];
  expect(methods.map(passes)).toEqual([true, true, false, false]);
  expect(config).toMatch(/return status 403 .* unless node\n/);
  expect(config.match(/acl \w+ req\.body/g)).toHaveLength(1);
});

test.each<[string, Partial<OpStackSequencerProps>, string]>([
  [
    "two peer ids",
    { nodeKeys: { secret: "keys", peerIds: [PEER, PEER] } },
    "nodeKeys.peerIds: 2 peer ids for 1 member → give one per member, in the order of the pods: " +
      "rollup-network keys op-stack --members 1",
  ],
  [
    "an image without a tag",
    { software: { ...props.software, images: { ...props.software.images, node: "op-node" } } },
    "software.images.node: ",
  ],
  ["no L1", { software: { ...props.software, l1: { endpoints: [] } } }, "software.l1.endpoints: no L1"],
])("fails for %s", (_, more, message) => {
  expect(() => make(more)).toThrow(message);
});
