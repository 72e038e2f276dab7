import { createHash } from "node:crypto";
import { DefaultTokenResolver, Fn, type IConstruct, StringConcat, Token, Tokenization } from "./terraform";
import { isTokenText } from "./token-text";

/** Whether Terraform alone knows a value or a part of a text. What is inside lists and maps does not count. */
export function isToken(value: unknown): boolean {
  return typeof value === "string" ? isTokenText(value) : Token.isUnresolved(value);
}

/** A text as Terraform will read it: two tokens for one value become the same text. */
export function terraformText(scope: IConstruct, text: string): string {
  if (!isToken(text)) return text;
  return String(Tokenization.resolve(text, { scope, resolver: new DefaultTokenResolver(new StringConcat()) }));
}

/** What is nothing but a token: a list, a map or a text. */
const WHOLE =
  /\["(#\{TfToken\[[^\]]+\]\})"\]|\{"(&\{TfToken\[[^\]]+\]\})":"[^"]*"\}|(?<!\\)"(\$\{TfToken\[[^\]]+\]\})"/g;
/** Stands around the place of a token. JSON and YAML escape it, so no text of theirs has it. */
const MARK = "\0";
/** A token inside a text. */
const INSIDE = /\$\{TfToken\[[^\]]+\]\}/g;

/**
 * JSON, or YAML with quoted texts, in which Terraform quotes what tokens stand for. CDKTF's `jsonencode` of the whole
 * would not do: it leaves quotation marks beside a token as they are.
 */
export function quoteTokens(text: string): string {
  if (!text.includes("TfToken[")) return text;
  const parts: string[] = [];
  const keep = (part: string) => `${MARK}${parts.push(part) - 1}${MARK}`;
  const mark = Fn.rawString('"');
  return text
    .replace(WHOLE, (_, list, map, whole) =>
      keep(Fn.jsonencode(list ? [list] : map ? { [map]: Token.ANY_MAP_TOKEN_VALUE } : whole)),
    )
    .replace(INSIDE, token => keep(Fn.trimsuffix(Fn.trimprefix(Fn.jsonencode(token), mark), mark)))
    .split(MARK)
    .map((part, i) => (i % 2 === 0 ? part : parts[Number(part)]))
    .join("");
}

/** A value as JSON, with its tokens. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/TfToken\[|<unresolved-token>/.test(text)) return text;
  const named = JSON.stringify(value, function (this: Record<string, unknown>, key, each) {
    return Tokenization.isResolvable(this[key]) ? Token.asString(this[key]) : each;
  });
  return quoteTokens(named);
}

/** A text as an argument or an operand: inside an expression CDKTF writes a token in quotes as bare text. */
export function argument(text: string): string {
  const parts = text.split(/(\$\{TfToken\[[^\]]+\]\})/).filter(Boolean);
  return Fn.join(
    "",
    parts.map(part => (isToken(part) ? part : Fn.rawString(part))),
  );
}

/** First 16 hex digits of the SHA-256 of a text; Terraform computes it where the text has tokens. */
export function shortDigest(text: string): string {
  if (isToken(text)) return Fn.substr(Fn.sha256(argument(text)), 0, 16);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
