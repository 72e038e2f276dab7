import type { BlockReader } from "../software";

interface Answer {
  readonly result?: { readonly number?: unknown; readonly hash?: unknown };
}

/** The execution client's JSON-RPC. */
export const OP_STACK_BLOCKS: BlockReader = {
  ask: height => ({
    path: "/",
    body: {
      jsonrpc: "2.0",
      id: 1,
      method: "eth_getBlockByNumber",
      params: [height === undefined ? "latest" : `0x${height.toString(16)}`, false],
    },
  }),
  read(answer) {
    const { number, hash } = (answer as Answer | undefined)?.result ?? {};
    if (!/^0x[0-9a-f]{1,12}$/.test(String(number)) || !/^0x[0-9a-f]{64}$/.test(String(hash))) return undefined;
    return { height: Number(number), hash: String(hash) };
  },
};
