import type { Figures } from "./measure";

/** Ours beside what it is measured against. */
export interface Comparison {
  readonly ours: Figures;
  readonly base: Figures;
  /** Ours as a multiple of the base. */
  readonly ratio: Figures;
}

export interface Results {
  readonly runs: number;
  readonly machine: string;
  /** The constructs against raw provider classes, by number of environments. */
  readonly constructs: readonly (Comparison & { readonly environments: number })[];
  /** The CPU time of one more environment, between two neighbouring sizes: wall time is too noisy for so small a difference. */
  readonly growth: readonly Growth[];
  /** `npm start` over `values/` against only loading the classes. */
  readonly start: Comparison;
  readonly aims: readonly Aim[];
}

export interface Growth {
  readonly from: number;
  readonly to: number;
  readonly oursMs: number;
  readonly baseMs: number;
}

export interface Aim {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

export const MOST_TIMES_RAW = 1.2;
export const MOST_TIMES_LOADING = 1.5;
/** One of the last environments beside one of the first: garbage collection and a shared machine make 1.4, quadratic growth makes 10. */
export const MOST_TIMES_GROWTH = 1.5;

export function comparison([ours, base]: readonly [Figures, Figures]): Comparison {
  const ratio = {
    seconds: ours.seconds / base.seconds,
    cpuSeconds: ours.cpuSeconds / base.cpuSeconds,
    peakMiB: ours.peakMiB / base.peakMiB,
  };
  return { ours, base, ratio };
}

export function growthOf(constructs: Results["constructs"]): Growth[] {
  return constructs.slice(1).flatMap((to, i) => {
    const from = constructs[i];
    if (!from) return [];
    const perEnvironment = (side: "ours" | "base") =>
      ((to[side].cpuSeconds - from[side].cpuSeconds) / (to.environments - from.environments)) * 1000;
    const sizes = { from: from.environments, to: to.environments };
    return [{ ...sizes, oursMs: perEnvironment("ours"), baseMs: perEnvironment("base") }];
  });
}

export function aimsOf({ constructs, growth, start }: Pick<Results, "constructs" | "growth" | "start">): Aim[] {
  const most = (figure: "seconds" | "peakMiB") => Math.max(...constructs.map(({ ratio }) => ratio[figure]));
  const aims = [
    atMost("wall time of the constructs, × raw", most("seconds"), MOST_TIMES_RAW),
    atMost("peak memory of the constructs, × raw", most("peakMiB"), MOST_TIMES_RAW),
    atMost("wall time of npm start, × loading", start.ratio.seconds, MOST_TIMES_LOADING),
  ];
  const [first, last] = [growth[0], growth.at(-1)];
  if (!first || !last || first === last) return aims;
  return [...aims, atMost("linear: cost of a late environment, × an early one", last.oursMs / first.oursMs, MOST_TIMES_GROWTH)];
}

function atMost(what: string, measured: number, most: number): Aim {
  return { aim: `${what} ≤ ${most}`, measured: measured.toFixed(2), met: measured <= most };
}
