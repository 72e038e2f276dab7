import { Document, visit } from "yaml";
import type { StackManifests } from "./objects";

/** The view as YAML for `kubectl apply -f -`: a document per object, the Helm releases as comments after them. */
export function toYaml({ objects, releases }: StackManifests): string {
  const comments = releases.map(({ address, ...release }) =>
    comment(`\nHelm release ${address}\n${stringify(release)}`),
  );
  return objects.map(stringify).join("---\n") + comments.join("");
}

/** Characters that kubectl's parser takes only escaped, or would read as line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones meant
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu;

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
  return document.toString({ lineWidth: 0, blockQuote: "literal" }).replace(UNPRINTABLE, escapeCharacter);
}

const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
const comment = (text: string) => text.trimEnd().replace(/^/gm, "# ").replace(/ +$/gm, "").concat("\n");
