import type { HelmRelease } from "../../manifests";
import type { KubernetesObject } from "../../manifests/objects";
import type { Change } from "../../review/changes";
import { lossesOf } from "../../review/losses";
import { stackRules } from "../../review/place";
import { rules } from "../../review/rules";
import { Side } from "../../review/sides";
import { documents, tables } from "../docs/markdown";
import { between, changesBetween, claim, configMap, namespace, object, release, service, statefulSet } from "./objects";
import { chainPairs } from "./pairs/chain";
import { dataPairs } from "./pairs/data";
import { enrPairs } from "./pairs/enr";
import { keyPairs } from "./pairs/keys";
import { netPairs } from "./pairs/nets";

type Part = KubernetesObject | HelmRelease;

/** A release of a chart that comes from a file. */
const fromFile = (version: string) =>
  release({ chart: `assets/Chart/${version}/spire-${version}.tgz`, version, repository: undefined });

const sequencer = (given: object = {}) =>
  statefulSet({
    name: "seq",
    component: "sequencer",
    replicas: 3,
    env: { MODE: "raft" },
    secrets: { signer: "seq-signer" },
    ...given,
  });
const ordinal = (policy: object) => statefulSet({ spec: { persistentVolumeClaimRetentionPolicy: policy } });
const evNode = (config: string, genesis?: string) =>
  configMap("seq-config", { "evnode.yaml": config, ...(genesis && { "genesis.json": genesis }) }, "sequencer");
const leases = (...names: string[]) =>
  release({
    name: "seq-lease",
    repository: undefined,
    version: undefined,
    values: { objects: names.map(name => ({ kind: "Lease", metadata: { namespace: "net", name } })) },
  });
const chart = (values: object, version = "1.2.3") => release({ values, version });

