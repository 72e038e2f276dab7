import type { Grammar } from "../../kubernetes/grammar/grammar";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];
export const LOG_FORMATS = ["json", "text"] as const satisfies readonly LogFormat[];
/** How much ev-node logs. */
export type LogLevel = "debug" | "info" | "warn" | "error";
/** How ev-node writes a line of its log. */
export type LogFormat = "json" | "text";

/** In the order of their numbers, from 1. */
export const DA_PRIORITIES = ["low", "medium", "high"] as const satisfies readonly DaPriority[];
/** How soon the DA node wants its transactions included, by the fee it offers. */
export type DaPriority = "low" | "medium" | "high";

/** Bech32, as accounts of Cosmos chains are written; its check sum is the DA node's to look at. */
export const DA_ACCOUNT: Grammar = {
  is: "an account such as celestia1…, in lower case",
  form: /^[a-z][a-z0-9]{0,30}1[02-9ac-hj-np-z]{20,80}$/,
  longest: 112,
};

export const DA_KEY_NAME: Grammar = {
  is: "the name of a key: letters, digits, dashes, dots and underscores",
  form: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  longest: 128,
};
