import { stringify } from "yaml";
import { isToken, quoteTokens } from "./framework/tokens";
import { YAML_AS_GIVEN } from "./yaml-as-given";

/** A value as YAML. Once it has a token, every text is in quotation marks: what the token stands for may need them. */
export function yamlText(value: object): string {
  const text = stringify(value, YAML_AS_GIVEN);
  if (!isToken(text)) return text;
  return quoteTokens(
    stringify(value, { ...YAML_AS_GIVEN, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }),
  );
}