/** What breaks each rule, and no other. */
const cases: readonly (readonly [rule: string, before: Part, after: Part | undefined, loses: RegExp | string])[] = [
  ["namespace", namespace("net"), namespace("other"), /^everything in the namespace net/],
  [
    "volumes",
    statefulSet({ name: "full", component: "full", replicas: 2 }),
    undefined,
    "data-full-0 and data-full-1, which stay, and nothing mounts them",
  ],
  [
    "volumes",
    statefulSet(),
    statefulSet({ name: "seed" }),
    /^data-boot-0, which stay.*; the ENR of every replica changes$/,
  ],
  [
    "volumes",
    ordinal({ whenDeleted: "Delete", whenScaled: "Retain" }),
    undefined,
    /^data-boot-0, which are deleted with it/,
  ],
  [
    "claim-size",
    statefulSet(),
    statefulSet({ claims: [claim("data", { resources: { requests: { storage: "4Gi" } } })] }),
    /keeps 2Gi, and none gets 4Gi/,
  ],
  [
    "claim-template",
    statefulSet(),
    statefulSet({ claims: [claim("data", { storageClassName: "ssd" })] }),
    /^all pods at once/,
  ],
  [
    "claim-template",
    statefulSet(),
    statefulSet({ claims: [claim("data", { accessModes: ["ReadWriteMany"] })] }),
    /^all pods at once/,
  ],
  [
    "claim-template",
    statefulSet(),
    statefulSet({ claims: [claim("state")] }),
    "the volumes of data: no pod mounts them any more",
  ],
  ["claim-template", statefulSet(), statefulSet({ claims: [] }), "the volumes of data: no pod mounts them any more"],
  [
    "service-name",
    statefulSet(),
    statefulSet({ spec: { serviceName: "other" } }),
    "the host names <pod>.boot-headless: pods come back as <pod>.other",
  ],
  [
    "selector",
    statefulSet(),
    statefulSet({ spec: { selector: { matchLabels: { app: "other" } } } }),
    "all pods at once: boot-0",
  ],
  [
    "replaced",
    statefulSet(),
    statefulSet({ spec: { podManagementPolicy: "OrderedReady" } }),
    "all pods at once: boot-0 (spec.podManagementPolicy)",
  ],
  [
    "retention",
    statefulSet(),
    ordinal({ whenDeleted: "Retain", whenScaled: "Delete" }),
    "what keeps the volumes: whenScaled is Delete",
  ],
  [
    "bootstrap-replicas",
    statefulSet({ replicas: 3 }),
    statefulSet({ replicas: 1 }),
    "the ENRs of boot-2 and boot-1, which go silent",
  ],
  ["members", sequencer(), sequencer({ replicas: 5 }), "what the sequencer was founded as: raft 3 becomes raft 5"],
  [
    "members",
    sequencer({ replicas: 1, env: { MODE: "single" } }),
    sequencer({ replicas: 1, env: { MODE: "lease" } }),
    /single 1 becomes lease 1$/,
  ],
  [
    "voters",
    sequencer({ replicas: 5, env: { MODE: "conductor" } }),
    sequencer({ replicas: 3, env: { MODE: "conductor" } }),
    "the pods of seq-4 and seq-3, which vote unless they were taken out",
  ],
  [
    "founding",
    sequencer({ env: { MODE: "conductor", HAS_BLOCKS: "yes" } }),
    sequencer({ env: { MODE: "conductor" } }),
    /^what keeps empty members from founding a raft/,
  ],
  [
    "node-keys",
    sequencer({ secrets: { "node-key": "old" } }),
    sequencer({ secrets: { "node-key": "new" } }),
    "/node-key: Secret old → Secret new",
  ],
  [
    "node-keys",
    sequencer({ env: { MODE: "raft", PEER_IDS: "a b c" } }),
    sequencer({ env: { MODE: "raft", PEER_IDS: "a x c" } }),
    "the peer id b",
  ],
  ["signer", sequencer(), sequencer({ secrets: { signer: "other" } }), "/signer: Secret seq-signer → Secret other"],
  ["signer", evNode("signer: { signer_type: file }"), evNode("signer: { signer_type: kms }"), /^the signer/],
  ["chain", evNode("da: { namespace: one }"), evNode("da: { namespace: two }"), "the DA namespace: one → two"],
  ["chain", evNode("", '{"chain_id":"a"}'), evNode("", '{"chain_id":"b"}'), "the chain id: a → b"],
  [
    "chain",
    evNode("", '{"chain_id":"a","initial_height":1}'),
    evNode("", '{"chain_id":"a","initial_height":2}'),
    "the genesis",
  ],
  [
    "chain",
    sequencer({ configMaps: { genesis: "a" } }),
    sequencer({ configMaps: { genesis: "b" } }),
    "the genesis of node: ConfigMap a → ConfigMap b",
  ],
  [
    "l1-chain",
    statefulSet({ env: { L1_CHAIN_ID: "1" } }),
    statefulSet({ env: { L1_CHAIN_ID: "2" } }),
    "L1_CHAIN_ID: 1 → 2",
  ],
  [
    "announce",
    statefulSet({ env: { ANNOUNCE_MODE: "service" } }),
    statefulSet({ env: { ANNOUNCE_MODE: "query" } }),
    /: ANNOUNCE_MODE: service → query$/,
  ],
  [
    "announce",
    statefulSet({ env: { P2P_BROADCAST_PORT: "40400" } }),
    statefulSet({ env: { P2P_BROADCAST_PORT: "40500" } }),
    /40400 → 40500$/,
  ],
  [
    "announce",
    statefulSet({ env: { ANNOUNCE_ADDRESSES: "1.1.1.1" } }),
    statefulSet({ env: { ANNOUNCE_ADDRESSES: "1.1.1.2 1.1.1.1" } }),
    "the announced address 1.1.1.1",
  ],
  [
    "bootstrap-key",
    statefulSet(),
    statefulSet({ secrets: { identity: "keys" } }),
    "where the key is: the volume → Secret keys",
  ],
  [
    "bootstrap-key",
    statefulSet({ secrets: { identity: "keys" } }),
    statefulSet(),
    "where the key is: Secret keys → the volume",
  ],
  [
    "bootstrap-key",
    statefulSet({ secrets: { identity: "a" } }),
    statefulSet({ secrets: { identity: "b" } }),
    "where the key is: Secret a → Secret b",
  ],
  [
    "pinned-enr",
    statefulSet({ env: { ANNOUNCE_MODE: "service", PIN_ENR_MODULE: "x" } }),
    statefulSet({ env: { ANNOUNCE_MODE: "service" } }),
    "what keeps the ENR from drifting",
  ],
  ["p2p-address", service(), undefined, "the announced address, which the cluster chose"],
  [
    "p2p-address",
    service({ clusterIP: "10.0.0.1" }),
    service({ clusterIP: "10.0.0.1" }, "seed-p2p"),
    "the announced address 10.0.0.1",
  ],
  [
    "p2p-address",
    service({ clusterIP: "10.0.0.1" }),
    service({ clusterIP: "10.0.0.2" }),
    "the announced address 10.0.0.1, unless it is 10.0.0.2",
  ],
  [
    "p2p-address",
    service(),
    service({ type: "LoadBalancer" }),
    "what the ENR announces: spec.type ClusterIP → LoadBalancer",
  ],
  [
    "p2p-address",
    service(),
    service({ ports: [{ name: "p2p-udp", port: 40500, protocol: "UDP", targetPort: "p2p-udp" }] }),
    /40400 → 40500$/,
  ],
  ["published-enr", configMap("boot-enr"), undefined, "the records published in boot-enr"],
  [
    "claim",
    object("PersistentVolumeClaim", "data", { storageClassName: "a" }),
    object("PersistentVolumeClaim", "data", { storageClassName: "b" }),
    /claim data$/,
  ],
  ["secret", object("Secret", "keys"), undefined, "the Secret keys"],
  ["lease", leases("seq"), leases(), "the Lease net/seq, and its count of leaders"],
  ["lease", leases("seq"), undefined, "the Lease net/seq, and its count of leaders"],
  ["release", release(), undefined, "what spire keeps as spire"],
  ["release", release(), release({ address: "helm_release.elsewhere" }), "what spire keeps as spire"],
  ["release", fromFile("1.2.3"), undefined, "what spire keeps as spire"],
  ["chart-major", chart({}), chart({}, "2.0.0"), "perhaps what spire keeps, on the way from 1.2.3 to 2.0.0"],
  ["chart-major", chart({}, "0.30.0"), chart({}, "0.31.0"), /from 0.30.0 to 0.31.0$/],
  [
    "root-key",
    chart({ "spike-nexus": { shamir: { shares: 3 } } }),
    chart({ "spike-nexus": { shamir: { shares: 5 } } }),
    /shamir.shares 3 → 5$/,
  ],
  [
    "root-key",
    chart({ "spike-keeper": { replicas: 3 } }),
    chart({ "spike-keeper": { replicas: 5 } }),
    /replicas 3 → 5$/,
  ],
  [
    "trust-domain",
    chart({ global: { spire: { trustDomain: "a" } } }),
    chart({ global: { spire: { trustDomain: "b" } } }),
    "the trust domain: a → b",
  ],
  [
    "chart-storage",
    chart({ "spire-server": { persistence: { size: "1Gi" } } }),
    chart({ "spire-server": { persistence: { size: "2Gi" } } }),
    /size 1Gi → 2Gi$/,
  ],
];

