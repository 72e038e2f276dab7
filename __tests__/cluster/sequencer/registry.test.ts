import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultOf } from "../../../constructs/kubernetes/grammar/grammar";
import { REGISTRY_CHAIN } from "../../../constructs/sequencer/software/op-stack/registry";
import { until } from "../driver/kubectl";
import { run } from "../driver/run";
import { call, LoopbackNetwork, port, programs } from "./opstack/loopback";
import { RenderedMember } from "./opstack/rendered";

const root = mkdtempSync(join(tmpdir(), "registry-"));
afterAll(() => rmSync(root, { recursive: true }));

/** The chains that a program knows, as its help says behind a flag. */
async function chainsOf(program: string, flag: string): Promise<string[]> {
  const { stdout } = await run([join(await programs(), program), "--help"]);
  const [, help = ""] = stdout.split(new RegExp(`\\n +--${flag} value`));
  const [, list = ""] = /(?:networks|options): ([\s\S]*?)\n *\n/.exec(help) ?? [];
  return list.split(",").map(name => name.trim());
}

test("op-node, op-conductor and op-geth know the same chains, by names of the form that is checked", async () => {
  const known = await chainsOf("op-node", "network");
  expect(known).toEqual(expect.arrayContaining(["op-mainnet", "op-sepolia", "base-mainnet", "unichain-sepolia"]));
  expect(await chainsOf("op-conductor", "network")).toEqual(known);
  expect(await chainsOf("op-geth", "op-network")).toEqual(known);
  expect(known.filter(name => faultOf(REGISTRY_CHAIN, name))).toEqual([]);
}, 900_000);

describe("a member of a chain of the superchain registry", () => {
  let network: LoopbackNetwork;
  let bin: string;
  const members: ChildProcess[] = [];
  beforeAll(async () => {
    network = await LoopbackNetwork.create(mkdtempSync(join(root, "network-")));
    bin = join(root, "bin");
    mkdirSync(bin);
    for (const name of readdirSync(network.bin)) {
      symlinkSync(join(network.bin, name), join(bin, name === "op-geth" ? "geth" : name)); // as in its image
    }
  }, 900_000);
  afterEach(() => Promise.all(members.splice(0).map(endGroup)));
  afterAll(() => network?.stop());

  /** Renders one, with the keys that its Secrets have. */
  function member(name: string, blockTime: "1s" | "2s") {
    const dir = mkdtempSync(join(root, "pod-"));
    const rendered = new RenderedMember(dir, { network: name }, { blockTime });
    for (const file of ["/node-key/key", "/signer/sequencer.key"]) rendered.write(file, "1".padStart(64, "0"));
    const start = (container: string) => members.push(rendered.start(container, bin, ENV));
    return { dir, start, log: (container: string) => readFileSync(join(dir, `${container}.log`), "utf8") };
  }

  test("starts op-geth on its genesis, has op-node refuse another L1, and waits with op-conductor", async () => {
    const { start, log, dir } = member("op-sepolia", "2s");
    start("execution");
    const { hash } = await until("op-geth answers", 100, async () =>
      call<{ hash: string }>(port(0, "eth"), "eth_getBlockByNumber", "0x0", false).catch(() => undefined),
    );
    expect(await call(port(0, "eth"), "eth_chainId")).toBe("0xaa37dc");
    start("node");
    await until("op-node ends", 100, async () => log("node").includes("incorrect L1 RPC chain id"));
    expect(log("node")).toContain("op-sepolia is chain 11155420 on L1 11155111, with a block every 2 s");
    expect(log("node")).toContain(`"l2_block_hash":"${hash}"`);
    start("conductor");
    await until("it waits", 100, async () => log("conductor").includes("its members found no raft"));
    await until("it waits for its mesh", 30, async () => log("conductor").includes("waiting for the mesh"));
    expect(readdirSync(join(dir, "data", "raft"))).toEqual([]);
  }, 400_000);

  test("does not start op-node with another time between blocks", async () => {
    const { start, log } = member("op-sepolia", "1s");
    start("node");
    await until("it refuses", 100, async () => log("node").includes("blockTime is 1000 ms"));
    expect(log("node")).toContain("Use 2s.");
  }, 200_000);

  test("starts no program with a name that none of them knows", async () => {
    const { start, log } = member("nowhere-sepolia", "2s");
    for (const container of ["execution", "node"]) start(container);
    await until("op-geth refuses", 100, async () => log("execution").includes("unknown chain"));
    await until("op-node refuses", 100, async () => log("node").includes("does not know the chain nowhere-sepolia"));
  }, 200_000);
});

const ENV = { RESTART_PAUSE_SECONDS: "0", L1_SECONDS: "1" };

/** Ends a start script with its program. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-(child.pid ?? 0), "SIGKILL");
  await ended;
}
