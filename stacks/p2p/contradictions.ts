import type { Problem } from "../../constructs/kubernetes/problem";
import { decodeEnr } from "../../constructs/p2p/enr";
import { closest } from "../../values/load/closest";
import type { Path } from "../../values/load/finding";
import type { P2pValues } from "../../values/schema/p2p";
import type { P2pEnvironment } from "./props";

/** Aztec's public networks, with the chain id of their L1. Source: the configurations in upstream's CLI. */
const L1_OF: Readonly<Record<string, number>> = {
  mainnet: 1,
  testnet: 11155111,
  "staging-public": 11155111,
  "staging-ignition": 11155111,
};

/** Facts of one environment that cannot both be true: the L1 in its chain, in its network and in its ENRs. */
export function contradictions({ p2p }: P2pEnvironment): Problem[] {
  const { l1ChainId, network } = p2p.chain;
  const wanted = network !== undefined && Object.hasOwn(L1_OF, network) ? L1_OF[network] : undefined;
  const problems = enrsOf(p2p).flatMap(({ enr, path }): Problem[] => {
    const found = chainOf(enr);
    if (found === undefined || found === l1ChainId) return [];
    const message = `the ENR is of L1 chain ${found}, and p2p.chain.l1ChainId is ${l1ChainId}: nodes ignore each other`;
    return [{ path, message, remedy: "take the ENR of a node of this chain, or correct l1ChainId" }];
  });
  problems.push(...ownEnrProblems(p2p));
  if (wanted === undefined || wanted === l1ChainId) return problems;
  const message = `${l1ChainId} is not the L1 of p2p.chain.network, ${network}, which is ${wanted}`;
  return [{ path: ["p2p", "chain", "l1ChainId"], message, remedy: `use ${wanted}, or another network` }, ...problems];
}

/** A node of this environment that another names as one outside of it. */
function ownEnrProblems({ bootstrap, nodes }: P2pValues): Problem[] {
  const owners = new Map(
    bootstrap.flatMap(({ name, identity }) =>
      typeof identity === "string" ? [] : identity.enrs.map(enr => [enr, name] as const),
    ),
  );
  return nodes.flatMap(({ externalEnrs }, i) =>
    externalEnrs.flatMap((enr, j): Problem[] => {
      const owner = owners.get(enr);
      if (owner === undefined) return [];
      const message = `the ENR is of ${owner}, which is a bootstrap node of this environment`;
      return [{ path: ["p2p", "nodes", i, "externalEnrs", j], message, remedy: `remove it, and use join: [${owner}]` }];
    }),
  );
}

/** What is odd about the network's name. A configuration of one's own may have names of its own. */
export function networkWarning({ chain: { network, networkConfigUrl } }: P2pValues): string | undefined {
  if (network === undefined || networkConfigUrl || Object.hasOwn(L1_OF, network)) return undefined;
  const meant = closest(network, Object.keys(L1_OF));
  return (
    `p2p.chain.network: "${network}" is no public network that this package knows` +
    (meant ? `: did you mean "${meant}"?` : ` (${Object.keys(L1_OF).join(", ")})`)
  );
}

/** What nodes cannot do where nothing traces for them. */
export function untracedWarning({ chain, nodes }: P2pValues): string | undefined {
  if (!chain.l1WithoutDebug || chain.l1DebugUrls.length > 0 || nodes.length === 0) return undefined;
  return (
    "p2p.chain.l1WithoutDebug: nodes cannot recover the data of a proposal whose L1 transaction has an unusual " +
    "structure, and may stop to follow the chain there"
  );
}

function enrsOf({ bootstrap, nodes }: P2pValues): { enr: string; path: Path }[] {
  const at = (path: Path) => (enr: string, i: number) => ({ enr, path: [...path, i] });
  return [
    ...bootstrap.flatMap(({ identity }, i) =>
      typeof identity === "string" ? [] : identity.enrs.map(at(["p2p", "bootstrap", i, "identity", "enrs"])),
    ),
    ...nodes.flatMap(({ externalEnrs }, i) => externalEnrs.map(at(["p2p", "nodes", i, "externalEnrs"]))),
  ];
}

/** What is no ENR is found elsewhere. */
function chainOf(enr: string): number | undefined {
  try {
    return decodeEnr(enr).l1ChainId;
  } catch {
    return undefined;
  }
}
