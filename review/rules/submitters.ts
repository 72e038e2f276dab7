import type { JsonObject } from "../../manifests/json";
import { at, componentOf, nameOf, replicasOf } from "../read";
import { type Rule, removed, stays, together } from "./rule";

/** What takes a sequencer's blocks to L1. */
export const submitterRules: readonly Rule[] = [
  {
    id: "submitters",
    kinds: ["Deployment"],
    why:
      "Two submitters with one key use the same nonces: each replaces the other's transactions, and batches reach " +
      "L1 late, twice or not at all.",
    remedy: "keep one replica, and the strategy Recreate, which ends the old pod first",
    loses: change => {
      const { before, after } = change;
      if (!stays(change) || !isSubmitter(after)) return undefined;
      const more = replicasOf(before) <= 1 && replicasOf(after) > 1 && `${replicasOf(after)} replicas`;
      const beside = isRecreated(before) && !isRecreated(after) && "a new pod starts beside the old one";
      return together([more, beside].map(each => (each ? `that one submits at a time: ${each}` : undefined)));
    },
  },
  {
    id: "submitter-removed",
    kinds: ["Deployment"],
    why:
      "Blocks that are not on L1 within the sequencing window, 12 hours on most chains, are replaced by empty ones. " +
      "Without outputs nobody can withdraw.",
    remedy: "start another one with the same key, once this one has ended",
    warning: true,
    loses: change => {
      const { before } = change;
      if (!removed(change) || !isSubmitter(before)) return undefined;
      const what = componentOf(before) === "batcher" ? "the chain's blocks" : "the chain's outputs";
      return `${nameOf(before)}, which brings ${what} to L1`;
    },
  },
];

const isSubmitter = (body?: JsonObject) => ["batcher", "proposer"].includes(componentOf(body) ?? "");
const isRecreated = (body?: JsonObject) => at(body, "spec", "strategy", "type") === "Recreate";
