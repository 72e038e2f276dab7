import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fails, folder, prints, rpc, run, SHELLS } from "../../../../run-script";
import { listeningPort } from "../listening";

/** Stands for op-node, the mesh and the execution client. */
const port = listeningPort();

/** Starts op-conductor with these files in its volume; the execution client answers like that, one after the other. */
function start(shell: string, files: readonly string[], ...answers: readonly string[]) {
  const raft = folder();
  mkdirSync(join(raft, "seq-1"));
  for (const name of files) writeFileSync(join(raft, name), "");
  return run("await-block.sh", {
    env: {
      POD_NAME: "seq-1",
      RUN_DIR: folder(),
      MEMBER_ALIAS: "127.0.0.1",
      HEADLESS: "seq-headless.net.svc.cluster.local",
      RAFT_DIRECTORY: raft,
      RAFT_PORT: "50050",
      RPC_PORT: port(),
      NODE_PORT: port(),
      CONDUCTOR_PORT: "1",
      POD_IP: "10.0.0.1",
      MESH_PORT: "9105",
      MESH_RAFT_PORT: port(),
      ROLE_PORT: "9546",
      MEMBERS: "seq-0=a:1 seq-1=b:1 seq-2=c:1",
      SETTLE_SECONDS: "0",
      LOOK_SECONDS: "0",
      RESTART_PAUSE_SECONDS: "0",
    },
    args: ["op-conductor", "--network=op-sepolia"],
    stubs: {
      "op-conductor": "exit 0",
      curl: { [`http://127.0.0.1:${port()}/`]: answers, "http://10.0.0.1:9105/healthz": prints("200") },
    },
    shell,
  });
}

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("waits while there is no block, says so once, and starts with an empty raft then", async () => {
    const { calls, stderr } = await start(shell, [], fails(7), rpc("0x0"), rpc("0x0"), rpc("0x1a"));
    expect(stderr.match(/the execution client has no block: waiting for data of the chain/g)).toHaveLength(1);
    expect(stderr).toContain(
      "joining what the others have. Where no member has a raft: rollup-network sequencer found",
    );
    expect(calls("op-conductor")[0]).toContain("--network=op-sepolia --consensus.addr=127.0.0.11");
  });

  test.concurrent.each([
    ["has a raft", "seq-1/raft-log.db"],
    ["is told to found one", "found-again"],
  ])("waits for nothing where the member %s", async (_, file) => {
    const { calls, stderr } = await start(shell, [file], fails(99));
    expect(calls("op-conductor").length).toBeGreaterThan(0);
    expect(stderr).not.toContain("has no block");
  });
});
