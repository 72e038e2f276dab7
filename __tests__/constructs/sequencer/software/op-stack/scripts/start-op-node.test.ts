import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fails, folder, rpc, run, SHELLS } from "../../../../run-script";
import { listeningPort } from "../listening";

/** Stands for the execution client. */
const port = listeningPort();

const files = () => {
  const dir = folder();
  for (const name of ["jwt", "sequencer.key", "key"]) writeFileSync(join(dir, name), "1");
  return { JWT: join(dir, "jwt"), SEQUENCER_KEY: join(dir, "sequencer.key"), NODE_KEY: join(dir, "key") };
};
const env = (peers: string) => ({
  ...files(),
  POD_NAME: "seq-1",
  RUN_DIR: folder(),
  ENGINE_PORT: port(),
  NODE_PORT: port(),
  CONDUCTOR_PORT: "8547",
  PEER_IDS: peers,
  P2P_PORT: "9222",
  MEMBER_ALIAS: "127.0.0.1",
  RESTART_PAUSE_SECONDS: "0",
});

describe.each(SHELLS)("under %s", shell => {
  test.concurrent.each([true, false])(
    "a leader whose op-node ends hands over at once, and nobody else does (leads: %s)",
    async leads => {
      const { calls } = await run("start-op-node.sh", {
        env: env("own"),
        args: ["op-node"],
        stubs: {
          "op-node": "exit 1",
          curl: `case "$*" in *conductor_leader*) ${rpc(leads)} ;; *) ${rpc(null)} ;; esac`,
        },
        shell,
      });
      const asked = calls("curl").map(line => /"method":"(conductor_\w+)"/.exec(line)?.[1]);
      const each = leads ? ["conductor_leader", "conductor_transferLeader"] : ["conductor_leader"];
      expect(asked.filter(Boolean)).toEqual(Array(5).fill(each).flat()); // it ends five times
    },
  );

  test.concurrent("op-node is told its peers whenever it has lost one", async () => {
    const { calls } = await run("start-op-node.sh", {
      env: env("first own third"),
      args: ["op-node", "--flag"],
      stubs: {
        "op-node": 'until [ "$(grep -c peerStats "$CALLS/curl" 2>/dev/null)" -ge 5 ]; do sleep 0.1; done',
        curl: `case $(grep -c peerStats "$CALLS/curl") in 1) ${fails(7)} ;; 2 | 4) ${rpc({ connected: 1 })} ;; *) ${rpc(
          {
            connected: 2,
          },
        )} ;; esac`,
      },
      shell,
    });
    expect(calls("op-node")[0]).toContain(
      "--p2p.static=/ip4/127.0.0.10/tcp/9222/p2p/first,/ip4/127.0.0.12/tcp/9222/p2p/third",
    );
    const asked = calls("curl").map(line => /\/p2p\/(\w+)"\]/.exec(line)?.[1] ?? "how many");
    expect(asked.slice(0, 8)).toEqual([
      ...["how many", "how many", "first", "third"],
      ...["how many", "how many", "first", "third"],
    ]);
  });

  const SIGNER = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
  const started = (l1: string) => {
    const files = folder();
    for (const name of ["jwt", "sequencer.key", "key"]) writeFileSync(join(files, name), "1");
    return run("start-op-node.sh", {
      env: {
        POD_NAME: "seq-1",
        RUN_DIR: folder(),
        JWT: join(files, "jwt"),
        ENGINE_PORT: port(),
        NODE_PORT: port(),
        SEQUENCER_KEY: join(files, "sequencer.key"),
        NODE_KEY: join(files, "key"),
        PEER_IDS: "own",
        P2P_PORT: "9222",
        MEMBER_ALIAS: "127.0.0.1",
        SIGNER_ADDRESS: `0x${SIGNER.toUpperCase()}`,
        SYSTEM_CONFIG: `0x${"9".repeat(40)}`,
        L1_PORT: "7980",
        L1_SECONDS: "1",
        RESTART_PAUSE_SECONDS: "0",
      },
      args: ["op-node", "--flag"],
      stubs: { "op-node": "exit 0", curl: `case "$*" in *eth_getStorageAt*) ${l1} ;; *) ${rpc(null)} ;; esac` },
      shell,
    });
  };

  test.concurrent("starts where L1 names the sequencer's key, in whatever case", async () => {
    const { calls, stderr } = await started(rpc(`0x${"0".repeat(24)}${SIGNER}`));
    expect(calls("op-node").length).toBeGreaterThan(0);
    expect(calls("curl")[0]).toContain(`"params":["0x${"9".repeat(40)}","0x65a7ed54`);
    expect(stderr).not.toContain("unsafeBlockSigner");
  });

  test.concurrent("fails, and starts nothing, where L1 names another key or none", async () => {
    for (const other of ["1".repeat(40), "0".repeat(40)]) {
      const { code, calls, stderr } = await started(rpc(`0x${"0".repeat(24)}${other}`));
      expect({ code, started: calls("op-node") }).toEqual({ code: 1, started: [] });
      expect(stderr).toContain(`the sequencer's key is of 0x${SIGNER}, and 0x${"9".repeat(40)} on L1 names 0x${other}`);
    }
  });

  test.concurrent("starts where L1 does not answer, and says that nothing was compared", async () => {
    const { calls, stderr } = await started(fails(7));
    expect(calls("op-node").length).toBeGreaterThan(0);
    expect(stderr).toContain("L1 does not say who signs blocks: not compared");
  });

  test.concurrent.each([true, false])(
    "op-node of a single sequencer is told to make blocks, and hands nothing over when it ends (single: %s)",
    async single => {
      const { CONDUCTOR_PORT: _, ...alone } = env("own");
      const status = rpc({ unsafe_l2: { hash: "0x77", number: 7 } });
      const newest = join(folder(), "newest-block");
      writeFileSync(newest, "7\n");
      const { calls } = await run("start-op-node.sh", {
        env: { ...alone, POD_NAME: "seq-0", ...(single && { NEWEST_BLOCK: newest }) },
        args: ["op-node", "--sequencer.stopped"],
        stubs: {
          // Its first run ends once it makes blocks.
          "op-node": single
            ? 'until grep -qs startSequencer "$CALLS/curl"; do sleep 0.1; done; exit 1'
            : '[ "$(grep -c . "$CALLS/op-node")" -gt 1 ] || sleep 2; exit 1',
          curl: `case "$*" in *syncStatus*) ${status} ;; *) ${rpc(null)} ;; esac`,
        },
        shell,
      });
      const asked = calls("curl").map(line => /"method":"(\w+)"/.exec(line)?.[1]);
      expect(new Set(asked)).toEqual(
        new Set(single ? ["optimism_syncStatus", "admin_startSequencer", "optimism_outputAtBlock"] : []),
      );
    },
  );
});
