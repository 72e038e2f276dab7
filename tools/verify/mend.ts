import { driver } from "../../__tests__/cluster/driver/driver";
import { releaseNodes } from "../../__tests__/cluster/platforms/pool";
import { moveDns } from "../../__tests__/cluster/sequencer/drills";

/**
 * Gives back what an interrupted or failed suite may have taken away: nodes, the API server, the place of the
 * cluster's DNS, a node for a pool of its own.
 */
export async function mend(): Promise<void> {
  await driver.apiServer("running");
  for (const node of driver.nodes) await driver.network(node, "up");
  await moveDns(null);
  await releaseNodes();
}
