import type { Command } from "commander";
import type { Loss } from "../../review/losses";
import { closest } from "../../values/load/closest";
import { count } from "../../values/load/count";
import { changesOf, type ReviewOptions, withReview } from "./options";

export function registerGuard(program: Command): void {
  withReview(program.command("guard"))
    .description("refuse a change that would lose an identity or data, unless you accept each loss by name")
    .option(
      "--accept <address>",
      "accept this loss, such as 'StatefulSet devnet-p2p/boot'; repeat it for each loss",
      (text: string, all: string[]) => [...all, text],
      [],
    )
    .addHelpText(
      "after",
      `
Exit code: 0 if nothing would be lost, or every loss is accepted; 2 if something would be lost; 1 if it cannot be
known.`,
    )
    .action(async (name: string, options: ReviewOptions & { accept: string[] }) => {
      const stacks = changesOf(name, options);
      const { lossesOf }: typeof import("../../review/losses") = require("../../review/losses");
      const { lossLines }: typeof import("../../review/text") = require("../../review/text");
      const losses = lossesOf(stacks);
      refuseStrange(options.accept, losses);
      const [accepted, open] = [true, false].map(taken =>
        losses.filter(({ address }) => options.accept.includes(address) === taken),
      ) as [Loss[], Loss[]];
      if (options.json) console.log(JSON.stringify({ environment: name, lost: open, accepted }, null, 2));
      else {
        const gone = accepted.map(({ address, loses }) => `accepted  ${address}: ${loses}`);
        const verdict =
          open.length === 0 ? "nothing is lost" : `${count(open.length, "loss", "losses")} that nobody accepted`;
        const how =
          open.length === 0 ? [] : ["", `→ undo it, or accept it by name: ${open.map(option).filter(once).join(" ")}`];
        console.log([`${name}: ${verdict}`, ...gone, ...lossLines(open), ...how].join("\n"));
      }
      process.exitCode = open.length > 0 ? 2 : 0;
    });
}

const option = ({ address }: Loss) => `--accept '${address}'`;
const once = (text: string, i: number, all: readonly string[]) => all.indexOf(text) === i;

/** A loss that is accepted but does not happen may be a typing error, or left over from an earlier change. */
function refuseStrange(accepted: readonly string[], losses: readonly Loss[]): void {
  const addresses = [...new Set(losses.map(({ address }) => address))];
  for (const address of accepted.filter(address => !addresses.includes(address))) {
    const meant = closest(address, addresses);
    const remedy = meant
      ? `did you mean "${meant}"?`
      : `leave it out${addresses.length > 0 ? `; lost would be: ${addresses.join(", ")}` : ""}`;
    throw new Error(`--accept "${address}" names nothing that would be lost → ${remedy}`);
  }
}
