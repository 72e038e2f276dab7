import { type RoleRule, roleRefOf, rulesOf, subjectsOf } from "../../manifests/read/rbac";
import type { Offence, Rule } from "../rule";
import type { View } from "../view";

/** Whether a rule of a Role lets somebody into running pods. */
export const entersPods = ({ resources = [] }: RoleRule) => resources.some(each => /^pods\/(exec|attach)$/.test(each));

function* eachRule(view: View, judge: (rule: RoleRule) => string | undefined): Iterable<Offence> {
  for (const object of view.kind("Role")) {
    for (const [i, rule] of rulesOf(object).entries()) {
      const found = judge(rule);
      if (found) yield { object, path: `rules[${i}]`, found };
    }
  }
}

/** Verbs that give an account more rights than it has. */
const ESCALATING = ["escalate", "bind", "impersonate"];
const WRITING = ["create", "update", "patch", "*"];

/** Rights at the API server. */
export const rbac: readonly Rule[] = [
  {
    id: "rbac-wildcard",
    severity: "error",
    holds: "no Role has a wildcard",
    why: "it also covers what is added later",
    remedy: "name the API groups, resources and verbs",
    alike: ["CK 49", "NSA C-0187"],
    check: view =>
      eachRule(view, ({ apiGroups = [], resources = [], verbs = [] }) =>
        [...apiGroups, ...resources, ...verbs].some(each => each.includes("*")) ? "has a wildcard" : undefined,
      ),
  },
  {
    id: "rbac-secrets",
    severity: "error",
    holds: "no Role gives access to Secrets",
    why: "keys of nodes and signers are Secrets, and pods get them as volumes",
    remedy: "mount the Secret into the container that reads it",
    alike: ["KL access-to-secrets", "CK2 5"],
    check: view =>
      eachRule(view, ({ resources = [], verbs = [] }) =>
        resources.includes("secrets") ? `allows to ${verbs.join(", ")} Secrets` : undefined,
      ),
  },
  {
    id: "rbac-pod-exec",
    severity: "error",
    holds: "no Role allows commands in running pods",
    why: "whoever runs a command in a pod has its keys",
    remedy: "remove pods/exec and pods/attach",
    alike: ["PO rolePodExecAttach"],
    check: view => eachRule(view, rule => (entersPods(rule) ? `allows ${rule.resources?.join(", ")}` : undefined)),
  },
  {
    id: "rbac-escalation",
    severity: "error",
    holds: "no Role lets its holder impersonate others or extend its own rights",
    why: "it leads to every right in the cluster",
    remedy: "remove escalate, bind and impersonate, and writing Roles, bindings and tokens",
    alike: ["CK2 1–4"],
    check: view =>
      eachRule(view, ({ resources = [], verbs = [] }) => {
        const escalating = verbs.filter(verb => ESCALATING.includes(verb));
        const giving = resources.filter(each => /^(cluster)?role(binding)?s$|^serviceaccounts\/token$/.test(each));
        if (escalating.length > 0) return `allows to ${escalating.join(", ")}`;
        return giving.length > 0 && verbs.some(verb => WRITING.includes(verb))
          ? `allows to write ${giving.join(", ")}`
          : undefined;
      }),
  },
  {
    id: "rbac-named-objects",
    severity: "warning",
    holds: "every Role names its objects",
    why: "otherwise it also covers the next object of that kind",
    remedy: "set resourceNames; only create cannot be limited to names",
    alike: [],
    check: view =>
      eachRule(view, ({ resources = [], resourceNames = [], verbs = [] }) =>
        resourceNames.length === 0 && verbs.some(verb => verb !== "create")
          ? `allows to ${verbs.join(", ")} all ${resources.join(", ")}`
          : undefined,
      ),
  },
  {
    id: "rbac-binding",
    severity: "error",
    holds: "every RoleBinding gives a Role of its namespace to service accounts of the stack",
    why: "a ClusterRole reaches beyond the network, and a binding to a missing name waits for whoever takes that name",
    remedy: "bind a Role and a ServiceAccount that are among the manifests",
    alike: [],
    *check(view) {
      for (const object of view.kind("RoleBinding")) {
        const { namespace } = object.metadata;
        const { kind = "", name } = roleRefOf(object);
        if (kind !== "Role" || !view.find(kind, namespace, name)) {
          yield { object, path: "roleRef", found: `${kind} ${name} is no Role among the manifests` };
        }
        for (const [i, subject] of subjectsOf(object).entries()) {
          if (
            subject.kind !== "ServiceAccount" ||
            !view.find("ServiceAccount", subject.namespace ?? namespace, subject.name)
          ) {
            const found = `${subject.kind} ${subject.name} is no service account among the manifests`;
            yield { object, path: `subjects[${i}]`, found };
          }
        }
      }
    },
  },
];
