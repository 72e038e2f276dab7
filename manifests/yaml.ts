import { Document, visit } from "yaml";
import { HIDDEN } from "./hidden";
import type { StackManifests } from "./objects";

/** The view as YAML for `kubectl apply -f -`: a document per object, the Helm releases as comments after them. */
export function toYaml({ objects, releases }: StackManifests): string {
  const comments = releases.map(({ address, ...release }) =>
    comment(`\nHelm release ${address}\n${stringify(release)}`),
  );
  return objects.map(stringify).join("---\n") + comments.join("");
}

/** Characters that kubectl's parser takes only escaped, or that a terminal would not show. */
const UNPRINTABLE = new RegExp(`${HIDDEN.source}|[\\ufffe\\uffff]|\\p{Surrogate}`, "gu");

/** A block of only white space has no indentation, and kubectl's parser stops at a tab in its place. */
const NO_BLOCK = /^\s*(\t|$)/;

function stringify(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  visit(document, {
    Scalar(_, node) {
      const text = String(node.value);
      if (NO_BLOCK.test(text) || text.search(UNPRINTABLE) >= 0) node.type = "QUOTE_DOUBLE";
    },
  });
  return document
    .toString({ lineWidth: 0, blockQuote: "literal", doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY })
    .replace(UNPRINTABLE, escapeCharacter);
}

const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const comment = (text: string) => text.trimEnd().replace(/^/gm, "# ").replace(/ +$/gm, "").concat("\n");
