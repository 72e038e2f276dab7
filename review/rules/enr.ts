import type { JsonObject } from "../../manifests/json";
import { dataOf } from "../../manifests/read/object";
import { containersSeen, nodeOf, type Seen } from "../effective/containers";
import { settingOf } from "../effective/environment";
import { hostPortOf } from "../effective/exposure";
import { componentOf, nameOf, podsOf, replicasOf, spoken } from "../read";
import type { Side } from "../sides";
import { altered, gone, type Rule, removed, stays, together, words } from "./rule";

/** What an ENR says, and what keeps it so. */
export const enrRules: readonly Rule[] = [
  {
    id: "bootstrap-replicas",
    kinds: ["StatefulSet"],
    why:
      "Every bootstrap replica has its own ENR: a peer that knows only the removed replicas cannot join " +
      "the network.",
    remedy: "keep the replicas; or take their ENRs out of every peer's configuration first",
    loses: change => {
      if (removed(change) || componentOf(change.before) !== "bootstrap") return undefined;
      const still = podsOf(change.after);
      const silent = podsOf(change.before).filter(pod => !still.includes(pod));
      if (silent.length === 0) return undefined;
      return silent.length > 1
        ? `the ENRs of ${spoken(silent)}, which go silent`
        : `the ENR of ${silent[0]}, which goes silent`;
    },
  },
  {
    id: "announce",
    kinds: ["StatefulSet"],
    why:
      "An ENR contains the announced address and port: with other ones it is another ENR, and peers that have " +
      "the old one no longer reach the node.",
    remedy: "put it back; or give the new ENR to every peer first, and keep the old node until they have it",
    loses: (change, sides) => {
      const { before, after } = change;
      if (!stays(change) || componentOf(before) !== "bootstrap") return undefined;
      const [old, now] = [nodeOf(before, sides.before), nodeOf(after, sides.after)];
      const [was, is] = [announcedBy(old, before), announcedBy(now, after)];
      const told = together(Object.keys(was).map(name => altered(name, was[name], is[name])));
      if (told) return `the ENR of every replica: ${told}`;
      const still = words(now && settingOf(now.told, "ANNOUNCE_ADDRESSES"));
      const lost = words(old && settingOf(old.told, "ANNOUNCE_ADDRESSES")).filter(
        (address, i) => i < replicasOf(after) && address !== still[i],
      );
      return lost.length > 0 ? `the announced address${lost.length > 1 ? "es" : ""} ${spoken(lost)}` : undefined;
    },
  },
  {
    id: "pinned-enr",
    kinds: ["StatefulSet"],
    why:
      "Without the pin, discv5 replaces the announced address by the pod's as soon as ten peers have voted for " +
      "it. Peers with that ENR lose the node at its next restart.",
    remedy: "keep pinEnr",
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const [old, now] = [nodeOf(change.before, sides.before), nodeOf(change.after, sides.after)];
      const mode = now && settingOf(now.told, "ANNOUNCE_MODE");
      // A node that asks for its public address is meant to follow it.
      const asks = mode === "query" && old && settingOf(old.told, "ANNOUNCE_MODE") !== "query";
      return pinned(old) && !pinned(now) && !asks ? "what keeps the ENR from drifting" : undefined;
    },
  },
  {
    id: "published-enr",
    kinds: ["ConfigMap", "StatefulSet"],
    why:
      "Peers start with the published ENR, and the live ENR is compared with it. Without it, peers that start " +
      "have to wait, and a changed ENR is taken for the first one.",
    remedy: "keep the ConfigMap and its data; save its data before you delete it",
    loses: (change, sides) => {
      const { kind, before, after } = change;
      if (componentOf(before) !== "bootstrap") return undefined;
      if (kind === "StatefulSet")
        return stays(change)
          ? altered("the records in", recordOf(before, sides.before), recordOf(after, sides.after))
          : undefined;
      if (!/-enr$/.test(nameOf(before))) return undefined;
      if (gone(change)) return `the records published in ${nameOf(before)}`;
      const now = dataOf(after);
      const lost = Object.entries(dataOf(before)).filter(([pod, enr]) => now[pod] !== enr);
      return lost.length > 0 ? `the published record of ${spoken(lost.map(([pod]) => pod))}` : undefined;
    },
  },
];

/** What goes into the ENR, or decides whether it leads to the pod. */
function announcedBy(node: Seen | undefined, body: JsonObject | undefined): Record<string, string | undefined> {
  if (!node) return {};
  const setting = (name: string) => settingOf(node.told, name);
  return {
    ANNOUNCE_MODE: setting("ANNOUNCE_MODE"),
    P2P_BROADCAST_PORT: setting("P2P_BROADCAST_PORT") ?? setting("P2P_PORT"),
    P2P_PORT: setting("P2P_PORT"),
    P2P_IP: setting("P2P_IP"),
    // The cluster's domain may change: the Service keeps its address.
    ANNOUNCE_HOST: setting("ANNOUNCE_HOST")?.split(".").slice(0, 2).join("."),
    "port on the host": hostPortOf(node, body),
  };
}

/** The preload has to be loaded, and told which module to change. */
function pinned(node: Seen | undefined): boolean {
  if (!node || !settingOf(node.told, "PIN_ENR_MODULE")) return false;
  return settingOf(node.told, "NODE_OPTIONS")?.includes("pin-enr") ?? true;
}

function recordOf(body: JsonObject | undefined, side: Side): string | undefined {
  const agent = containersSeen(body, side).find(({ told }) => told.variables.has("AGENT_CONFIG_MAP"));
  return agent?.told.variables.get("AGENT_CONFIG_MAP");
}
