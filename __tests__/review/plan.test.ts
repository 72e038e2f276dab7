import { readFileSync } from "node:fs";
import { join } from "node:path";
import { consequencesOf } from "../../review/consequences";
import { lossesOf } from "../../review/losses";
import { readPlan } from "../../review/plan/plan";
import { replacedFor } from "../../review/replaced";
import type { Json } from "./objects";

/** Plans that Terraform 1.11.4 made; see the README beside them. */
const recorded = (name: string) => readPlan(readFileSync(join(__dirname, "plans", `${name}.json`), "utf8"), name);

interface Entry {
  readonly actions: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
  readonly type?: string;
  readonly [more: string]: unknown;
}

/** A stand-in for a plan, in the form that HashiCorp documents. */
function planOf(...entries: readonly Entry[]) {
  const resource_changes = entries.map(
    ({ type = "kubernetes_secret_v1", address, previous_address, action_reason, mode = "managed", ...change }, i) => ({
      address: address ?? `${type}.r${i}`,
      previous_address,
      action_reason,
      mode,
      type,
      name: `r${i}`,
      change,
    }),
  );
  return readPlan(JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes }), "plan");
}

const metadata = [{ name: "keys", namespace: "net", labels: null, annotations: null, generate_name: "", uid: "1" }];

describe("a plan of Terraform itself", () => {
  test("what it creates, updates, replaces, deletes and moves", () => {
    const { changes, namespaces } = recorded("terraform-data");
    expect(changes.map(({ action, address, forced }) => [action, address, forced])).toEqual([
      ["update", "terraform_data.a", []],
      ["replace", "terraform_data.b", ["triggersReplace"]],
      ["create", "terraform_data.c", []],
      ["delete", "terraform_data.del", []],
      ["move", "terraform_data.new", []],
    ]);
    expect(changes[0]?.differences).toEqual([
      { path: "input.as", before: "raft 3", after: "raft 5" },
      { path: "input.gone", before: 1 },
      { path: "output", before: { as: "raft 3", gone: 1 }, after: "(known after apply)" },
    ]);
    expect(namespaces.size).toBe(0);
  });

  test.each<[string, string[], string[]]>([
    [
      "size",
      ["update StatefulSet devnet-p2p/boot: spec.volumeClaimTemplates[data].spec.resources.requests.storage"],
      ["claim-size"],
    ],
    [
      "class",
      ["replace StatefulSet devnet-p2p/boot: spec.volumeClaimTemplates[data].spec.storageClassName"],
      ["claim-template"],
    ],
    [
      "namespace",
      [
        "rename ConfigMap devnet-p2p/boot-enr: metadata.namespace",
        "rename Namespace devnet-p2p: metadata.name",
        "rename Service devnet-p2p/boot-p2p: spec.clusterIP, metadata.namespace",
        "rename StatefulSet devnet-p2p/boot: metadata.namespace",
      ],
      ["namespace"],
    ],
    [
      "announce",
      [
        'update Namespace devnet-p2p: metadata.labels["pod-security.kubernetes.io/enforce"], ' +
          'metadata.labels["pod-security.kubernetes.io/warn"]',
        "delete Service devnet-p2p/boot-p2p: ",
        "update StatefulSet devnet-p2p/boot: " +
          'spec.template.metadata.annotations["cdktf-rollup-network/scripts-checksum"], ' +
          "spec.template.spec.containers[node].env[ANNOUNCE_MODE].value, " +
          "spec.template.spec.containers[node].env[PIN_ENR_MODULE]",
      ],
      ["p2p-address", "announce"],
    ],
    ["moved", ["replace StatefulSet devnet-p2p/boot: "], ["replaced"]],
    ["moved-block", ["move StatefulSet devnet-p2p/boot: "], []],
  ])("of hashicorp/kubernetes 2.38.0: %s", (name, happens, losses) => {
    const plan = recorded(name);
    const changes = plan.changes.map(
      ({ action, address, differences }) => `${action} ${address}: ${differences.map(({ path }) => path).join(", ")}`,
    );
    expect(changes.sort()).toEqual(happens.sort());
    expect(lossesOf([plan]).map(({ rule }) => rule)).toEqual(losses);
    expect([...plan.namespaces]).toContain("devnet-p2p");
  });

  test("the provider replaces for the fields of which the manifests say so", () => {
    const forcedIn = (name: string) => recorded(name).changes.find(({ kind }) => kind === "StatefulSet")?.forced;
    expect(forcedIn("class")).toEqual(["spec.volumeClaimTemplates.spec.storageClassName"]);
    expect(forcedIn("size")).toEqual([]);
    expect(
      replacedFor("StatefulSet", [{ path: "spec.volumeClaimTemplates[data].spec.storageClassName", after: "ssd" }], {}),
    ).toHaveLength(1);
    expect(
      replacedFor(
        "StatefulSet",
        [{ path: "spec.volumeClaimTemplates[data].spec.resources.requests.storage", after: "4Gi" }],
        {},
      ),
    ).toEqual([]);
  });
});

