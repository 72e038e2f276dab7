/** Of more than a minute, waits become a tenth, and windows a fifth: they have to hold several scrapes. */
const WAITS = 10;
const WINDOWS = 5;
/** Waits for L1, which take half an hour and more, become a sixtieth. */
const L1_WAITS = 60;
const LEAST_SECONDS = 60;

const UNTIL_L1 = /(?<=(type="l2_safe"\}|process_start_time_seconds\{[^}]*\}\))\) > )\d+/;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DURATION = "(\\d+)([smhd])";

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The one place where times differ from those of the rules as they are: a rule whose `for`, range windows and offsets
 * are shorter, with the label `times="shortened"`; undefined where nothing is longer than a minute. So are the blobs
 * that five minutes of blocks make, and what may wait for L1: blocks, and seconds without a confirmation.
 */
export function shortened(rule: Rule): Rule | undefined {
  const expr = rule.expr
    .replace(new RegExp(`\\[${DURATION}(?=[\\]:])`, "g"), (_, n, unit) => `[${shorter(n, unit, WINDOWS)}`)
    .replace(new RegExp(`\\boffset ${DURATION}`, "g"), (_, n, unit) => `offset ${shorter(n, unit, WINDOWS)}`)
    .replace(/(?<=pending_blobs\{[^}]*\}\) > )\d+/, blobs => `${Math.ceil(Number(blobs) / WINDOWS)}`)
    .replace(UNTIL_L1, most => `${Math.ceil(Number(most) / L1_WAITS)}`);
  const wait = rule.for.replace(new RegExp(`^${DURATION}$`), (_, n, unit) => shorter(n, unit, WAITS));
  if (expr === rule.expr && wait === rule.for) return undefined;
  return { ...rule, expr, for: wait, labels: { ...rule.labels, times: "shortened" } };
}

function shorter(count: string, unit: keyof typeof SECONDS, factor: number): string {
  const seconds = Number(count) * SECONDS[unit];
  return seconds <= LEAST_SECONDS ? `${count}${unit}` : `${Math.max(seconds / factor, LEAST_SECONDS)}s`;
}
