import { join } from "node:path";
import { bundled } from "../kubernetes/scripts";
import type { P2pSoftware } from "./software/software";

const own = (name: string) => join(__dirname, "scripts", name);

/** What runs in the pods of p2p nodes. */
export const P2P_SCRIPTS = {
  start: [own("start-node.sh"), own("announce-address.sh")],
  networkConfig: own("network-config.mjs"),
  checkSynced: own("check-synced.sh"),
  prepareCrs: own("prepare-crs.sh"),
  pinEnr: own("pin-enr.mjs"),
  agent: bundled("p2p-agent.mjs"),
} as const;

/** What starts a node of a software. */
export const startScripts = ({ network }: P2pSoftware) => [
  ...P2P_SCRIPTS.start,
  ...(network ? [P2P_SCRIPTS.networkConfig] : []),
];
