/** What was seen of a member. Times are milliseconds since the epoch. */
export interface Sample {
  /** When the answer arrived. */
  readonly t: number;
  /** When it was asked for: the answer was true at some moment from `asked` to `t`. */
  readonly asked: number;
  /** `asked` of the last request that got the previous answer. */
  readonly still?: number;
  readonly member: string;
  /** Its latest block. */
  readonly height?: number;
  readonly hash?: string;
  readonly leader?: boolean;
  /** What went unanswered, and why. */
  readonly kind?: "block" | "leader";
  readonly error?: string;
}

export interface Gap {
  readonly ms: number;
  readonly from: number;
  readonly to: number;
}

/** The longest time within [from, to] without a new highest block on any member. It reaches to `to` if none came. */
export function longestGap(samples: readonly Sample[], from: number, to: number): Gap {
  let highest = 0;
  let last = from;
  let longest: Gap = { ms: 0, from, to: from };
  const news = (t: number) => {
    if (t - last > longest.ms) longest = { ms: t - last, from: last, to: t };
    last = t;
  };
  for (const { t, height = 0 } of inOrder(samples)) {
    if (height <= highest || t > to) continue;
    highest = height;
    if (t >= from) news(t);
  }
  news(to);
  return longest;
}

export interface Conflict {
  readonly height: number;
  /** The members by the hash they had. */
  readonly hashes: Readonly<Record<string, readonly string[]>>;
}

/** Heights with two different blocks, on two members, or on one member at two times. */
export function conflicts(samples: readonly Sample[]): Conflict[] {
  const heights = new Map<number, Map<string, Set<string>>>();
  for (const { height, hash, member } of samples) {
    if (!height || !hash) continue;
    const hashes = heights.get(height) ?? new Map<string, Set<string>>();
    heights.set(height, hashes.set(hash, (hashes.get(hash) ?? new Set()).add(member)));
  }
  return [...heights]
    .filter(([, hashes]) => hashes.size > 1)
    .sort(([a], [b]) => a - b)
    .map(([height, hashes]) => ({
      height,
      hashes: Object.fromEntries([...hashes].map(([hash, members]) => [hash, [...members].sort()])),
    }));
}

/** Samples in which a member's height is lower than before. */
export function decreases(samples: readonly Sample[]): Sample[] {
  const highest = new Map<string, number>();
  return inOrder(samples).filter(({ member, height }) => {
    if (height === undefined) return false;
    const before = highest.get(member) ?? 0;
    highest.set(member, Math.max(before, height));
    return height < before;
  });
}

export interface Overlap extends Gap {
  readonly members: readonly [string, string];
  /** How much longer it can have been: the time between the answers around its begin and its end. */
  readonly uncertaintyMs: number;
}

/**
 * When two members said that they lead. Each interval reaches from the first such answer to the last request that
 * still got it. So an overlap is certain, and one that is shorter than the requests' interval goes unseen. ev-node
 * repeats what raft last told it: an overlap does not prove a second writer, `conflicts` do.
 */
export function twoLeaders(samples: readonly Sample[]): Overlap[] {
  const terms = leaderships(samples);
  return terms.flatMap((a, i) =>
    terms.slice(i + 1).flatMap(b => {
      const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
      if (to <= from) return [];
      const widest = Math.min(a.latest, b.latest) - Math.max(a.earliest, b.earliest);
      const members = [a.member, b.member].sort() as [string, string];
      return [{ members, from, to, ms: to - from, uncertaintyMs: widest - (to - from) }];
    }),
  );
}

export interface Leadership {
  readonly member: string;
  /** It certainly led from `from` to `to`, and certainly not before `earliest` or after `latest`. */
  readonly from: number;
  readonly to: number;
  readonly earliest: number;
  readonly latest: number;
}

/** Every time that a member said it leads. One that has not ended reaches to the last sample. */
export function leaderships(samples: readonly Sample[]): Leadership[] {
  const ordered = inOrder(samples);
  const end = ordered.at(-1)?.t ?? 0;
  const found: Leadership[] = [];
  const open = new Map<string, Pick<Leadership, "member" | "from" | "earliest">>();
  for (const { member, t, asked, still = asked, leader, kind } of ordered) {
    if (leader === undefined && kind !== "leader") continue;
    const term = open.get(member);
    if (leader && !term) open.set(member, { member, from: t, earliest: still });
    if (!leader && term) {
      // No answer ends it too: a member that nobody can reach leads nobody.
      found.push({ ...term, to: still, latest: t });
      open.delete(member);
    }
  }
  return [...found, ...[...open.values()].map(term => ({ ...term, to: end, latest: end }))];
}

export interface Distribution {
  readonly n: number;
  readonly p50: number;
  /** Only from 20 values on: below, it would be the maximum. */
  readonly p95?: number;
  readonly max: number;
}

/** Percentiles by nearest rank: each is one of the values. */
export function distribution(values: readonly number[]): Distribution {
  if (values.length === 0) throw new Error("no values: a distribution needs at least one round");
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  const rank = (part: number) => sorted[Math.ceil(part * n) - 1] as number;
  return { n, p50: rank(0.5), ...(n >= 20 && { p95: rank(0.95) }), max: rank(1) };
}

/** The time in samples: milliseconds since the epoch. A step of the wall clock does not change it. */
export const now = (): number => performance.timeOrigin + performance.now();

function inOrder(samples: readonly Sample[]): Sample[] {
  return samples.toSorted((a, b) => a.t - b.t);
}
