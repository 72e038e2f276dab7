import type { P2pEnvironment } from "../../../stacks/p2p/props";
import type { Environment } from "../../../values/load/environment";
import { unlessUnknown, withKubectl } from "../../kubernetes/kubectl";
import { podsOfNodes, waiting } from "./pods";

/**
 * Says on stderr what nodes wait for after a deploy that failed: with `waitForRollout` Terraform says how many are
 * ready, but not that the others are in standby or sync.
 */
export async function explainP2p({ values }: Environment<P2pEnvironment>, succeeded: boolean): Promise<boolean> {
  const { namespace, nodes } = values.p2p;
  if (succeeded || nodes.length === 0) return true;
  const asked = withKubectl(values.cluster, async kubectl =>
    waiting(kubectl, await podsOfNodes(kubectl, namespace, nodes)),
  );
  const lines = (await unlessUnknown("what p2p nodes wait for", asked)) ?? [];
  if (lines.length > 0) console.error(`p2p nodes that are not ready:\n${lines.join("\n")}`);
  return true;
}
