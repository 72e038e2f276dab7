import { createServer } from "node:http";
import { CONDUCTOR_MESH } from "../../../constructs/sequencer/software/op-stack/mesh";
import { OP_STACK_PORTS as PORTS } from "../../../constructs/sequencer/software/op-stack/ports";
import { Authority, get, Meshes, onEnd, until } from "./haproxy";

/** A JSON-RPC server that can hang, and the methods that it was asked for. */
async function server(host: string, port: number) {
  const made = { asked: [] as string[], params: [] as unknown[], hangs: false, says: {} as Record<string, unknown> };
  const http = createServer((request, response) => {
    let text = "";
    request.on("data", data => (text += data));
    request.on("end", () => {
      const one = ({ method, params }: { method: string; params: unknown }) => {
        made.asked.push(method);
        made.params.push(params);
        return { jsonrpc: "2.0", id: 1, result: made.says[method] ?? true };
      };
      const question = JSON.parse(text);
      const answer = Array.isArray(question) ? question.map(one) : one(question);
      if (!made.hangs) response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>(resolve => http.listen(port, host, resolve));
  onEnd(() => {
    http.closeAllConnections();
    http.close();
  });
  return made;
}

/** A member's mesh with stand-ins for its programs; `call` is what its conductor does. */
async function member() {
  const meshes = new Meshes({ tls: false, ports: PORTS, additions: CONDUCTOR_MESH });
  const host = meshes.loopback(0, 1);
  const [node, execution] = await Promise.all([server(host, PORTS.node), server(host, PORTS.rpc)]);
  meshes.start(0, "");
  const call = async (method: string, params: readonly unknown[] = []) => {
    const began = performance.now();
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const { status } = await get(`http://${host}:${PORTS.watchedNode}/`, { method: "POST", body });
    return { status, ms: performance.now() - began };
  };
  await until("healthy", async () => (await call("optimism_syncStatus")).status === 200);
  return { node, execution, call };
}

const wakes = (asked: readonly string[]) => asked.filter(method => method === "optimism_outputAtBlock");

test("op-node is woken once after each start, by a question for a height that no chain has", async () => {
  const { node, call } = await member();
  expect(wakes(node.asked)).toEqual([]);
  await call("admin_startSequencer", ["0x12"]);
  await until("the wake", () => wakes(node.asked).length > 0);
  expect(node.asked.indexOf("optimism_outputAtBlock")).toBeGreaterThan(node.asked.indexOf("admin_startSequencer"));
  expect(node.params[node.asked.indexOf("optimism_outputAtBlock")]).toEqual(["0x7fffffffffffffff"]);
  for (const method of ["optimism_syncStatus", "opp2p_peerStats", "admin_stopSequencer"]) await call(method);
  expect(wakes(node.asked)).toHaveLength(1);
  await call("admin_startSequencer", ["0x13"]);
  await until("the second wake", () => wakes(node.asked).length === 2);
});

test("a question to a node that hangs fails after a second; what it has to do for it gets longer", async () => {
  const { node, call } = await member();
  node.hangs = true;
  for (const method of ["optimism_syncStatus", "opp2p_peerStats", "admin_stopSequencer"]) {
    const { status, ms } = await call(method);
    expect({ method, status, second: ms > 900 && ms < 5000 }).toEqual({ method, status: 504, second: true });
  }
  const starting = call("admin_startSequencer", ["0x12"]);
  expect(await Promise.race([starting, call("admin_stopSequencer").then(() => "waits")])).toBe("waits");
});

test("op-node has a moment to take in a block that it is given, before it is told to start", async () => {
  const { call } = await member();
  expect((await call("admin_postUnsafePayload")).ms).toBeGreaterThan(190);
  const others: number[] = [];
  for (let i = 0; i < 5; i++) others.push((await call("admin_sequencerActive")).ms);
  expect(Math.min(...others)).toBeLessThan(190);
});

test("a member whose execution client hangs is unhealthy within two seconds, and can be told to stop", async () => {
  const { execution, call } = await member();
  execution.hangs = true;
  const began = performance.now();
  await until("unhealthy", async () => (await call("optimism_syncStatus")).status === 503);
  expect(performance.now() - began).toBeLessThan(3000);
  expect((await call("admin_stopSequencer")).status).toBe(200);
  execution.hangs = false;
  await until("healthy again", async () => (await call("optimism_syncStatus")).status === 200);
});

test("a member's mesh knows who is new and who is level, from the other meshes and over TLS", async () => {
  const meshes = new Meshes({ ports: PORTS, additions: CONDUCTOR_MESH });
  const tls = new Authority().issue();
  const conductor = await server(meshes.loopback(1, 1), PORTS.conductor);
  const servers = ["seq-0", "seq-1"].map(id => ({ id, addr: `${id}:1`, suffrage: 0 }));
  const says = (membership: unknown, healthy: boolean) => {
    conductor.says = {
      conductor_clusterMembership: { servers: membership, version: 0 },
      conductor_sequencerHealthy: healthy,
    };
  };
  const up = async () => {
    const asked = ["new-1", "level-1"].map(name => get(`http://${meshes.loopback(0, 1)}:${PORTS.role}/up/${name}`));
    return (await Promise.all(asked)).map(({ status }) => status).join();
  };
  says(null, true);
  meshes.start(0, tls);
  meshes.start(1, tls);
  await until("new", async () => (await up()) === "200,503");
  says(servers, true);
  await until("level", async () => (await up()) === "503,200");
  says(servers, false);
  await until("behind", async () => (await up()) === "503,503");
  says(servers.slice(0, 1), true);
  await new Promise(resolve => setTimeout(resolve, 2500));
  expect(await up()).toBe("503,503"); // it was removed
  says(null, true);
  await until("new again", async () => (await up()) === "200,503");
  expect((await get(`http://${meshes.loopback(0, 1)}:${PORTS.role}/up/new-2`)).status).toBe(503);
});
