import type { JsonObject } from "../../manifests/json";
import type { KubernetesObject } from "../../manifests/objects";
import { listOf } from "../../manifests/read/object";
import { roleRefOf, rulesOf, subjectsOf } from "../../manifests/read/rbac";
import type { Change } from "../changes";
import { identityOf, nameOf, spoken } from "../read";
import type { Side, Sides } from "../sides";
import { type Rule, stays, together } from "./rule";

/** What a ServiceAccount may do, by whatever Roles and bindings; and what a Role allows that others bind. */
export const roleRules: readonly Rule[] = [
  {
    id: "rights",
    kinds: ["ServiceAccount", "Role"],
    warning: true,
    why: "Agents do only what their roles allow: with less they stop, and with more a stolen token does " + "more.",
    remedy: "keep the roles; a right that an agent needs stands in its construct",
    loses: (change, sides) => {
      const { kind, before, after } = change;
      if (kind === "Role") return bound(change, sides) ? undefined : said(allowedBy(before), allowedBy(after));
      if (!stays(change)) return undefined;
      const { namespace = "default" } = identityOf(after);
      return said(rightsOf(namespace, nameOf(after), sides.before), rightsOf(namespace, nameOf(after), sides.after));
    },
  },
];

/** Whether a binding gives the Role, before or after, to somebody whose rights are compared as a whole. */
const bound = ({ before }: Change, sides: Sides) =>
  [sides.before, sides.after].some(({ objects }) =>
    objects.some(each => each.kind === "RoleBinding" && roleRefOf(each).name === nameOf(before)),
  );

function said(old: ReadonlySet<string>, now: ReadonlySet<string>): string | undefined {
  const [less, more] = [lacking(old, now), lacking(now, old)];
  return together([
    less.length > 0 ? `the right to ${spoken(less)}` : undefined,
    more.length > 0 ? `the limit of its rights: it may ${spoken(more)}` : undefined,
  ]);
}

const lacking = (these: ReadonlySet<string>, those: ReadonlySet<string>) =>
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
  return role ? [...allowedBy(role)] : [`what ${kind} ${name} allows`];
}

function allowedBy(role?: JsonObject): Set<string> {
  const rights = rulesOf((role ?? {}) as unknown as KubernetesObject).flatMap(rule =>
    each(rule.apiGroups).flatMap(group =>
      each(rule.resources).flatMap(resource =>
        each(rule.resourceNames).flatMap(object =>
          listOf(rule.verbs).map(verb => `${verb} ${resource}${group && `.${group}`}${object && ` ${object}`}`),
        ),
      ),
    ),
  );
  return new Set(rights);
}

/** Without any, the one that stands for all or none. */
const each = (list: readonly string[] | undefined) => (listOf(list).length > 0 ? listOf(list) : [""]);
