import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Authority, type Client, dial, dialTls, get, Meshes, type Running, until } from "./haproxy";

const authority = new Authority();
const certificate = authority.issue();

/** Meshes 0 and 1, each with its node, ready. */
async function pair(
  meshes: Meshes,
  dirs = [certificate, certificate],
): Promise<{ running: Running[]; nodes: Awaited<ReturnType<Meshes["node"]>>[] }> {
  const nodes = await Promise.all([0, 1].map(i => meshes.node(i)));
  const running = dirs.map((dir, i) => meshes.start(i, dir));
  await Promise.all(
    [0, 1].map(i =>
      until(
        () => `member ${i} ready, its log:\n${running[i]?.log}`,
        async () => (await meshes.health(i)).status === 200 && (await up(meshes, i)),
      ),
    ),
  );
  return { running, nodes };
}

/** Whether the mesh of `i` has seen the other one answer, for raft and for p2p. */
async function up(meshes: Meshes, i: number): Promise<boolean> {
  const statuses = await Promise.all(["raft", "p2p"].map(part => checkStatus(meshes, i, `${part}-${1 - i}`)));
  return statuses.every(status => status === "L7OK");
}

async function checkStatus(meshes: Meshes, i: number, proxy = `raft-${1 - i}`): Promise<string | undefined> {
  const { body } = await get(`http://${meshes.pod(i)}:9105/metrics`);
  const line = new RegExp(`^haproxy_server_check_status\\{proxy="${proxy}",.*state="(\\w+)"\\} 1$`, "m");
  return line.exec(body)?.[1];
}

describe.each([true, false])("raft between two members, tls %s", tls => {
  test("passes both ways, and no check opens a connection to the node", async () => {
    const meshes = new Meshes({ tls });
    const { nodes } = await pair(meshes);
    const p2p = await meshes.node(1, 7676);
    expect(nodes.map(({ connections }) => connections)).toEqual([0, 0]);
    expect(await dial(meshes.loopback(0, 11), 5001).echo("\0from 0 to 1")).toBe(true);
    expect(await dial(meshes.loopback(1, 10), 5001).echo("\u0001from 1 to 0")).toBe(true);
    expect(await dial(meshes.loopback(0, 11), 7676).echo("/multistream/1.0.0")).toBe(true);
    expect([...nodes, p2p].map(({ connections }) => connections)).toEqual([1, 1, 1]);
  });

  test("is closed when the other member is lost, and readiness with it", async () => {
    const meshes = new Meshes({ tls });
    const { running } = await pair(meshes);
    const p2p = await meshes.node(1, 7676);
    const [raft, peer] = [dial(meshes.loopback(0, 11), 5001), dial(meshes.loopback(0, 11), 7676)];
    await raft.echo("\0");
    await peer.echo("/multistream");
    expect(p2p.connections).toBe(1);
    process.kill(-(running[1]?.child.pid as number), "SIGSTOP"); // its kernel still acknowledges: only checks can tell
    await Promise.all([raft.closed, peer.closed]);
    await until("unready", async () => (await meshes.health(0)).status === 503);
    process.kill(-(running[1]?.child.pid as number), "SIGCONT");
    await until("ready again", async () => (await meshes.health(0)).status === 200);
    expect(await dial(meshes.loopback(0, 11), 5001).echo("\0again")).toBe(true);
  });
});

test("what waits for a connection to a member is closed when that is down, not when raft gives up", async () => {
  const meshes = new Meshes({ tls: false });
  const { running } = await pair(meshes);
  process.kill(-(running[1]?.child.pid as number), "SIGSTOP");
  // From 500 on that nobody takes, its kernel answers no more: as for an address that nobody has.
  for (let i = 0; i < 600; i++) dial(meshes.pod(1), 5443);
  // One of these waits when the checks have failed; the first that is refused at once came later.
  const waiting: Client[] = [];
  await until("the member is down", async () => {
    waiting.push(dial(meshes.loopback(0, 11), 5001));
    waiting.at(-1)?.socket.write("\0");
    return /Server raft-1\/seq-1 is DOWN/.test(running[0]?.log ?? "");
  });
  await Promise.all(waiting.map(({ closed }) => closed));
});

