import { readFileSync } from "node:fs";
import { join } from "node:path";
import { consequencesOf } from "../../review/consequences";
import { lossesOf } from "../../review/losses";
import { readPlan } from "../../review/plan";
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
    ({ type = "kubernetes_secret_v1", address, previous_address, mode = "managed", ...change }, i) => ({
      address: address ?? `${type}.r${i}`,
      previous_address,
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
