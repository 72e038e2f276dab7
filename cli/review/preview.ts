import { type Command, Option } from "commander";
import { changesOf, type ReviewOptions, withReview } from "./options";

export function registerPreview(program: Command): void {
  withReview(program.command("preview"))
    .description("preview a change: show what restarts, in what order, and what would be lost")
    .addOption(
      new Option("--format <format>", "choose the format; markdown is for a comment on a pull request")
        .choices(["text", "markdown"])
        .default("text"),
    )
    .addHelpText("after", "\nExit code: 0 whatever would change; 1 if it cannot be known. To refuse losses, use guard.")
    .action(async (name: string, options: ReviewOptions & { format: "text" | "markdown" }) => {
      const stacks = changesOf(name, options);
      const { findingsOf }: typeof import("../../review/losses") = require("../../review/losses");
      const findings = findingsOf(stacks);
      if (options.json) {
        const { toJson }: typeof import("../../review/json") = require("../../review/json");
        console.log(JSON.stringify(toJson(name, stacks, findings), null, 2));
      } else if (options.format === "markdown") {
        const { toMarkdown }: typeof import("../../review/markdown") = require("../../review/markdown");
        process.stdout.write(toMarkdown(name, stacks, findings));
      } else {
        const { toText }: typeof import("../../review/text") = require("../../review/text");
        process.stdout.write(toText(name, stacks, findings));
      }
    });
}
