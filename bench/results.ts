import type { Figures } from "./measure";

export interface Row extends Figures {
  readonly what: string;
  /** @default - the row is not about environments */
  readonly environments?: number;
}

export interface Results {
  readonly runs: number;
  readonly machine: string;
  /** Every way to make the same objects, by number of environments. */
  readonly synthesis: readonly Row[];
  readonly commands: readonly Row[];
  readonly starts: readonly Row[];
  readonly types: readonly Row[];
  /** What was not measured, and how to have it measured. */
  readonly missing: readonly string[];
}

export interface Aim {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

export const OURS = "our constructs";
export const RAW = "raw provider classes";
export const START = "synth of one environment";
export const LOAD = "only loading the framework and the classes";
export const WITH = "an app with the package";
export const WITHOUT = "the same provider classes without it";

const MOST_TIMES_RAW = 1.1;
const MOST_TIMES_LOADING = 1.6;
const MOST_TYPE_SECONDS = 1;
const MOST_MIB = 1536;
/**
 * One of the last environments beside one of the first: garbage collection and a shared machine make 1.4, quadratic
 * growth makes 10.
 */
const MOST_TIMES_GROWTH = 1.5;

export function aimsOf({ synthesis, commands, starts, types }: Results): Aim[] {
  const times = (figure: "seconds" | "cpuSeconds" | "peakMiB") =>
    Math.max(
      ...rowsOf(synthesis, OURS).map(
        ours => (ours[figure] ?? 0) / (like(synthesis, RAW, ours)?.[figure] ?? Number.NaN),
      ),
    );
  const [start, load] = [rowsOf(starts, START)[0], rowsOf(starts, LOAD)[0]];
  const [withUs, without] = [rowsOf(types, WITH)[0], rowsOf(types, WITHOUT)[0]];
  const growth = growthOf(rowsOf(commands, "synth"));
  const largest = commands.filter(({ environments }) => environments === 1000);
  return [
    atMost("CPU time of the constructs, × raw", times("cpuSeconds"), MOST_TIMES_RAW),
    atMost("peak memory of the constructs, × raw", times("peakMiB"), MOST_TIMES_RAW),
    ...(start && load
      ? [atMost("synth of one environment, × loading", start.cpuSeconds / load.cpuSeconds, MOST_TIMES_LOADING)]
      : []),
    ...(growth ? [atMost("synth: CPU of a late environment, × an early one", growth, MOST_TIMES_GROWTH)] : []),
    ...(largest.length > 0
      ? [
          atMost(
            "MiB of the commands on 1000 environments",
            Math.max(...largest.map(row => row.peakMiB ?? 0)),
            MOST_MIB,
          ),
        ]
      : []),
    ...(withUs && without
      ? [atMost("seconds that the package adds to type-checking", withUs.seconds - without.seconds, MOST_TYPE_SECONDS)]
      : []),
  ];
}

export const rowsOf = (rows: readonly Row[], what: string) => rows.filter(row => row.what === what);
export const like = (rows: readonly Row[], what: string, { environments }: Row) =>
  rows.find(row => row.what === what && row.environments === environments);

/** The cost of an environment between the two largest sizes, as a multiple of that between the two smallest. */
function growthOf(rows: readonly Row[]): number | undefined {
  const costs = rows.slice(1).map((to, i) => perEnvironment(rows[i] as Row, to));
  const [first, last] = [costs[0], costs.at(-1)];
  return costs.length > 1 && first && last ? last / first : undefined;
}

/** CPU seconds of one more environment: wall time is too noisy for so small a difference. */
export const perEnvironment = (from: Row, to: Row) =>
  (to.cpuSeconds - from.cpuSeconds) / ((to.environments ?? 0) - (from.environments ?? 0));

function atMost(what: string, measured: number, most: number): Aim {
  return { aim: `${what} ≤ ${most}`, measured: measured.toFixed(2), met: measured <= most };
}
