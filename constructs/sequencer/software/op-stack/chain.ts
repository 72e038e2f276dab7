import { isToken } from "../../../kubernetes/framework/tokens";
import type { Problem } from "../../../kubernetes/problem";
import { gzip } from "../../conductor/founding/ethereum";
import { genesisBlock, payloadOfName } from "../../conductor/founding/genesis-block";
import { type L2Genesis, readGenesis } from "../../conductor/founding/genesis-file";
import { type RaftFiles, raftFiles, type Voter } from "../../conductor/founding/raft-files";
import type { Frame } from "../../member/frame";
import { memberHost, membersOf } from "../../members";
import { fetchedProblems } from "./fetched";
import type { OpStack, OpStackGenesis } from "./op-stack";
import { choiceProblems } from "./registry";
import { type Rollup, readRollup } from "./rollup";

/** Kept by the text of the genesis: a large one takes seconds. */
const genesisOf = once(readGenesis);
const packedOf = once(gzip);
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

/** The files of a chain that is not named. */
type Files = Required<Pick<OpStack, "genesis" | "rollup">>;

export function filesOf({ genesis, rollup }: OpStack): Files | undefined {
  return genesis === undefined || rollup === undefined ? undefined : { genesis, rollup };
}

/** The files that found the raft of these members on the genesis block; a chain of the registry is past that. */
export function seedOf(files: Files | undefined, named: Named, port: number): Partial<RaftFiles> {
  const { "raft-log.db": log, ...others } = raftFiles(votersOf(named, port), files && foundingPayload(files));
  return { ...(files && { "raft-log.db": log }), ...others };
}

/** The payload of the genesis block: as it is where the genesis is known, and else as the rollup names it. */
export function foundingPayload({ genesis, rollup }: Files): Buffer {
  if ("text" in genesis) return blockOf(genesis.text).payload;
  const { hash, time } = readRollup(rollup);
  return payloadOfName(hash, time);
}

/** The log that founds their raft on no block, for a chain that has some. */
export function logWithoutBlock(named: Named, port: number): Buffer {
  return raftFiles(votersOf(named, port))["raft-log.db"];
}

/** Forks that both files name; op-node alone knows Delta. */
const FORKS = ["regolith", "canyon", "ecotone", "fjord", "granite", "holocene", "isthmus", "jovian"];

/** A ConfigMap holds 1 MiB, and has more to hold. */
const LARGEST = 900 * 1024;

/** The genesis packed by gzip, where the members' ConfigMap has no room for the two files as they are. */
export function packedGenesis(files: Files | undefined): Buffer | undefined {
  if (!files || !("text" in files.genesis)) return undefined;
  const { rollup } = files;
  const { text } = files.genesis;
  return Buffer.byteLength(text) + Buffer.byteLength(rollup) > LARGEST ? packedOf(text) : undefined;
}

const COPY = "copy it from the chain's deployer";
const SAME = "take both files from one deployment of the chain";

const problem = (path: readonly string[], message: string, remedy: string): Problem[] => [{ path, message, remedy }];
const ROLLUP = ["software", "rollup"];
const TEXT = ["software", "genesis", "text"];

/** What is wrong with a chain: with its name, or with its files, by themselves and together. */
export function chainProblems(software: OpStack, blockTimeMs: number, clusterDomain?: string): Problem[] {
  const choice = choiceProblems(software);
  const files = filesOf(software);
  if (choice.length > 0) return choice;
  return files ? fileProblems(software, files, blockTimeMs, clusterDomain) : l1Problems(software);
}

