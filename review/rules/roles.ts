import type { KubernetesObject } from "../../manifests/objects";
import { listOf } from "../../manifests/read/object";
import { roleRefOf, rulesOf, subjectsOf } from "../../manifests/read/rbac";
import { identityOf, nameOf, spoken } from "../read";
import type { Side } from "../sides";
import { type Rule, stays, together } from "./rule";

/** What a ServiceAccount may do, by whatever Roles and bindings. */
export const roleRules: readonly Rule[] = [
  {
    id: "rights",
    kinds: ["ServiceAccount"],
    warning: true,
    why: "Agents do only what their roles allow: with less they stop, and with more a stolen token does more.",
    remedy: "keep the roles; a right that an agent needs stands in its construct",
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const { namespace = "default" } = identityOf(change.after);
      const [old, now] = [sides.before, sides.after].map(side => rightsOf(namespace, nameOf(change.after), side));
      const [less, more] = [lacking(old, now), lacking(now, old)];
      return together([
        less.length > 0 ? `the right to ${spoken(less)}` : undefined,
        more.length > 0 ? `the limit of its rights: it may ${spoken(more)}` : undefined,
      ]);
    },
  },
];

const lacking = (these: ReadonlySet<string> = new Set(), those: ReadonlySet<string> = new Set()) =>
  [...these].filter(right => !those.has(right)).sort();

/** `patch configmaps boot-enr`, one for each verb. */
function rightsOf(namespace: string, name: string, side: Side): Set<string> {
  const own = side.objects.filter(
    each =>
      each.kind === "RoleBinding" &&
      subjectsOf(each).some(
        subject =>
          subject.kind === "ServiceAccount" && subject.name === name && (subject.namespace ?? "default") === namespace,
      ),
  );
  return new Set(own.flatMap(binding => grantedBy(binding, side)));
}

function grantedBy(binding: KubernetesObject, side: Side): string[] {
  const { kind = "Role", name = "" } = roleRefOf(binding);
  const role = side.find(kind, binding.metadata.namespace, name);
  if (!role) return [`what ${kind} ${name} allows`];
  return rulesOf(role as unknown as KubernetesObject).flatMap(({ verbs, resources, resourceNames, apiGroups }) =>
    listOf(verbs).flatMap(verb =>
      listOf(resources).flatMap(resource =>
        (listOf(resourceNames).length > 0 ? listOf(resourceNames) : [""]).map(object => {
          const [group = ""] = listOf(apiGroups);
          return `${verb} ${resource}${group && group !== "*" ? `.${group}` : ""}${object && ` ${object}`}`;
        }),
      ),
    ),
  );
}
