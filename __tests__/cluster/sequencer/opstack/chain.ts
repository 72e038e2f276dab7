import { createHash } from "node:crypto";
import { genesisBlock } from "../../../../constructs/sequencer/conductor/founding/genesis-block";
import { readGenesis } from "../../../../constructs/sequencer/conductor/founding/genesis-file";

/** Anvil's first account: it signs gossiped blocks, and has the chain's money. */
export const SIGNER = {
  key: "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  address: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
} as const;

/** Anvil's second and third account: they submit batches and outputs. */
export const BATCHER = {
  key: "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  address: "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
} as const;
export const PROPOSER = {
  key: "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  address: "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
} as const;

/** A dispute game factory that an L1 of tests may have. */
export const GAME_FACTORY = "0x0000000000000000000000000000000000009003";
/** It says that it is version 1.0.0, and 0 to everything else. */
export const GAME_FACTORY_CODE = `0x60003560e01c6354fd4d501460145760206000f35b602060005260056020527f312e302e30${"00".repeat(27)}60405260606000f3`;

/** The L1 that tests make: anvil. */
export const L1_CHAIN = 900;
export const L2_CHAIN = 901;

const SYSTEM_CONFIG = "0x0000000000000000000000000000000000009001";

/** Anvil's fourth account: it signs gossiped blocks once the key is replaced. */
export const NEXT_SIGNER = {
  key: "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
  address: "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
} as const;

/** Where a member looks up who signs blocks: `keccak256("systemconfig.unsafeblocksigner") - 1` of the L1 contract. */
const SIGNER_SLOT = "0x65a7ed542fb37fe237fdfbdd70b31598523fe5b32879e307bae27a0bd9581c08";

/** What anvil is told, to have L1 name who signs blocks. */
export function signerOnL1(address: string): readonly [contract: string, slot: string, value: string] {
  return [SYSTEM_CONFIG, SIGNER_SLOT, `0x${"0".repeat(24)}${address.slice(2)}`];
}

/** The block of L1 that a chain begins after. */
export interface Anchor {
  readonly number: number;
  readonly hash: string;
  readonly timestamp: number;
}

export interface TestChain {
  readonly genesis: string;
  readonly rollup: string;
  readonly l1ChainConfig: string;
}

const L2_FORKS = ["regolith", "canyon", "delta", "ecotone", "fjord", "granite", "holocene", "isthmus"];

/** A chain with every fork up to Isthmus, one account and no contracts. */
export function testChain(anchor: Anchor, { blockTime = 1, salt = "" } = {}): TestChain {
  const eip1559 = { eip1559Elasticity: 6, eip1559Denominator: 50, eip1559DenominatorCanyon: 250 };
  const zero = "0x0000000000000000000000000000000000000000000000000000000000000000";
  const genesis = JSON.stringify({
    config: {
      ...forksAtZero(L2_CHAIN),
      bedrockBlock: 0,
      ...Object.fromEntries(L2_FORKS.filter(fork => fork !== "delta").map(fork => [`${fork}Time`, 0])),
      optimism: eip1559,
    },
    nonce: "0x0",
    timestamp: `0x${anchor.timestamp.toString(16)}`,
    extraData: "0x000000003200000006",
    gasLimit: "0x1c9c380",
    difficulty: "0x0",
    mixHash: salt ? `0x${createHash("sha256").update(salt).digest("hex")}` : zero,
    coinbase: "0x4200000000000000000000000000000000000011",
    alloc: { [SIGNER.address.slice(2)]: { balance: "0xd3c21bcecceda1000000" } },
    number: "0x0",
    gasUsed: "0x0",
    parentHash: zero,
    baseFeePerGas: "0x3b9aca00",
  });
  const rollup = JSON.stringify({
    genesis: {
      l1: { hash: anchor.hash, number: anchor.number },
      l2: { hash: genesisBlock(readGenesis(genesis)).hash, number: 0 },
      l2_time: anchor.timestamp,
      system_config: {
        batcherAddr: BATCHER.address,
        overhead: zero,
        scalar: "0x010000000000000000000000000000000000000000000000000c5fc500000558",
        gasLimit: 30_000_000,
        eip1559Params: "0x0000000000000000",
        operatorFeeParams: zero,
      },
    },
    block_time: blockTime,
    max_sequencer_drift: 1800,
    seq_window_size: 3600,
    channel_timeout: 300,
    l1_chain_id: L1_CHAIN,
    l2_chain_id: L2_CHAIN,
    ...Object.fromEntries(L2_FORKS.map(fork => [`${fork}_time`, 0])),
    batch_inbox_address: "0xff00000000000000000000000000000000000901",
    deposit_contract_address: "0x0000000000000000000000000000000000009002",
    l1_system_config_address: SYSTEM_CONFIG,
    chain_op_config: eip1559,
  });
  return { genesis, rollup, l1ChainConfig: JSON.stringify({ ...forksAtZero(L1_CHAIN), blobSchedule: BLOBS }) };
}

/** Ethereum's, which op-node wants to know of an L1 that it does not know. */
const BLOBS = {
  cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3338477 },
  prague: { target: 6, max: 9, baseFeeUpdateFraction: 5007716 },
};

function forksAtZero(chainId: number): object {
  const blocks = ["homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg", "istanbul"];
  const later = ["muirGlacier", "berlin", "london", "arrowGlacier", "grayGlacier", "mergeNetsplit"];
  return {
    chainId,
    ...Object.fromEntries([...blocks, ...later].map(fork => [`${fork}Block`, 0])),
    terminalTotalDifficulty: 0,
    shanghaiTime: 0,
    cancunTime: 0,
    pragueTime: 0,
  };
}