test("secrets are named, and never shown", () => {
  const secret = (password: string, user = "u") => ({ metadata, data: { password, user }, type: "Opaque" });
  const { changes } = planOf({
    actions: ["update"],
    before: secret("one"),
    after: secret("two"),
    before_sensitive: { data: true },
    after_sensitive: { data: true },
  });
  expect(changes[0]).toMatchObject({ action: "update", address: "Secret net/keys" });
  expect(changes[0]?.differences).toEqual([
    { path: "data", before: "(sensitive, before)", after: "(sensitive, after)" },
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/one|two/);
});

test("a value that becomes a secret is one on both sides", () => {
  const { changes } = planOf({
    type: "terraform_data",
    actions: ["update"],
    before: { input: { token: "hidden", other: "a" } },
    after: { input: { token: "hidden", other: "b" } },
    before_sensitive: {},
    after_sensitive: { input: { token: true } },
  });
  expect(JSON.stringify(changes)).not.toContain("hidden");
  expect(changes[0]?.differences).toEqual([{ path: "input.other", before: "a", after: "b" }]);
});

test.each<[string, readonly string[], string]>([
  ["delete before create", ["delete", "create"], "replace"],
  ["create before delete", ["create", "delete"], "replace"],
  ["forget", ["forget"], "forget"],
])("%s", (_, actions, action) => {
  const { changes } = planOf({
    actions,
    before: { metadata },
    after: actions.includes("forget") ? undefined : { metadata },
  });
  expect(changes.map(change => change.action)).toEqual([action]);
});

test("what stays in the cluster is no loss", () => {
  const plan = planOf({ actions: ["forget"], before: { metadata } });
  expect(lossesOf([plan])).toEqual([]);
  expect(plan.changes.flatMap(consequencesOf)).toEqual([
    "Terraform no longer manages it; it stays in the cluster as it is",
  ]);
});

test("data sources and what does not change are passed over", () => {
  expect(
    planOf({ actions: ["read"], mode: "data" }, { actions: ["no-op"], before: { metadata }, after: { metadata } })
      .changes,
  ).toEqual([]);
});

test("a plan without resources changes nothing", () => {
  expect(readPlan('{"format_version":"1.2","planned_values":{}}', "plan").changes).toEqual([]);
});

test.each<[string, string, RegExp]>([
  [
    "text",
    "Plan: 1 to add",
    /plan is no JSON: .* → terraform plan -out plan && terraform show -json plan > plan\.json/,
  ],
  ["the binary plan", "PK\u0003\u0004", /is the plan itself, and not its JSON →/],
  [
    "the log of terraform plan -json",
    '{"@level":"info"}\n{"@level":"info"}',
    /is the log of terraform plan -json, which lacks the values/,
  ],
  ["a state", '{"format_version":"1.0","values":{}}', /is no plan, but a state or a configuration/],
  ["JSON of something else", '{"a":1}', /is no plan of Terraform/],
  ["another format", '{"format_version":"2.0","planned_values":{}}', /format_version 2\.0, and 1\.x is known/],
  [
    "a plan that failed",
    '{"format_version":"1.2","planned_values":{},"errored":true}',
    /is a plan that failed, so that it is not complete/,
  ],
  [
    "changes of another form",
    '{"format_version":"1.2","planned_values":{},"resource_changes":[{}]}',
    /has resource_changes that are none/,
  ],
  [
    "a deletion of nothing",
    '{"format_version":"1.2","planned_values":{},"resource_changes":' +
      '[{"address":"a.b","type":"a","change":{"actions":["delete"],"before":null}}]}',
    /has resource_changes that are none/,
  ],
])("fails with %s", (_, text, message) => {
  expect(() => readPlan(text, "plan")).toThrow(message);
});

const set = (replicas: number) => ({
  metadata: [{ name: "boot", namespace: "net" }],
  spec: [{ replicas: String(replicas) }],
});

describe("types of resources", () => {
  const claim = { metadata: [{ name: "data", namespace: "net" }], spec: [{ storage_class_name: "a" }] };
  const body = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data", namespace: "net" } };
  test.each<[string, Json, string, string]>([
    ["kubernetes_stateful_set_v1", set(1), "StatefulSet net/boot", "replaced"],
    ["kubernetes_stateful_set", set(1), "StatefulSet net/boot", "replaced"],
    ["kubernetes_persistent_volume_claim", claim, "PersistentVolumeClaim net/data", "claim"],
    ["kubernetes_persistent_volume_v1", { metadata: [{ name: "data" }] }, "PersistentVolume data", "claim"],
    ["kubernetes_namespace", { metadata: [{ name: "net" }] }, "Namespace net", "namespace"],
    ["kubernetes_secret", { metadata }, "Secret net/keys", "secret"],
    ["kubernetes_manifest", { manifest: body, object: null }, "PersistentVolumeClaim net/data", "claim"],
    ["kubectl_manifest", { yaml_body: JSON.stringify(body) }, "PersistentVolumeClaim net/data", "claim"],
  ])("a %s that is replaced is a loss", (type, values, address, rule) => {
    const plan = planOf({ actions: ["delete", "create"], type, before: values, after: values });
    expect(lossesOf([plan]).map(loss => [loss.address, loss.rule])).toEqual([[address, rule]]);
  });

  test("a resource under the name of the other version has moved", () => {
    const plan = planOf(
      { actions: ["delete"], type: "kubernetes_stateful_set", before: set(1) },
      { actions: ["create"], type: "kubernetes_stateful_set_v1", after: set(1) },
    );
    expect(lossesOf([plan])).toMatchObject([{ rule: "replaced", remedy: expect.stringContaining("state mv") }]);
  });
});

test.each<[string, RegExp, string]>([
  ["replace_because_tainted", /\(it is tainted: /, "terraform untaint 'kubernetes_stateful_set_v1.r0'"],
  ["replace_by_request", /\(the plan was asked for it with -replace\)/, "plan without -replace"],
])("%s is said, with what undoes it", (action_reason, loses, remedy) => {
  const type = "kubernetes_stateful_set_v1";
  const entry = { actions: ["delete", "create"], type, before: set(1), after: set(1), action_reason };
  const [loss] = lossesOf([planOf(entry)]);
  expect(loss).toMatchObject({ rule: "replaced", loses: expect.stringMatching(loses) });
  expect(loss?.remedy).toContain(remedy);
});

test("a Secret that is overwritten is a loss, and one that is filled is none", () => {
  const marks = (before?: Json) => ({
    before_sensitive: { data: before !== undefined },
    after_sensitive: { data: true },
  });
  const of = (before?: Json) =>
    lossesOf([
      planOf({
        actions: ["update"],
        before: { metadata, ...(before && { data: before }) },
        after: { metadata, data: { a: "2" } },
        ...marks(before),
      }),
    ]);
  expect(of({ a: "1" })).toMatchObject([{ rule: "secret", loses: "the content of the Secret keys" }]);
  expect(of()).toEqual([]);
});

describe("a plan that is not whole is refused", () => {
  const entry = (address: string, actions = ["no-op"]) => ({
    address,
    mode: "managed",
    type: "kubernetes_secret_v1",
    change: { actions, before: { metadata }, after: { metadata } },
  });
  const values = (...addresses: string[]) => ({
    root_module: {
      resources: [],
      child_modules: [{ resources: addresses.map(address => ({ address, mode: "managed" })) }],
    },
  });
  const plan = (more: object) =>
    JSON.stringify({ format_version: "1.2", planned_values: {}, resource_changes: [entry("a.b")], ...more });

  test.each<[string, object, RegExp]>([
    ["by -target", { complete: false }, /is a part of a plan, as -target or -exclude makes it → plan without them/],
    [
      "by what it puts off",
      { complete: false, deferred_changes: [{ reason: "provider_config_unknown", resource_change: entry("a.c") }] },
      /puts off 1 of its changes, a\.c among them/,
    ],
    ["by an error", { complete: false, errored: true }, /is a plan that failed/],
    [
      "by a resource of the state",
      { prior_state: { values: values("a.b", "a.c", "a.d") } },
      /does not say what happens to a\.c and 1 more, so that it is not complete/,
    ],
    ["by a resource of the configuration", { planned_values: values("a.b", "a.c") }, /what happens to a\.c, so/],
    [
      "without any change of what there is",
      { resource_changes: undefined, prior_state: { values: values("a.b") } },
      /to a\.b/,
    ],
    [
      "by an action that is not known",
      { resource_changes: [entry("a.b", ["evaporate"])] },
      /the action "evaporate" for a\.b/,
    ],
  ])("%s", (_, more, message) => {
    expect(() => readPlan(plan(more), "plan")).toThrow(message);
  });

  test("one that moved, and one that is whole, are read", () => {
    const moved = { ...entry("a.c"), previous_address: "a.b" };
    expect(readPlan(plan({ complete: true, prior_state: { values: values("a.b") } }), "plan").changes).toEqual([]);
    expect(
      readPlan(plan({ resource_changes: [moved], prior_state: { values: values("a.b") } }), "plan").changes,
    ).toHaveLength(1);
  });

  test("one whose end is missing", () => {
    expect(() => readPlan(plan({}).slice(0, -9), "plan")).toThrow(/is no JSON/);
  });
});
