import type { Finding } from "./lint";
import type { Severity } from "./rule";

/** A finding that an environment accepts until a day. */
export interface Waiver {
  readonly rule: string;
  /** `Kind/namespace/name`. @default - every object of the environment */
  readonly object?: string;
  readonly reason: string;
  /** The last day on which the waiver is valid, `2027-03-31`. */
  readonly expires: string;
}

/** Rules about the waivers themselves. These cannot be waived. */
export const waiverRules = [
  {
    id: "waiver-expired",
    severity: "error",
    holds: "no waiver has expired",
    why: "a temporary exception has to be reviewed",
    remedy: "fix what it waives, or set a new last day",
  },
  {
    id: "waiver-unused",
    severity: "warning",
    holds: "every waiver waives something",
    why: "it would hide the next finding of its rule",
    remedy: "remove it",
  },
  {
    id: "waiver-too-long",
    severity: "warning",
    holds: "no waiver lasts longer than a year",
    why: "an exception without an end is never reviewed",
    remedy: "let it expire within a year",
  },
] as const satisfies readonly { id: string; severity: Severity; holds: string; why: string; remedy: string }[];

type WaiverRule = (typeof waiverRules)[number]["id"];

/**
 * The findings, with those marked that a waiver covers. After them comes what is wrong with the waivers, at
 * `lint.waivers[i]`.
 *
 * @param today the day in UTC, such as `2026-11-20`
 */
export function waive(findings: readonly Finding[], waivers: readonly Waiver[], today: string): Finding[] {
  const covers = ({ rule, object }: Waiver, finding: Finding) =>
    !finding.waived && finding.rule === rule && (object === undefined || object === finding.object);
  const valid = waivers.filter(({ expires }) => today <= expires);
  const marked = findings.map(finding => {
    const waiver = valid.find(each => covers(each, finding));
    return waiver ? { ...finding, waived: `${waiver.reason} (until ${waiver.expires})` } : finding;
  });
  const about = waivers.flatMap((waiver, i) => {
    const { rule, object, expires } = waiver;
    const what = `${rule}${object ? ` of ${object}` : ""}`;
    if (expires < today) return finding("waiver-expired", i, `the waiver of ${what} expired on ${expires}`);
    return [
      ...(findings.some(each => covers(waiver, each))
        ? []
        : [finding("waiver-unused", i, `there is no ${what} to waive`)]),
      ...(expires > aYearAfter(today)
        ? [finding("waiver-too-long", i, `the waiver of ${what} holds until ${expires}`)]
        : []),
    ];
  });
  return [...marked, ...about];
}

function finding(id: WaiverRule, position: number, found: string): Finding {
  const { severity, remedy } = waiverRules.find(each => each.id === id) as (typeof waiverRules)[number];
  return { rule: id, severity, object: "", path: `lint.waivers[${position}]`, waiver: position, found, remedy };
}

/** The same day of the next year, as text. 29 February becomes a day that does not exist, but it compares correctly. */
function aYearAfter(day: string): string {
  return `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
}