const broken = (before: Part, after?: Part) => lossesOf([between(before, after)]);

test.each(cases)("%s: %#", (rule, before, after, loses) => {
  const losses = broken(before, after);
  expect(losses.map(loss => loss.rule)).toEqual([rule]);
  expect(losses[0]?.loses).toMatch(loses);
});

test("every rule has a case, an id of its own, a sentence of why and a remedy", () => {
  const inPairs = [...dataPairs, ...chainPairs, ...enrPairs, ...keyPairs, ...netPairs].flatMap(
    ({ lost = [], warned = [] }) => [...lost, ...warned],
  );
  const ids = new Set([...cases.map(([rule]) => rule), ...inPairs]);
  expect([...ids].sort()).toEqual(rules.map(({ id }) => id).sort());
  for (const { why, remedy } of [...rules, ...stackRules]) {
    expect(why).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[a-z].*[^.]$/);
  }
});

test("docs/review.md has the tables of the rules", () => {
  const [document] = documents().filter(({ file }) => file === "docs/review.md");
  const rows = (title: string) =>
    (document ? tables(document).filter(({ section }) => section === title) : []).map(({ cells }) => cells);
  const all = [...rules, ...stackRules.map(rule => ({ ...rule, kinds: ["Stack"] }))];
  const told = (warnings: boolean) =>
    all
      .filter(({ warning = false }) => warning === warnings)
      .map(({ id, kinds, why }) => [`\`${id}\``, kinds.join(", "), why]);
  expect(rows("Rules")).toEqual(told(false));
  expect(rows("Warnings")).toEqual(told(true));
});

