import { dataLost } from "../effective/data";
import { parseEvNode } from "../effective/ev-node";
import { at, claimsOf, podsOf, spoken } from "../read";
import { altered, type Rule, stays, together } from "./rule";

/** Where data really lie: claim, folder in it, reader, ordinal; whichever field says so. */
export const dataRules: readonly Rule[] = [
  {
    id: "data",
    kinds: ["StatefulSet", "Deployment", "DaemonSet"],
    why:
      "The old bytes stay where they are, and pods look elsewhere or may not read them: they start as new nodes, " +
      "with another key and without blocks.",
    remedy: "put claim, sub path, mount, data directory and user back; or copy the data first, one pod at a " + "time",
    loses: (change, sides) => {
      const { before, after, forced } = change;
      if (!stays(change)) return undefined;
      const templates = forced.some(path => path.startsWith("spec.volumeClaimTemplates"));
      const gone = templates ? claimsOf(before).filter(claim => !claimsOf(after).includes(claim)) : [];
      const unmounted = podsOf(before).filter(pod => !podsOf(after).includes(pod));
      const renumbered = change.kind === "StatefulSet" && podsOf(after).some(pod => !podsOf(before).includes(pod));
      return together([
        ...dataLost(before, after, sides, new Set(gone)),
        renumbered && unmounted.length > 0 && claimsOf(before).length > 0
          ? `the volumes of ${spoken(unmounted)}, which other ordinals do not mount`
          : undefined,
      ]);
    },
  },
  {
    id: "ev-node-data",
    kinds: ["ConfigMap"],
    why: "Blocks and raft state are in the folders that ev-node's configuration names: in others there are " + "none.",
    remedy: "put the folders back; or copy the data first, one member at a time",
    loses: ({ before, after }) => {
      const [old, now] = [evNode(before), evNode(after)];
      if (!old || !now) return undefined;
      return together(FOLDERS.map(path => altered(path.join("."), at(old, ...path), at(now, ...path))));
    },
  },
];

const FOLDERS = [["db_path"], ["raft", "raft_dir"], ["root_dir"]] as const;
const evNode = (body: unknown) => parseEvNode(at(body, "data", "evnode.yaml"));
