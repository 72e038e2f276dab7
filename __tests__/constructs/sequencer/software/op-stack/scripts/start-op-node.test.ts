import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { fails, folder, prints, rpc, run, SHELLS } from "../../../../run-script";

/** Stands for the execution client: a port that listens. */
let server: Server;
let port: string;
beforeAll(async () => {
  server = createServer().listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  port = String((server.address() as AddressInfo).port);
});
afterAll(() => server.close());

describe.each(SHELLS)("under %s", shell => {
  test.concurrent("op-node is told its peers again until it has all of them, and then no more", async () => {
    const files = folder();
    const file = (name: string) => {
      writeFileSync(join(files, name), "1");
      return join(files, name);
    };
    const { calls } = await run("start-op-node.sh", {
      env: {
        POD_NAME: "seq-1",
        RUN_DIR: folder(),
        JWT: file("jwt"),
        ENGINE_PORT: port,
        NODE_PORT: port,
        SEQUENCER_KEY: file("sequencer.key"),
        NODE_KEY: file("key"),
        PEER_IDS: "first own third",
        P2P_PORT: "9222",
        MEMBER_ALIAS: "127.0.0.1",
        RESTART_PAUSE_SECONDS: "0",
      },
      args: ["op-node", "--flag"],
      stubs: {
        "op-node": 'until [ "$(cat "$CALLS/curl" 2>/dev/null | grep -c .)" -ge 6 ]; do sleep 0.1; done',
        curl: `n=$(grep -c . "$CALLS/curl"); if [ "$n" -le 2 ]; then ${fails(7)}; elif [ "$n" = 3 ]; then ${prints(
          '{"error":{}}',
        )}; else ${rpc(null)}; fi`,
      },
      shell,
    });
    expect(calls("op-node")[0]).toContain(
      "--p2p.static=/ip4/127.0.0.10/tcp/9222/p2p/first,/ip4/127.0.0.12/tcp/9222/p2p/third",
    );
    const asked = calls("curl").map(line => /"params":\["[^"]*\/p2p\/(\w+)"\]/.exec(line)?.[1]);
    expect(asked).toEqual(["first", "third", "first", "third", "first", "third"]);
  });
});
