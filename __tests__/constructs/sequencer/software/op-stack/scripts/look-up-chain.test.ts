import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fails, folder, prints, rpc, run, SHELLS, type Stub } from "../../../../run-script";
import { listeningPort } from "../listening";

/** Stands for the execution client. */
const port = listeningPort();

const SIGNER = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const CONTRACT = "0x034edd2a225f7f429a63e0f1d2084b9e0a93b538";
/** As op-node prints it. */
const ROLLUP = JSON.stringify(
  {
    genesis: { l2: { number: 0 }, l2_time: 1691802540 },
    block_time: 2,
    l1_chain_id: 11155111,
    l2_chain_id: 11155420,
    l1_system_config_address: CONTRACT,
  },
  null,
  2,
);

/** Starts an op-node that knows a chain, with a time between blocks in the values and a signer on L1. */
function start(shell: string, { knows = prints(ROLLUP), blockMs = "2000", signer = SIGNER } = {}) {
  const files = folder();
  for (const name of ["jwt", "sequencer.key", "key"]) writeFileSync(join(files, name), "1");
  const opNode: Stub = `case "$1" in networks) ${knows} ;; *) exit 0 ;; esac`;
  const l1 = rpc(`0x${"0".repeat(24)}${signer}`);
  return run("look-up-chain.sh", {
    env: {
      POD_NAME: "seq-1",
      RUN_DIR: folder(),
      JWT: join(files, "jwt"),
      ENGINE_PORT: port(),
      NODE_PORT: port(),
      CONDUCTOR_PORT: "8547",
      SEQUENCER_KEY: join(files, "sequencer.key"),
      NODE_KEY: join(files, "key"),
      PEER_IDS: "own",
      P2P_PORT: "9222",
      MEMBER_ALIAS: "127.0.0.1",
      NETWORK: "op-sepolia",
      BLOCK_MS: blockMs,
      SIGNER_ADDRESS: `0x${SIGNER}`,
      L1_PORT: "7980",
      L1_SECONDS: "1",
      RESTART_PAUSE_SECONDS: "0",
    },
    args: ["op-node", "--network=op-sepolia"],
    stubs: { "op-node": opNode, curl: `case "$*" in *eth_getStorageAt*) ${l1} ;; *) ${rpc(null)} ;; esac` },
    shell,
  });
}

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("starts op-node, and asks the contract that op-node names who signs", async () => {
    const { calls, stderr } = await start(shell);
    const [lookedUp, started] = calls("op-node");
    expect(lookedUp).toBe("networks dump-rollup-config --network=op-sepolia");
    expect(started).toContain("--network=op-sepolia --p2p.listen.ip=127.0.0.11");
    expect(calls("curl").find(line => line.includes("eth_getStorageAt"))).toContain(`"params":["${CONTRACT}",`);
    expect(stderr).toContain("op-sepolia is chain 11155420 on L1 11155111, with a block every 2 s");
  });

  test.concurrent.each([
    ["for a chain that op-node does not know", { knows: fails(1) }, "this op-node does not know the chain op-sepolia"],
    [
      "for another time between blocks",
      { blockMs: "1000" },
      "op-sepolia has a block every 2 s, and blockTime is 1000 ms: members would be found unhealthy too soon, or too " +
        "late. Use 2s.",
    ],
    [
      "where L1 names another signer",
      { signer: "1".repeat(40) },
      `the sequencer's key is of 0x${SIGNER}, and ${CONTRACT} on L1 names 0x${"1".repeat(40)}`,
    ],
  ])("fails %s, and starts nothing", async (_, given, message) => {
    const { code, calls, stderr } = await start(shell, given);
    expect({ code, started: calls("op-node").filter(line => !line.startsWith("networks")) }).toEqual({
      code: 1,
      started: [],
    });
    expect(stderr).toContain(message);
  });
});
