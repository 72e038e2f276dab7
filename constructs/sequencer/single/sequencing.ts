import { SEQUENCER_PATHS as PATHS } from "../member/paths";
import { SINGLE_MESH } from "../software/op-stack/mesh";
import { OP_STACK_PORTS } from "../software/op-stack/ports";
import type { Sequencing } from "../software/op-stack/sequencing";

/**
 * One op-node makes blocks. It starts stopped, and a script beside it starts it once it has all blocks that are known:
 * an execution client that lost some would make them again, with other hashes.
 */
export const ALONE: Sequencing = {
  flags: ["--sequencer.stopped"],
  env: { NEWEST_BLOCK: `${PATHS.data}/newest-block`, L1_PORT: String(OP_STACK_PORTS.l1) },
  mounts: [{ name: "data", mountPath: PATHS.data }],
  images: [],
  scripts: ["begin-blocks.sh"],
  texts: () => ({}),
  containers: () => [],
  mesh: SINGLE_MESH,
};
