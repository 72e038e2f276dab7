/** What makes no later leader start, once raft has stored it: a block of a height that the chain never has. */
export function poisonOf(block: Readonly<Record<string, string>>): object {
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
