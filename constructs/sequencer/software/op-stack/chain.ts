import type { Problem } from "../../../kubernetes/problem";
import { genesisBlock } from "../../conductor/founding/genesis-block";
import { type L2Genesis, readGenesis } from "../../conductor/founding/genesis-file";
import { type RaftFiles, raftFiles, type Voter } from "../../conductor/founding/raft-files";
import type { Frame } from "../../member/frame";
import { memberHost, membersOf } from "../../members";
import type { OpStack } from "./op-stack";

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
  if (rollup.blockTimeSeconds * 1000 === blockTimeMs) return [];
  const message = `${blockTimeMs} ms, and the chain makes a block every ${rollup.blockTimeSeconds} s`;
  return [{ path: ["blockTime"], message, remedy: `use ${rollup.blockTimeSeconds}s` }];
}

interface Rollup {
  readonly hash: string;
  readonly time: bigint;
  readonly chainId: bigint;
  readonly blockTimeSeconds: number;
}

function readRollup(text: string): Rollup {
  const json = JSON.parse(text);
  const number = (value: unknown, place: string) => {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new Error(`${place} is ${JSON.stringify(value)}, which is no whole number`);
  };
  const hash = json?.genesis?.l2?.hash;
  if (typeof hash !== "string") throw new Error("genesis.l2.hash is missing");
  return {
    hash: hash.toLowerCase(),
    time: BigInt(number(json.genesis.l2_time, "genesis.l2_time")),
    chainId: BigInt(number(json.l2_chain_id, "l2_chain_id")),
    blockTimeSeconds: number(json.block_time, "block_time"),
  };
}
