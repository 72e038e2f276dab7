import { nodeOf } from "../effective/containers";
import { dataOf } from "../effective/data";
import { settingOf } from "../effective/environment";
import { hostPortOf, placementOf } from "../effective/exposure";
import { componentOf } from "../read";
import { type Rule, stays } from "./rule";

/** On which nodes of the cluster pods run whose address or data is a node's. */
export const placementRules: readonly Rule[] = [
  {
    id: "placement",
    kinds: ["StatefulSet", "Deployment", "DaemonSet"],
    why:
      "A pod that announces its host's address, or keeps data on the host, leaves it behind when it runs on another " +
      "host.",
    remedy:
      "keep the pods where they are (nodeSelector, affinity, tolerations); or give the new ENR to every peer first",
    loses: (change, sides) => {
      const { before, after } = change;
      if (!stays(change)) return undefined;
      const [from, to] = [placementOf(before), placementOf(after)];
      if (from === to) return undefined;
      const node = nodeOf(before, sides.before);
      const addressed =
        node &&
        componentOf(before) === "bootstrap" &&
        (hostPortOf(node, before) !== undefined || settingOf(node.told, "ANNOUNCE_MODE") === "query");
      const onHost = dataOf(before, sides.before).some(({ places }) =>
        [...places.values()].some(({ kind, text }) => kind === "host" && text.startsWith("hostPath")),
      );
      if (!addressed && !onHost) return undefined;
      const what = addressed ? "the announced addresses" : "the data";
      return `the hosts, and with them ${what}: ${from || "any"} → ${to || "any"}`;
    },
  },
];
