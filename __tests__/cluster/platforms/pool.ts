import { driver } from "../driver/driver";
import { getJson, kubectl } from "../driver/kubectl";
import { POOL } from "./examples";

const [LABEL] = Object.entries(POOL.nodeSelector) as [[string, string]];
const { key, value } = POOL.taint;
const STORAGE = "ephemeral-storage";
/** No disk has as much, so that it is known from what a kubelet says. */
const COUNTED = "1000Ti";

/** The node that is a dedicated pool while the test runs. */
export const [, , POOL_NODE] = driver.nodes;

/** Labels and taints the node. */
export async function reservePool(): Promise<void> {
  await kubectl(["label", "--overwrite", "node", POOL_NODE, LABEL.join("=")]);
  await kubectl(["taint", "--overwrite", "node", POOL_NODE, `${key}=${value}:NoSchedule`]);
}

/**
 * Lets nodes count local storage that do not, as a kubelet with `localStorageCapacityIsolation: false`: a pod that asks
 * for some would not be scheduled.
 */
export async function countStorage(): Promise<void> {
  for (const node of driver.nodes) {
    if (!(STORAGE in (await getJson("node", node)).status.allocatable))
      await patchStorage(node, { op: "add", value: COUNTED });
  }
}

/** Gives everything back, whatever of it was taken. */
export async function releaseNodes(): Promise<void> {
  for (const node of driver.nodes) {
    const { spec, status } = await getJson("node", node);
    await kubectl(["label", "node", node, `${LABEL[0]}-`]);
    if ((spec.taints ?? []).some((taint: { key: string }) => taint.key === key))
      await kubectl(["taint", "node", node, `${key}-`]);
    if (status.capacity[STORAGE] === COUNTED) await patchStorage(node, { op: "remove" });
  }
}

async function patchStorage(node: string, operation: object): Promise<void> {
  const patch = ["capacity", "allocatable"].map(list => ({ ...operation, path: `/status/${list}/${STORAGE}` }));
  await kubectl(["patch", "node", node, "--subresource=status", "--type=json", "-p", JSON.stringify(patch)]);
}
