/** What turns the direction of the text around it, breaks its line in some programs, or is seen by nobody. */
const UNSEEN = "[\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]";
/** The same with controls but tab and line break. */
export const HIDDEN = new RegExp(`(?![\\t\\n])\\p{Cc}|${UNSEEN}`, "gu");
const HIDDEN_OR_BREAK = new RegExp(`\\p{Cc}|${UNSEEN}`, "gu");

/** Escapes control characters as JSON and YAML do, so that a terminal or a page does not execute them. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escaped);
}

/** Escapes line breaks too, so that a text of others cannot imitate a line of a report. */
export function oneLine(text: string): string {
  return text.replace(HIDDEN_OR_BREAK, escaped);
}

/** JSON escapes only the controls below U+0020. */
function escaped(character: string): string {
  if (character < " ") return JSON.stringify(character).slice(1, -1);
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