function fileProblems(software: OpStack, files: Files, blockTimeMs: number, clusterDomain?: string): Problem[] {
  const { genesis } = files;
  const text = "text" in genesis ? genesis.text : undefined;
  const elsewhere = "text" in genesis ? [] : elsewhereProblems(genesis, clusterDomain);
  if (elsewhere.length > 0) return elsewhere;
  const bytes = (packedGenesis(files)?.length ?? 0) + Buffer.byteLength(files.rollup);
  if (bytes > LARGEST) {
    const message = `the two files have ${bytes} bytes when packed, and a ConfigMap has room for ${LARGEST} of them`;
    return problem(TEXT, message, "name a URL of the genesis, with its SHA-256");
  }
  let known: L2Genesis | undefined;
  let rollup: Rollup;
  try {
    known = text === undefined ? undefined : genesisOf(text);
  } catch (error) {
    return problem(TEXT, `is no genesis.json: ${(error as Error).message}`, COPY);
  }
  try {
    rollup = readRollup(files.rollup);
  } catch (error) {
    return problem(ROLLUP, `is no rollup.json: ${(error as Error).message}`, COPY);
  }
  if (known ? !known.ecotone : (rollup.forks.ecotone ?? Number.POSITIVE_INFINITY) > rollup.time) {
    const message = "the chain begins before Ecotone, and op-conductor stores no blocks of then";
    return problem(known ? TEXT : ROLLUP, message, "op-conductor can only be founded by RPC for it");
  }
  const together = known ? sameProblems(known, blockOf(text as string).hash, rollup) : [];
  if (together.length > 0) return together;
  const ofL1 = l1Problems(software, rollup);
  if (ofL1.length > 0) return ofL1;
  if (rollup.blockTimeSeconds * 1000 === blockTimeMs) return [];
  const message = `${blockTimeMs} ms, and the chain makes a block every ${rollup.blockTimeSeconds} s`;
  return [{ path: ["blockTime"], message, remedy: `use ${rollup.blockTimeSeconds}s` }];
}

/** Where the genesis and the rollup's configuration are of two chains. */
function sameProblems(genesis: L2Genesis, hash: string, rollup: Rollup): Problem[] {
  if (genesis.chainId !== rollup.chainId) {
    return problem(ROLLUP, `l2_chain_id is ${rollup.chainId}, and the genesis has ${genesis.chainId}`, SAME);
  }
  if (genesis.timestamp !== rollup.time) {
    return problem(ROLLUP, `l2_time is ${rollup.time}, and the genesis has ${genesis.timestamp}`, SAME);
  }
  if (hash !== rollup.hash) {
    return problem(ROLLUP, `the genesis block is ${hash}, and genesis.l2.hash is ${rollup.hash}`, SAME);
  }
  const fork = FORKS.find(each => genesis.forks[each] !== rollup.forks[each]);
  if (!fork) return [];
  const [here, there] = [rollup.forks[fork], genesis.forks[fork]].map(at => at ?? "missing");
  return problem(ROLLUP, `${fork}_time is ${here}, and ${fork}Time of the genesis is ${there}`, SAME);
}

/** What is wrong with the place of a genesis that synthesis does not read. */
function elsewhereProblems(genesis: Exclude<OpStackGenesis, { text: string }>, clusterDomain?: string): Problem[] {
  if ("configMap" in genesis) {
    const remedy = "name the ConfigMap with genesis.json or genesis.json.gz";
    return genesis.configMap ? [] : problem(["software", "genesis", "configMap"], "empty", remedy);
  }
  return fetchedProblems(["software", "genesis"], genesis, "genesis.json", clusterDomain);
}

/** Of a chain of the registry, op-node alone knows which L1 is right. */
function l1Problems({ l1 }: OpStack, rollup?: Rollup): Problem[] {
  if (l1.chainConfig === undefined || isToken(l1.chainConfig)) return [];
  const path = ["software", "l1", "chainConfig"];
  const remedy = "use the configuration of the L1 that rollup.json names";
  try {
    const { chainId } = JSON.parse(l1.chainConfig);
    if (!rollup || chainId === rollup.l1ChainId) return [];
    return [{ path, message: `chainId is ${chainId}, and l1_chain_id of the rollup ${rollup.l1ChainId}`, remedy }];
  } catch (error) {
    return [{ path, message: `is no chain configuration: ${(error as Error).message}`, remedy }];
  }
}
