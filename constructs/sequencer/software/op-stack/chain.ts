import { isToken } from "../../../kubernetes/framework/tokens";
import type { Problem } from "../../../kubernetes/problem";
import { genesisBlock } from "../../conductor/founding/genesis-block";
import { type L2Genesis, readGenesis } from "../../conductor/founding/genesis-file";
import { type RaftFiles, raftFiles, type Voter } from "../../conductor/founding/raft-files";
import type { Frame } from "../../member/frame";
import { memberHost, membersOf } from "../../members";
import type { OpStack } from "./op-stack";
import { type Rollup, readRollup } from "./rollup";

/** Both are kept by the text of the genesis: a large one takes a second. */
const genesisOf = once(readGenesis);
const blockOf = once(text => genesisBlock(genesisOf(text)));

/** Calls `make` once for every text. */
function once<T extends object>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return text => {
    const value = made.get(text) ?? make(text);
    made.set(text, value);
    return value;
  };
}

type Named = Pick<Frame, "name" | "namespace" | "clusterDomain" | "members">;

/** The members as raft knows them. */
export function votersOf({ name, namespace, clusterDomain, members }: Named, port: number): Voter[] {
  return membersOf(members).map(ordinal => ({
    id: `${name}-${ordinal}`,
    address: `${memberHost(name, namespace, clusterDomain, ordinal)}:${port}`,
  }));
}

/** The files that found the raft of these members on the genesis block. */
export function seedOf({ genesis }: Pick<OpStack, "genesis">, named: Named, port: number): RaftFiles {
  return raftFiles(votersOf(named, port), blockOf(genesis).payload);
}

/** The log that founds their raft on no block, for a chain that has some. */
export function logWithoutBlock(named: Named, port: number): Buffer {
  return raftFiles(votersOf(named, port))["raft-log.db"];
}

/** Forks that both files name; op-node alone knows Delta. */
const FORKS = ["regolith", "canyon", "ecotone", "fjord", "granite", "holocene", "isthmus", "jovian"];

/** A ConfigMap holds 1 MiB, and has more to hold. */
const LARGEST = 900 * 1024;

/** What is wrong with the files of a chain, by themselves and together. */
export function chainProblems(software: OpStack, blockTimeMs: number): Problem[] {
  const problem = (file: "genesis" | "rollup", message: string, remedy: string) => [
    { path: ["software", file], message, remedy },
  ];
  const bytes = Buffer.byteLength(software.genesis) + Buffer.byteLength(software.rollup);
  if (bytes > LARGEST) {
    const message = `the two files have ${bytes} bytes, and a ConfigMap has room for ${LARGEST} of them`;
    return problem("genesis", message, "this version can only run chains with a smaller genesis");
  }
  let genesis: L2Genesis;
  let rollup: Rollup;
  try {
    genesis = genesisOf(software.genesis);
  } catch (error) {
    return problem("genesis", `is no genesis.json: ${(error as Error).message}`, "copy it from the chain's deployer");
  }
  try {
    rollup = readRollup(software.rollup);
  } catch (error) {
    return problem("rollup", `is no rollup.json: ${(error as Error).message}`, "copy it from the chain's deployer");
  }
  if (!genesis.ecotone) {
    const message = "the chain begins before Ecotone, and op-conductor stores no blocks of then";
    return problem("genesis", message, "op-conductor can only be founded by RPC for it");
  }
  const same = "take both files from one deployment of the chain";
  if (genesis.chainId !== rollup.chainId) {
    return problem("rollup", `l2_chain_id is ${rollup.chainId}, and the genesis has ${genesis.chainId}`, same);
  }
  if (genesis.timestamp !== rollup.time) {
    return problem("rollup", `l2_time is ${rollup.time}, and the genesis has ${genesis.timestamp}`, same);
  }
  const { hash } = blockOf(software.genesis);
  if (hash !== rollup.hash) {
    return problem("rollup", `the genesis block is ${hash}, and genesis.l2.hash is ${rollup.hash}`, same);
  }
  const fork = FORKS.find(each => genesis.forks[each] !== rollup.forks[each]);
  if (fork) {
    const [here, there] = [rollup.forks[fork], genesis.forks[fork]].map(at => at ?? "missing");
    return problem("rollup", `${fork}_time is ${here}, and ${fork}Time of the genesis is ${there}`, same);
  }
  const ofL1 = l1Problems(software, rollup);
  if (ofL1.length > 0) return ofL1;
  if (rollup.blockTimeSeconds * 1000 === blockTimeMs) return [];
  const message = `${blockTimeMs} ms, and the chain makes a block every ${rollup.blockTimeSeconds} s`;
  return [{ path: ["blockTime"], message, remedy: `use ${rollup.blockTimeSeconds}s` }];
}

function l1Problems({ l1 }: OpStack, rollup: Rollup): Problem[] {
  if (l1.chainConfig === undefined || isToken(l1.chainConfig)) return [];
  const path = ["software", "l1", "chainConfig"];
  const remedy = "use the configuration of the L1 that rollup.json names";
  try {
    const { chainId } = JSON.parse(l1.chainConfig);
    if (chainId === rollup.l1ChainId) return [];
    return [{ path, message: `chainId is ${chainId}, and l1_chain_id of the rollup ${rollup.l1ChainId}`, remedy }];
  } catch (error) {
    return [{ path, message: `is no chain configuration: ${(error as Error).message}`, remedy }];
  }
}
