import { conflicts, decreases, distribution, type Sample, twoLeaders } from "../../../cli/drill/gaps";
import { driver, inNode } from "../driver/driver";
import { until } from "../driver/kubectl";
import type { Pod, SequencerNetwork } from "./network";
import { Watch } from "./watcher";

/**
 * A pair's holder cut off with its node: watched from that node too, since nobody else sees what it does until its
 * deadline. ev-node asks for no token when it commits, so it signs blocks that nobody gets; its data is replaced before
 * it is a member again.
 */
export class CutOff {
  private holder?: Pod;
  private inside: readonly Sample[] = [];
  /** How many heights were signed twice, by round. */
  private readonly twice: number[] = [];

  constructor(private readonly network: SequencerNetwork) {}

  async harm(holder: Pod): Promise<() => Promise<void>> {
    this.holder = holder;
    const watch = new Watch(inNode(holder.node), [{ name: holder.name, address: holder.ip }], "lease");
    await until("the holder seen from its node", 30, async () => watch.samples.some(({ leader }) => leader), 0.1);
    await driver.network(holder.node, "down");
    return async () => {
      this.inside = await watch.stop();
      await driver.network(holder.node, "up");
      await this.network.replaceData(holder.name);
    };
  }

  /**
   * Holds the samples of a round to what stays true of a pair: never two that sequence, and nothing signed twice but by
   * the one cut off.
   */
  judge(samples: readonly Sample[], where: string): void {
    const others = samples.filter(({ member }) => member !== this.holder?.name);
    const seen = [...others, ...this.inside];
    const found = {
      leaders: [...twoLeaders(seen), ...twoLeaders(samples)],
      conflicts: conflicts(others),
      decreases: decreases(seen),
    };
    for (const [what, list] of Object.entries(found)) {
      if (list.length > 0) throw new Error(`${where}: ${list.length} ${what}, first ${JSON.stringify(list[0])}`);
    }
    const twice = conflicts(seen).map(({ height }) => height);
    const last = this.lastBlock();
    const anew = others.find(({ height = 0 }) => twice.includes(height));
    if (anew && last.t >= anew.asked) {
      throw new Error(
        `${where}: cut off, the holder made block ${last.height} ${Math.round(last.t - anew.asked)} ms after the ` +
          `other's first`,
      );
    }
    this.twice.push(twice.length);
  }

  /** When the holder's highest block was first seen. */
  private lastBlock(): Sample {
    const highest = Math.max(...this.inside.map(({ height = 0 }) => height));
    return this.inside.find(({ height }) => height === highest) as Sample;
  }

  verdict(): string {
    const { p50, max } = distribution(this.twice);
    return (
      `never two leaders; heights signed twice, once by the holder while it was cut off: p50 ${p50}, max ` +
      `${max} a round`
    );
  }
}
