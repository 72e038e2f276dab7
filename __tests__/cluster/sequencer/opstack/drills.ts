import { loadavg } from "node:os";
import { conflicts, distribution, longestGap, now, type Sample } from "../../../../cli/drill/gaps";
import { driver } from "../../driver/driver";
import type { Evidence } from "../../driver/evidence";
import { until } from "../../driver/kubectl";
import { type DrillResult, ROUNDS } from "../drills";
import type { Leader, OpStackNetwork } from "./network";

export interface OpStackDrill {
  readonly network: OpStackNetwork;
  readonly evidence: Evidence;
  readonly name: string;
  /** Does the harm to the leader and resolves once it is done; what it returns mends it. */
  readonly harm: (leader: Leader) => Promise<(() => Promise<unknown>) | undefined>;
  /** What has to be so before the round's clock starts. */
  readonly prepare?: (leader: Leader) => Promise<void>;
  /** How long after the harm the gap is looked for, in milliseconds. @default 10000 */
  readonly windowMs?: number;
  /** @default - as many as of every drill */
  readonly rounds?: number;
}

/**
 * Runs the rounds of a drill, each from all members level to all members level, with the longest time without a new
 * highest block in between. Fails for a height with two blocks.
 */
export async function runOpStackDrill(drill: OpStackDrill): Promise<DrillResult> {
  const { network, evidence, name, windowMs = 10_000, rounds = ROUNDS } = drill;
  const gaps: number[] = [];
  const loads: number[] = [];
  let leader = await network.settled();
  for (let round = 1; round <= rounds; round++) {
    const { name: harmed } = leader;
    await drill.prepare?.(leader);
    const observer = driver.nodes.find(node => node !== leader.node) as string;
    const watch = await network.watch(observer);
    await until("blocks are seen", 30, async () => highest(watch.samples) > 0, 0.1);
    const began = now();
    const mend = await drill.harm(leader);
    const passed = now() + windowMs;
    await until("the window has passed", windowMs / 1000 + 10, async () => now() > passed, 0.2);
    const before = highest(watch.samples);
    await until("blocks go on", 120, async () => highest(watch.samples) > before + 2, 0.2);
    const end = now();
    await mend?.();
    leader = await network.settled();
    const samples = await watch.stop();
    expectOneBlock(samples, `${name}, round ${round}`);
    const { ms } = longestGap(samples, began, end);
    gaps.push(ms);
    loads.push(loadavg()[0] as number);
    process.stderr.write(`  ${name} ${round}/${rounds}: ${harmed}, gap ${(ms / 1000).toFixed(2)} s\n`);
  }
  const { n, p50, max } = distribution(gaps);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const number = `${n} ${n === 1 ? "round" : "rounds"}`;
  const load = `load ${Math.min(...loads).toFixed(0)} to ${Math.max(...loads).toFixed(0)}`;
  evidence.add(name, `${number}: p50 ${seconds(p50)}, max ${seconds(max)}; no height twice; ${load}`, gaps);
  return { gaps, p50, max };
}

/** Fails when two members, or one at two times, had different blocks of one height. */
function expectOneBlock(samples: readonly Sample[], where: string): void {
  const found = conflicts(samples);
  if (found.length > 0) throw new Error(`${where}: ${found.length} heights twice, first ${JSON.stringify(found[0])}`);
}

/**
 * Fails where a height that all members have has not one block, the same on each.
 *
 * @param seen what was seen before
 * @returns the last of these heights
 */
export async function expectOneChain(network: OpStackNetwork, seen: readonly Sample[] = []): Promise<number> {
  const height = Math.min(...(await network.heights()));
  const blocks = await network.blocks(1, height);
  expect(blocks.filter(({ hash }) => !hash)).toEqual([]);
  expectOneBlock([...blocks, ...seen], "all members");
  return height;
}

const highest = (samples: readonly Sample[]) => samples.reduce((most, { height = 0 }) => Math.max(most, height), 0);
