import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBootstrapIdentity, decodeEnr } from "../../../constructs/p2p/enr";
import { type Example, renderExample } from "../driver/example";
import { aztecExample, knownBootnode, REGISTRY, SOFTWARE, UNPINNED } from "./examples";
import { installed } from "./installed";
import { Room, type Surroundings } from "./room";

/**
 * The real Aztec node under what is rendered for it, without a cluster: the start script, the command, the environment
 * and the volumes of each role, with a read-only root, and a real L1 with the real rollup contracts beside it.
 */
jest.setTimeout(600_000);

const root = installed();
const dir = mkdtempSync(join(tmpdir(), "aztec-"));
const ANNOUNCED = "10.96.7.7";
const hosts = {
  "boot-p2p.aztec-software.svc.cluster.local": ANNOUNCED,
  "l1-execution.l1.svc": "127.0.0.1",
  "l1-consensus.l1.svc": "127.0.0.1",
};
const identity = createBootstrapIdentity({ l1ChainId: 31337, ip: ANNOUNCED, port: 40400 });
const render = (example: Example) => renderExample(example, join(dir, example.namespace));
const generated = render(aztecExample(SOFTWARE));
const known = render(knownBootnode(identity.enr));
const unpinned = render(aztecExample(UNPINNED));

const rooms: Room[] = [];
const room = (manifests: typeof known, workload: string, more: Partial<Surroundings> = {}) => {
  const made = new Room(manifests, workload, { root, hosts, ...more });
  rooms.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(rooms.splice(0).map(made => made.remove()));
});
afterAll(() => rmSync(dir, { recursive: true }));

const serves = (of: Room, child: ChildProcess) =>
  of.until(child, "the bootstrap node serves", () => of.ask<string>("bootstrap_getEncodedEnr"));

test("the L1 has Aztec's contracts where the values say", () => {
  const { registryAddress } = JSON.parse(readFileSync(join(root, "l1", "addresses.json"), "utf8"));
  expect(registryAddress).toBe(REGISTRY.toLowerCase());
});

describe("a bootstrap node", () => {
  test("announces its Service, is ready, ends in time, and serves the same ENR again", async () => {
    const boot = room(generated, "boot");
    const first = boot.start("node");
    const enr = await serves(boot, first);
    expect(decodeEnr(enr)).toMatchObject({ ip: ANNOUNCED, udp: 40400 });
    expect(await boot.passes("node", "startupProbe")).toBe(true);
    expect(await boot.passes("node", "readinessProbe")).toBe(true);
    expect(await boot.stop(first)).toBeLessThan(60);
    expect(await serves(boot, boot.start("node"))).toBe(enr);
  });

  test("accepts the key of `keys bootstrap`, and serves the node ID, address and port of its ENR", async () => {
    const boot = room(known, "boot", {
      hosts: { ...hosts, "boot-p2p.known.svc.cluster.local": ANNOUNCED },
      secrets: { "boot-keys": { "boot-0": identity.privateKey } },
    });
    const { nodeId, ip, udp } = decodeEnr(await serves(boot, boot.start("node")));
    expect({ nodeId, ip, udp }).toEqual({ nodeId: identity.nodeId, ip: ANNOUNCED, udp: 40400 });
  });

  const VOTES = "/usr/src/yarn-project/node_modules/@aztec/p2p/dest/votes.mjs";
  const votes = async (manifests: typeof generated) => {
    const boot = room(manifests, "boot", { over: { [VOTES]: join(__dirname, "..", "..", "aztec", "votes.mjs") } });
    return (await boot.run("node", ["node", VOTES])).output;
  };

  test("pinned, the discv5 that the node loads takes no votes; unpinned, it does", async () => {
    expect(await votes(generated)).toContain("votes: false");
    expect(await votes(unpinned)).toContain("votes: true");
  });

  test("pinned, it does not start where discv5 is not where the package knows it", async () => {
    const boot = room(generated, "boot", { env: { PIN_ENR_MODULE: "/usr/src/elsewhere.js" } });
    const { code, output } = await boot.run("node");
    expect(code).not.toBe(0);
    expect(output).toContain("fatal: cannot pin the ENR");
  });
});

describe("a node", () => {
  const crs = { "/data/crs": join(root, "crs") };

  async function started(role: string, more: Partial<Surroundings> = {}): Promise<Room> {
    const node = room(known, role, { over: crs, ...more });
    node.beside("node", "/usr/src/yarn-project/serve-l1.mjs");
    await node.until(node.start("node"), `${role} is ready`, () => node.passes("node", "readinessProbe"));
    return node;
  }

  test.each(["full", "archive"])("of role %s becomes ready, with its admin API locked", async role => {
    const node = await started(role);
    const log = node.lines.join("\n");
    expect(log).not.toContain("ADMIN API KEY");
    expect(log).toContain("admin API listening");
  });

  test("of role rpc becomes ready, and has its verifier come to a verdict on a proof", async () => {
    const node = await started("rpc");
    await once(node.beside("node", "/usr/src/yarn-project/send-proof.mjs", "http://127.0.0.1:8080"), "close");
    const log = node.lines.join("\n");
    expect(log).toContain("Invalid proof");
    // Both say that the proof is invalid: the verifier, and the node when the verifier cannot work.
    expect(log).toMatch(/Failed to verify Chonk proof for tx \w+: Error: Failed to verify Chonk proof for /);
    expect(log).not.toMatch(/EROFS|EACCES|ENOENT/);
  });
});
