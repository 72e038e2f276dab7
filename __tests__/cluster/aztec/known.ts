import { decodeEnr } from "../../../constructs/p2p/enr";
import type { Example } from "../driver/example";
import { aztecExample, CHAIN, JOINED, NETWORK, PROVING } from "./examples";

/** The claim with the CRS: its hosts are out of reach of rooms. */
const CRS = "p2p.crs={claim: crs}";

/** A bootstrap node with a key made in advance: its record is known before it starts. */
const known = (enr: string) => [
  `p2p.bootstrap[0].announce={clusterIp: {addresses: [${decodeEnr(enr).ip}]}}`,
  `p2p.bootstrap[0].identity={secret: boot-keys, enrs: ["${enr}"]}`,
];

/** Nodes of every role that serves a chain, which join by a known record. */
export const chain = (enr: string): Example =>
  aztecExample({
    ...CHAIN,
    set: [
      ...known(enr),
      CRS,
      "p2p.nodes[1]={name: rpc, role: rpc, join: [boot]}",
      "p2p.nodes[2]={name: archive, role: archive, join: [boot]}",
    ],
  });

/** The example of a proving stack. */
export const proving = (enr: string): Example => ({
  ...aztecExample({ ...PROVING, set: [...known(enr), CRS, "p2p.proverAgents[0].replicas=1"] }),
  values: "examples/p2p/proving.yaml",
});

/** The bootstrap node of a network that others join. */
export const network = (enr: string): Example => aztecExample({ ...NETWORK, set: known(enr) });

/** A network that the software knows by its name alone. */
export const NETWORK_NAME = "next-net";

/** An environment that joins the served network, and has its own bootstrap node. */
export const onNetwork = (enr: string): Example =>
  aztecExample({
    ...JOINED,
    set: [
      ...known(enr),
      CRS,
      `p2p.chain.network=${NETWORK_NAME}`,
      `p2p.chain.networkConfigUrl=http://config.${NETWORK.namespace}.svc:8000/network_config.json`,
    ],
  });
