import { claimsOf, podsOf, retentionOf, spoken, workloadSpec } from "../read";
import { reasonFor } from "../reasons";
import type { Rule } from "./rule";

/** What replaces a StatefulSet or does nothing to it, while Terraform reports success. */
export const statefulSetRules: readonly Rule[] = [
  {
    id: "claim-size",
    kinds: ["StatefulSet"],
    why:
      "The size in a claim template cannot change: Terraform reports success, changes nothing, and plans the " +
      "same change again at every run.",
    remedy:
      "put the size back; to grow, patch each claim (kubectl patch pvc), delete the StatefulSet with " +
      "--cascade=orphan, and let Terraform create it again",
    loses: ({ differences }) => {
      const size = differences.find(each => SIZE.test(each.path));
      return size && `the change itself: every volume keeps ${size.before}, and none gets ${size.after}`;
    },
  },
  {
    id: "claim-template",
    kinds: ["StatefulSet"],
    why:
      "Terraform replaces the StatefulSet when its claim template changes. Existing claims keep their class and " +
      "mode, and a claim of another name is a new, empty volume.",
    remedy: "put the template back; data moves to another volume by copying it, one pod at a time",
    loses: ({ forced, before, after }) => {
      if (!forced.some(path => path.startsWith("spec.volumeClaimTemplates"))) return undefined;
      const lost = claimsOf(before).filter(claim => !claimsOf(after).includes(claim));
      return lost.length > 0
        ? `the volumes of ${spoken(lost)}: no pod mounts them any more`
        : "all pods at once, and nothing is won: the volumes stay as they are";
    },
  },
  {
    id: "service-name",
    kinds: ["StatefulSet"],
    why:
      "The governing Service is part of every pod's host name, which raft addresses and certificates contain. " +
      "Terraform replaces the StatefulSet when it changes.",
    remedy: "keep serviceName",
    loses: ({ forced, before, after }) => {
      const [old, now] = [workloadSpec(before).serviceName, workloadSpec(after).serviceName];
      return forced.includes("spec.serviceName")
        ? `the host names <pod>.${old}: pods come back as <pod>.${now}`
        : undefined;
    },
  },
  {
    id: "selector",
    kinds: ["StatefulSet"],
    why: "A selector is immutable: Terraform deletes the StatefulSet with all its pods, and creates a new " + "one.",
    remedy: "keep the selector labels; what may change belongs into metadata.labels",
    loses: ({ forced, before }) =>
      forced.some(path => path.startsWith("spec.selector")) ? `all pods at once: ${spoken(podsOf(before))}` : undefined,
  },
  {
    id: "replaced",
    kinds: ["StatefulSet"],
    why:
      "A StatefulSet that Terraform replaces loses all its pods at once, whatever its update strategy and " +
      "its disruption budget say.",
    remedy: "put the fields back that force it",
    loses: ({ action, forced, before, moved, reason: given }) => {
      const others = forced.filter(path => !/^spec\.(serviceName|selector|volumeClaimTemplates)/.test(path));
      if (action !== "replace" || (forced.length > 0 && others.length === 0)) return undefined;
      const reason = moved ? "its address in Terraform changed" : (reasonFor(given) ?? spoken(others));
      return `all pods at once: ${spoken(podsOf(before))}${reason && ` (${reason})`}`;
    },
  },
  {
    id: "retention",
    kinds: ["StatefulSet"],
    why: "With `Delete`, the claims and the keys on them are deleted when the StatefulSet is deleted or scaled down.",
    remedy: "keep Retain for both",
    loses: ({ before, after }) => {
      const weaker = (["whenDeleted", "whenScaled"] as const).filter(
        when => retentionOf(after)[when] === "Delete" && before && retentionOf(before)[when] !== "Delete",
      );
      return weaker.length > 0 ? `what keeps the volumes: ${spoken(weaker)} is Delete` : undefined;
    },
  },
];

const SIZE = /^spec\.volumeClaimTemplates\[.*\]\.spec\.resources\.requests/;
