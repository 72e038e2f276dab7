import { stringify } from "yaml";
import { oneLine } from "../manifests/hidden";
import { count } from "../values/load/count";
import type { Change, StackChanges } from "./changes";
import { consequencesOf } from "./consequences";
import type { Difference } from "./difference";
import type { Findings, Loss } from "./losses";
import { inOrder, summary, titleOf } from "./text";

/** GitHub refuses comments beyond 65,536 characters: https://github.com/orgs/community/discussions/27190 */
const LIMIT = 65_000;

/** The first line of an environment's comment: a later run finds the comment by it and updates it. */
export const marker = (environment: string) => `<!-- rollup-network preview ${environment} -->`;

/** What changes do, as a comment of a pull request. */
export function toMarkdown(environment: string, stacks: readonly StackChanges[], findings: Findings): string {
  const head = [
    marker(environment),
    `### ${environment}: ${summary(stacks, findings)}`,
    ...findings.losses.map(loss => lossItem(loss)),
    ...findings.warnings.map(loss => lossItem(loss, "WARNING")),
  ];
  const whole = [...head, ...stacks.flatMap(stack => section(stack, true))].join("\n\n");
  if (whole.length <= LIMIT) return `${whole}\n`;
  const short = [
    ...head,
    ...stacks.flatMap(stack => section(stack, false)),
    "The fields are left out: they are too many for a comment.",
  ];
  const text = short.join("\n\n");
  return `${text.length <= LIMIT ? text : `${text.slice(0, LIMIT)}…`}\n`;
}

function lossItem({ address, loses, why, remedy, along }: Loss, word = "CAUTION"): string {
  const more = along.length > 0 ? `\n> With it: ${along.map(code).join(", ")}\n>` : "";
  const [lost, reason, cure] = [loses, why, remedy].map(plain);
  return `> [!${word}]\n> **${code(address)}** would lose ${lost}.\n>${more}\n> ${reason}\n>\n> → ${cure}`;
}

function section({ stack: id, left, unknown, changes }: StackChanges, fields: boolean): string[] {
  const stack = plain(id);
  if (unknown) return [`**${stack}**: no plan of it is given`];
  if (left) return [`**${stack}** is no longer in the configuration; a deploy leaves it as it is.`];
  if (changes.length === 0) return [`**${stack}**: no change`];
  const items = inOrder(changes).map(item).join("\n");
  const details = inOrder(changes).filter(({ differences }) => differences.length > 0);
  if (!fields || details.length === 0) return [`**${stack}**`, items];
  const open = `<details><summary>${count(
    details.reduce((sum, each) => sum + each.differences.length, 0),
    "field",
  )}</summary>`;
  const body = details.map(
    change => `${code(change.address)}\n\n\`\`\`diff\n${change.differences.flatMap(fieldLines).join("\n")}\n\`\`\``,
  );
  return [`**${stack}**`, items, open, ...body, "</details>"];
}

function item(change: Change): string {
  const sentences = consequencesOf(change).map(sentence => `\n  - ${plain(sentence)}`);
  return `- ${change.action} ${code(titleOf(change))}${sentences.join("")}`;
}

function fieldLines({ path, before, after }: Difference): string[] {
  const [old, now] = unlike(linesOf(before), linesOf(after));
  return [`@@ ${path} @@`, ...old.map(line => `- ${line}`), ...now.map(line => `+ ${line}`)].map(oneLine);
}

const linesOf = (value: unknown) =>
  value === undefined
    ? []
    : (typeof value === "string" ? value : stringify(value, { lineWidth: 0 })).trimEnd().split(/\r\n?|\n/);

/** Without the lines that both begin and end with. */
function unlike(before: string[], after: string[]): [string[], string[]] {
  let [start, end] = [0, 0];
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [before.slice(start, before.length - end), after.slice(start, after.length - end)];
}

/** A span of code: no text can leave it. */
const code = (text: string) => `\`${oneLine(text).replaceAll("`", "'")}\``;

/**
 * Escapes markup, mentions, references and line breaks in a sentence that may contain texts of others. Spans of code
 * are kept: those of one sign, with all other backticks and backslashes escaped, which Markdown would pair otherwise.
 */
export function plain(text: string): string {
  return oneLine(text)
    .split(/((?<!`)`[^`]+`(?!`))/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(MARKUP, sign => `&#${sign.charCodeAt(0)};`)))
    .join("");
}

const MARKUP = /[<[\]|@&\\`*~$#]/g;
