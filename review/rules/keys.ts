import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../manifests/json";
import type { Change } from "../changes";
import { nodeOf } from "../effective/containers";
import { settingOf } from "../effective/environment";
import { evNodeOf, parseEvNode } from "../effective/ev-node";
import { keysLost, keysOf, type Use } from "../effective/keys";
import { at, componentOf, spoken } from "../read";
import type { Side, Sides } from "../sides";
import { altered, type Rule, stays, together, words } from "./rule";

const WORKLOADS = ["StatefulSet", "Deployment"];

/** Which keys are read, whatever field names them. */
export const keyRules: readonly Rule[] = [
  {
    id: "node-keys",
    kinds: ["StatefulSet"],
    why: "A member's node key is its p2p identity: peers that dial the old peer ID no longer reach the " + "member.",
    remedy: "replace one member's key at a time: docs/runbooks/key-rotation.md",
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const ids = words(setting(change.after, sides.after, "PEER_IDS"));
      const lost = words(setting(change.before, sides.before, "PEER_IDS")).filter(
        (id, i) => i < ids.length && ids[i] !== id,
      );
      const peers = lost.length > 0 ? `the peer id${lost.length > 1 ? "s" : ""} ${spoken(lost)}` : undefined;
      return together([...read("node-key", change, sides), peers]);
    },
  },
  {
    id: "signer",
    kinds: ["StatefulSet", "ConfigMap"],
    why:
      "Everyone who knows the proposer from the genesis refuses blocks of another signer. A second signer " +
      "beside the first forks the chain.",
    remedy: "keep the signer: docs/runbooks/key-rotation.md",
    loses: (change, sides) => {
      const { kind, before, after } = change;
      if (!stays(change)) return undefined;
      if (kind === "ConfigMap")
        return signerLost(
          parseEvNode(at(before, "data", "evnode.yaml")),
          parseEvNode(at(after, "data", "evnode.yaml")),
        );
      const [old, now] = [evNodeOf(before, sides.before), evNodeOf(after, sides.after)];
      const elsewhere = old && now && old.configMap !== now.configMap;
      return together([...read("signer", change, sides), elsewhere ? signerLost(old.config, now.config) : undefined]);
    },
  },
  {
    id: "bootstrap-key",
    kinds: ["StatefulSet"],
    why:
      "The node ID comes from the key: peers that have the ENR do not accept a bootstrap node with " + "another key.",
    remedy: "keep the Secret, or where the key is kept; if the other Secret holds the same keys, accept it",
    loses: (change, sides) => {
      if (!stays(change) || componentOf(change.before) !== "bootstrap") return undefined;
      const key = (body: JsonObject | undefined, side: Side) =>
        keysOf(body, side).find(({ use }) => use === "identity")?.source ?? "the volume";
      return altered("where the key is", key(change.before, sides.before), key(change.after, sides.after));
    },
  },
  {
    id: "keys",
    kinds: WORKLOADS,
    why:
      "With another key a validator, publisher or node is somebody else: stake, funds and peers belong to the " +
      "old one, which nobody uses any more.",
    remedy: "keep the Secret and its key; if the other one holds the same key, accept it",
    loses: (change, sides) => (stays(change) ? together(read("other", change, sides)) : undefined),
  },
  {
    id: "shared-key",
    kinds: WORKLOADS,
    why: "Two pods that sign with one validator's key sign twice for one slot, which is punished.",
    remedy: "give each pod a key of its own; or keep one replica",
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const [was, is] = [signersOf(change.before, sides.before), signersOf(change.after, sides.after)];
      const more = [...is].filter(
        ([key, pods]) => pods > (was.get(key) ?? (was.size > 0 ? Math.max(...was.values()) : 0)),
      );
      const all = more.map(([key]) => [key, signersIn(sides.after, key)] as const).filter(([, pods]) => pods > 1);
      return together(all.map(([key, pods]) => `${key}: ${pods} pods sign with it`));
    },
  },
];

function read(use: Use, { before, after }: Change, sides: Sides): string[] {
  return keysLost(use, keysOf(before, sides.before), keysOf(after, sides.after));
}

function signerLost(was: JsonObject | undefined, is: JsonObject | undefined): string | undefined {
  const [old, now] = [was?.signer, is?.signer];
  return old && !isDeepStrictEqual(old, now) ? "the signer: its configuration is another one" : undefined;
}

const setting = (body: JsonObject | undefined, side: Side, name: string) => {
  const node = nodeOf(body, side);
  return node && settingOf(node.told, name);
};

/** How many pods sign with a validator's key that does not differ from pod to pod. */
function signersOf(body: JsonObject | undefined, side: Side): Map<string, number> {
  const keys = keysOf(body, side).filter(({ name, source }) => /VALIDATOR/.test(name) && !source.includes("$("));
  const replicas = Number(at(body, "spec", "replicas") ?? 1);
  return new Map(keys.map(({ source }) => [source, replicas]));
}

/** The same of all workloads. */
const signersIn = (side: Side, key: string) =>
  side.objects
    .filter(({ kind }) => WORKLOADS.includes(kind))
    .reduce((pods, body) => pods + (signersOf(body, side).get(key) ?? 0), 0);
