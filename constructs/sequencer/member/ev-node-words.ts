import type { Grammar } from "../../kubernetes/grammar/grammar";

/** How ev-node may log. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export const LOG_FORMATS = ["json", "text"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];

/** In the order of their numbers, from 1. */
export const DA_PRIORITIES = ["low", "medium", "high"] as const;
export type DaPriority = (typeof DA_PRIORITIES)[number];

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