test.each<[string, Part, Part]>([
  ["another image", statefulSet(), statefulSet({ image: "node:2" })],
  ["more bootstrap nodes", statefulSet(), statefulSet({ replicas: 3 })],
  [
    "fewer full nodes",
    statefulSet({ component: "full", replicas: 3 }),
    statefulSet({ component: "full", replicas: 1 }),
  ],
  [
    "more announced addresses",
    statefulSet({ env: { ANNOUNCE_ADDRESSES: "1.1.1.1" } }),
    statefulSet({ env: { ANNOUNCE_ADDRESSES: "1.1.1.1 1.1.1.2" } }),
  ],
  ["an address that is no longer reserved, which Terraform leaves", service({ clusterIP: "10.0.0.1" }), service()],
  [
    "a Service of a full node",
    object("Service", "full-p2p", { labels: {} }),
    object("Service", "other-p2p", { labels: {} }),
  ],
  ["another minor version", chart({}), chart({}, "1.3.0")],
  ["another block time", evNode("da: { namespace: a }\nblock: 1"), evNode("da: { namespace: a }\nblock: 2")],
  ["another published record: the agent writes it", configMap("boot-enr"), configMap("boot-enr", { "boot-0": "enr:" })],
  [
    "monitoring that goes",
    release({ repository: undefined, values: { objects: [{ kind: "ServiceMonitor" }] } }),
    namespace("net"),
  ],
])("%s loses nothing", (_, before, after) => {
  expect(broken(before, after)).toEqual([]);
});

test("a namespace that is given up and used on is lost as one that goes", () => {
  const changes = changesBetween([namespace("net"), service()], [service()]);
  const sides = { before: new Side([namespace("net"), service()]), after: new Side([service()]) };
  const [loss] = lossesOf([{ stack: "net", changes, sides }]);
  expect(loss).toMatchObject({ rule: "namespace", loses: expect.stringMatching(/; it is still used$/) });
});

test("what is in a namespace that goes is listed with it, once", () => {
  const changes = changesBetween([namespace("net"), service(), statefulSet()], []);
  const other = { ...statefulSet({ name: "other" }), metadata: { name: "other", namespace: "elsewhere" } };
  const losses = lossesOf([{ stack: "net", changes: [...changes, ...changesBetween(other)] }]);
  expect(losses.map(({ address, along }) => [address, along])).toEqual([
    ["Namespace net", ["Service net/boot-p2p", "StatefulSet net/boot"]],
    ["StatefulSet elsewhere/other", []],
  ]);
});

test("a stack that is no longer in the configuration is one loss", () => {
  expect(lossesOf([{ stack: "net-p2p", left: true, changes: [] }])).toMatchObject([
    { address: "Stack net-p2p", rule: "stack" },
  ]);
});

test("what moved in Terraform is moved there, whatever the rule would say", () => {
  const [change] = changesBetween(statefulSet(), statefulSet({ image: "node:2" })) as [Change];
  const moved = { from: "kubernetes_stateful_set_v1.a", to: "kubernetes_stateful_set_v1.b" };
  const [loss] = lossesOf([{ stack: "net", changes: [{ ...change, action: "replace", moved }] }]);
  expect(loss).toMatchObject({
    rule: "replaced",
    loses: "all pods at once: boot-0 (its address in Terraform changed)",
  });
  expect(loss?.remedy).toBe(
    "tell Terraform that it moved: terraform state mv 'kubernetes_stateful_set_v1.a' 'kubernetes_stateful_set_v1.b'",
  );
});
