import { availableParallelism } from "node:os";
import type { Suite } from "../../__tests__/cluster/suites";

const works = ({ load }: Suite) => load === "works";

/** Whether two suites may not run at the same time. */
export function clash(one: Suite, other: Suite): boolean {
  return disturbs(one, other) || disturbs(other, one) || loadsSame(one, other);
}

/** containerd may lose the content of an image that is put on a node twice at the same time. */
function loadsSame(one: Suite, other: Suite): boolean {
  if (one.on === "machine" || other.on === "machine") return false;
  return one.images?.some(image => other.images?.includes(image)) ?? false;
}

function disturbs(one: Suite, other: Suite): boolean {
  if (one.harms === "nodes" && other.on === "nodes") return true;
  if (one.harms === "api" && other.on !== "machine") return true;
  return one.load === "measures" && other.load !== "waits";
}

/**
 * Runs every suite as soon as none of those that run clashes with it, the first ones first. No more of them work at
 * once than there are processors: their timings would be the machine's.
 */
export async function schedule(
  suites: readonly Suite[],
  run: (suite: Suite) => Promise<void>,
  processors = availableParallelism(),
): Promise<void> {
  const waiting = [...suites];
  const running = new Map<Suite, Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    for (const suite of [...waiting]) {
      const others = [...running.keys()];
      if (others.some(other => clash(suite, other))) continue;
      if (works(suite) && others.filter(works).length >= processors) continue;
      waiting.splice(waiting.indexOf(suite), 1);
      running.set(
        suite,
        run(suite).finally(() => running.delete(suite)),
      );
    }
    await Promise.race(running.values());
  }
}