describe("who may speak raft to a member", () => {
  const knock = async (files?: string) => {
    const meshes = new Meshes();
    const node = await meshes.node(0);
    const mesh = meshes.start(0, certificate);
    await until("metrics", () => checkStatus(meshes, 0));
    const read = (name: string) => readFileSync(join(files as string, name));
    const client = dialTls({
      host: meshes.pod(0),
      port: 5443,
      ...(files && { cert: read("tls.crt"), key: read("tls.key") }),
    });
    const passed = await client.echo("\0raft");
    return { passed, connections: node.connections, mesh };
  };

  test("a member", async () => {
    expect(await knock(certificate)).toMatchObject({ passed: true, connections: 1 });
  });

  test("nobody without a certificate", async () => {
    const { passed, connections, mesh } = await knock();
    expect({ passed, connections }).toEqual({ passed: false, connections: 0 });
    await mesh.logged(/raft from 127\S+ refused: .*did not return a certificate/);
  });

  test("nobody with a certificate of another authority", async () => {
    const { passed, connections, mesh } = await knock(new Authority().issue());
    expect({ passed, connections }).toEqual({ passed: false, connections: 0 });
    await mesh.logged(/raft from 127\S+ refused: .*verify failed/);
  });

  test("nobody with another common name", async () => {
    const { passed, connections, mesh } = await knock(authority.issue({ cn: "other.net" }));
    expect({ passed, connections }).toEqual({ passed: false, connections: 0 });
    await mesh.logged(/raft from 127\S+ as "other.net": refused/);
  });
});

test.each([
  ["is made for other names", { names: ["other.net.svc.cluster.local"] }],
  ["is of another authority", { by: "other" }],
  ["has another common name", { cn: "other.net" }],
])(
  "a member whose certificate %s is down, with a line in the log",
  async (_, { by, ...issue }: { by?: string; names?: string[]; cn?: string }) => {
    const meshes = new Meshes();
    await meshes.node(1);
    const wrong = by ? new Authority().issue() : authority.issue(issue);
    const [good, bad] = [meshes.start(0, certificate), meshes.start(1, wrong)];
    if (issue.cn) {
      // What it shows fits its names; what it is not is a client.
      await bad.logged(/Server raft-0\/seq-0 is DOWN/);
      await good.logged(/as "other.net": refused/);
      await until("unready", async () => (await meshes.health(1)).status === 503);
    } else {
      await good.logged(/Health check for server raft-1\/seq-1 failed, reason: Layer6 invalid response/);
      await until("unready", async () => (await meshes.health(0)).status === 503);
    }
  },
);

test("an address that another member answers on is down", async () => {
  const meshes = new Meshes();
  await Promise.all([0, 1].map(i => meshes.node(i)));
  meshes.start(1, certificate);
  const mesh = meshes.start(0, certificate, { MEMBER_2_ADDRESS: meshes.pod(1) });
  await mesh.logged(/Health check for server raft-2\/seq-2 failed, reason: Layer7 invalid response/);
});

test("/certificate says when the certificate in use expires", async () => {
  const meshes = new Meshes();
  meshes.start(0, certificate);
  const { body, headers } = await until("the metric", async () => {
    const answer = await get(`http://${meshes.pod(0)}:9105/certificate`);
    return answer.status === 200 && answer;
  });
  const expiry = Number(/^rollup_network_mesh_certificate_expiry_timestamp_seconds (\d+)$/m.exec(body)?.[1]);
  expect(Math.abs(expiry - Date.now() / 1000 - 30 * 86_400)).toBeLessThan(3600);
  expect(headers["content-type"]).toContain("version=0.0.4");
});
