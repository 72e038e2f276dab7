import { budgetsOf } from "../../../manifests/read/budget";
import { byName, dataOf, listOf } from "../../../manifests/read/object";
import { policiesIn } from "../../../manifests/read/policy";
import { roleRefOf, rulesOf, subjectsOf } from "../../../manifests/read/rbac";
import { type Workload, workloadOf } from "../../../manifests/read/workload";
import { object, workload } from "./objects";

test("objects of a kind are read with their namespace and name", () => {
  const policy = object("NetworkPolicy", { podSelector: {} });
  const clusterWide = { ...object("NetworkPolicy", {}), metadata: { name: "none" }, spec: undefined };
  expect(policiesIn([object("Service", {}), policy, clusterWide])).toEqual([
    { object: policy, namespace: "net", name: "node", spec: { podSelector: {} } },
    { object: clusterWide, namespace: "default", name: "none", spec: {} },
  ]);
});

test("a PodDisruptionBudget is that of the pods that it selects in its namespace", () => {
  const budget = (app: string, namespace = "net") =>
    object("PodDisruptionBudget", { selector: { matchLabels: { app } } }, { namespace });
  const own = budget("node");
  const found = budgetsOf(workloadOf(workload()) as Workload, [budget("other"), own, budget("node", "other")]);
  expect(found.map(each => each.object)).toEqual([own]);
});

test("a Role's rules and a RoleBinding's ends are empty where they are absent", () => {
  const role = object("Role", {});
  expect([rulesOf(role), roleRefOf(role), subjectsOf(role)]).toEqual([[], {}, []]);
  const rules = [{ verbs: ["get"] }];
  const ends = { roleRef: { kind: "Role", name: "a" }, subjects: [{ kind: "ServiceAccount", name: "b" }] };
  const full = { ...role, rules, ...ends };
  expect([rulesOf(full), roleRefOf(full), subjectsOf(full)]).toEqual([rules, ends.roleRef, ends.subjects]);
});

test("a ConfigMap without data has no entries", () => {
  expect([dataOf(undefined), dataOf({}), dataOf({ data: { a: "b" } })]).toEqual([{}, {}, { a: "b" }]);
});

test("an item is found by its name; what a plan does not know yet has none", () => {
  const list = [{ name: "a" }, { name: "b", value: 1 }];
  const unknown = "(known after apply)" as unknown as typeof list;
  expect([byName(list, "b"), byName(list, "c"), byName(undefined, "a")]).toEqual([list[1], undefined, undefined]);
  expect([listOf(unknown), byName(unknown, "a")]).toEqual([[], undefined]);
});
