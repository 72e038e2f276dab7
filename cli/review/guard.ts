import type { Command } from "commander";
import { oneLine } from "../../manifests/hidden";
import type { Loss } from "../../review/losses";
import { closest } from "../../values/load/closest";
import { count } from "../../values/load/count";
import { changesOf, type ReviewOptions, withReview } from "./options";

export function registerGuard(program: Command): void {
  withReview(program.command("guard"))
    .description("refuse a change that would lose an identity or data, unless you accept each loss by name")
    .option(
      "--accept <loss>",
      "accept this loss, by its rule and object: 'volumes StatefulSet devnet-p2p/boot'; repeat it for each loss",
      (text: string, all: string[]) => [...all, text],
      [],
    )
    .addHelpText(
      "after",
      `
A warning names a safety net that goes, and changes nothing.
Exit code: 0 if nothing would be lost, or every loss is accepted; 2 if something would be lost; 1 if it cannot be
known.`,
    )
    .action(async (name: string, options: ReviewOptions & { accept: string[] }) => {
      const stacks = changesOf(name, options);
      const { findingsOf }: typeof import("../../review/losses") = require("../../review/losses");
      const { lossLines, outside }: typeof import("../../review/text") = require("../../review/text");
      const { losses, warnings } = findingsOf(stacks);
      refuseStrange(options.accept, losses);
      const [accepted, open] = [true, false].map(taken =>
        losses.filter(({ accept }) => options.accept.includes(accept) === taken),
      ) as [Loss[], Loss[]];
      if (options.json) {
        const unknown = stacks.filter(({ unknown }) => unknown).map(({ stack }) => stack);
        console.log(JSON.stringify({ environment: name, lost: open, accepted, warnings, unknown }, null, 2));
      } else {
        const gone = accepted.map(({ accept, loses }) => `accepted  ${accept}: ${loses}`);
        const verdict =
          open.length === 0
            ? `nothing ${accepted.length > 0 ? "more " : ""}is lost${outside(stacks)}`
            : `${count(open.length, "loss", "losses")} that nobody accepted`;
        const how = open.length === 0 ? [] : ["", `→ undo it, or accept it by name: ${open.map(option).join(" ")}`];
        const lines = [...gone, ...lossLines(open), ...lossLines(warnings, "WARN"), ...how];
        console.log([`${name}: ${verdict}`, ...lines].map(oneLine).join("\n"));
      }
      process.exitCode = open.length > 0 ? 2 : 0;
    });
}

const option = ({ accept }: Loss) => `--accept '${accept}'`;

/** A loss that is accepted but does not happen may be a typing error, or left over from an earlier change. */
function refuseStrange(accepted: readonly string[], losses: readonly Loss[]): void {
  const names = losses.map(({ accept }) => accept);
  for (const given of accepted.filter(each => !names.includes(each))) {
    const ofObject = losses.filter(({ address }) => address === given).map(({ accept }) => accept);
    if (ofObject.length > 0)
      throw new Error(`--accept "${given}" does not say which loss → name rule and object: ${ofObject.join(", ")}`);
    const meant = closest(given, names);
    const remedy = meant
      ? `did you mean "${meant}"?`
      : `leave it out${names.length > 0 ? `; lost would be: ${names.join(", ")}` : ""}`;
    throw new Error(`--accept "${given}" names nothing that would be lost → ${remedy}`);
  }
}
