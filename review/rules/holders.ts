import type { Change } from "../changes";
import { keysOf } from "../effective/keys";
import { claimsOf, componentOf, nameOf, podsOf, retentionOf, spoken } from "../read";
import type { Sides } from "../sides";
import { gone, type Rule, removed } from "./rule";

/** Objects that hold something, and are deleted. */
export const holderRules: readonly Rule[] = [
  {
    id: "namespace",
    kinds: ["Namespace"],
    why:
      "Deleting a namespace deletes everything in it, also what Terraform does not know: volume claims despite " +
      "`Retain`, Secrets created in advance, and published records.",
    remedy:
      "keep the namespace; if others own it from now on, take it out of Terraform's state without destroying it (a " +
      "`removed` block); to move for good, copy Secrets and volumes into the new one first",
    loses: (change, { after }) => {
      if (!gone(change)) return undefined;
      const name = nameOf(change.before);
      const used = after.objects.some(({ metadata }) => metadata.namespace === name);
      return `everything in the namespace ${name}: claims, Secrets, records${used ? "; it is still used" : ""}`;
    },
  },
  {
    id: "volumes",
    kinds: ["StatefulSet"],
    why:
      "A StatefulSet finds its volumes by its name. Under another name it starts with new, empty volumes, and " +
      "with new keys if the keys were on the old ones.",
    remedy: "keep the name; to give it up for good, back up what is on the volumes first",
    loses: (change, sides) => {
      const claims = claimsOf(change.before).flatMap(claim => podsOf(change.before).map(pod => `${claim}-${pod}`));
      if (!removed(change) || claims.length === 0) return undefined;
      const deleted = retentionOf(change.before).whenDeleted === "Delete";
      const fate = deleted ? "are deleted with it" : "stay, and nothing mounts them";
      const record = persisted(change, sides) ? "; the ENR of every replica changes" : "";
      return `${spoken(claims.reverse())}, which ${fate}${record}`;
    },
  },
  {
    id: "claim",
    kinds: ["PersistentVolumeClaim", "PersistentVolume"],
    why: "Deleting a claim deletes its volume, unless the storage class retains it.",
    remedy: "keep the claim; copy the data to a new one first",
    loses: change =>
      gone(change)
        ? `the data of the ${change.kind === "PersistentVolume" ? "volume" : "claim"} ${nameOf(change.before)}`
        : undefined,
  },
  {
    id: "secret",
    kinds: ["Secret"],
    why: "A deleted or overwritten key cannot be created again.",
    remedy: "keep the Secret; or take it out of Terraform's state without destroying it (a `removed` block)",
    loses: change => {
      if (gone(change)) return `the Secret ${nameOf(change.before)}`;
      // A plan says that sensitive data differ, and not in what.
      const overwritten = change.differences.some(({ path, before }) => CONTENT.test(path) && before !== undefined);
      return overwritten ? `the content of the Secret ${nameOf(change.before)}` : undefined;
    },
  },
];

const CONTENT = /^(data|binary_?data)\b/i;

/** A bootstrap node that keeps its key on its volume. */
const persisted = ({ before }: Change, sides: Sides) =>
  componentOf(before) === "bootstrap" && !keysOf(before, sides.before).some(({ use }) => use === "identity");
