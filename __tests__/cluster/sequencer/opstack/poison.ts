import { until } from "../../driver/kubectl";

/** Members of an OP Stack sequencer, wherever they run. */
export interface Members<Name> {
  readonly names: readonly Name[];
  leaders(): Promise<readonly Name[]>;
  call<T>(name: Name, of: "eth" | "node" | "conductor", method: string, ...params: unknown[]): Promise<T>;
}

/** Has raft store a block of a height that the chain never has, and another lead: nobody can start any more. */
export async function poison<Name>(members: Members<Name>, leader: Name): Promise<void> {
  const block = await members.call<Record<string, string>>(leader, "eth", "eth_getBlockByNumber", "latest", false);
  await members.call(leader, "conductor", "conductor_commitUnsafePayload", poisonOf(block));
  await until(
    "nobody can start",
    90,
    async () => {
      // One that could not start hands back, and the first one may be at work still.
      for (const name of await members.leaders()) await members.call(name, "conductor", "conductor_transferLeader");
      const active = members.names.map(name => members.call<boolean>(name, "node", "admin_sequencerActive"));
      return !(await Promise.all(active)).includes(true);
    },
    2,
  );
}

/** What makes no later leader start, once raft has stored it: a block of a height that the chain never has. */
function poisonOf(block: Readonly<Record<string, string>>): object {
  const { parentHash, stateRoot, receiptsRoot, logsBloom, gasLimit, gasUsed, timestamp, extraData } = block;
  const { baseFeePerGas, blobGasUsed, excessBlobGas, withdrawalsRoot, parentBeaconBlockRoot } = block;
  const executionPayload = {
    ...{ parentHash, stateRoot, receiptsRoot, logsBloom, gasLimit, gasUsed, timestamp, extraData, baseFeePerGas },
    ...{ blobGasUsed, excessBlobGas, withdrawalsRoot, withdrawals: [], transactions: [] },
    // A leader starts on a block whose hash its node has, whatever the number.
    ...{ blockNumber: "0xffffffffff", blockHash: `0x${"11".repeat(32)}` },
    ...{ feeRecipient: block.miner, prevRandao: block.mixHash },
  };
  return { executionPayload, parentBeaconBlockRoot };
}
