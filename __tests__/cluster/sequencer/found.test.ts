import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OP_STACK_PORTS as PORTS } from "../../../constructs/sequencer/software/op-stack/ports";
import {
  environment,
  forwardTo,
  healthy,
  removeStub,
  run,
  setCluster,
  setHook,
  start,
  startStub,
} from "../../cli/kubernetes/stub-cluster";
import { until } from "../driver/kubectl";
import { membershipOf } from "./opstack/agents";
import { call, type LoopbackNetwork, port, VOTERS } from "./opstack/loopback";
import { Pods } from "./opstack/pods";
import { type Members, poison } from "./opstack/poison";

const root = mkdtempSync(join(tmpdir(), "found-"));
let pods: Pods;
let network: LoopbackNetwork;
let hook: Server;
/** Every block that a member had, by height. */
const seen = new Map<number, Set<string>>();
let watching: NodeJS.Timeout;
/** What happens once all members have stopped, the next time. */
let afterStop: (() => void) | undefined;

const everyone = [...VOTERS.keys()];

beforeAll(async () => {
  const dir = mkdtempSync(join(root, "network-"));
  pods = await Pods.create(dir);
  ({ network } = pods);
  await pods.start();
  await blocks();
  watching = setInterval(watch, 200);
  await startStub();
  environment("op-stack", "op-stack");
  setCluster({ objects: healthy("conductor").objects });
  for (const [i, { id }] of VOTERS.entries()) {
    for (const [of, at] of Object.entries({ conductor: PORTS.conductor, node: PORTS.node, eth: PORTS.rpc }))
      forwardTo(id, at, port(i, of as "conductor"));
  }
  hook = createServer(async (request, response) => {
    const body = (await request.toArray()).join("");
    const answers = { "/scale": () => scale(Number(body)), "/exec": async () => exec(body.trim().split("\n")) };
    const answer = answers[request.url as keyof typeof answers] ?? (async () => "");
    response.end(await answer());
  }).listen(0, "127.0.0.1");
  await once(hook, "listening");
  setHook(`http://127.0.0.1:${(hook.address() as AddressInfo).port}`);
}, 900_000);

afterAll(async () => {
  clearInterval(watching);
  hook?.close();
  await pods?.stop();
  await network?.stop();
  removeStub();
  rmSync(root, { recursive: true });
});

/** The StatefulSet's controller, and the kubelets. */
async function scale(replicas: number): Promise<string> {
  if (replicas > 0) {
    void pods.start();
    return "";
  }
  await pods.stop();
  afterStop?.();
  afterStop = undefined;
  return "";
}

/** Runs what `kubectl exec` would, beside the files of that member's raft. */
function exec(words: readonly string[]): string {
  const member = Number(words.find(word => /^seq-\d$/.test(word))?.slice(-1));
  const [program = "", ...args] = words.slice(words.indexOf("--") + 1);
  return execFileSync(
    program,
    args.map(word => word.replace("/data/raft", pods.raftOf(member))),
  ).toString();
}

function watch(): void {
  for (const i of everyone) {
    call<{ number: string; hash: string }>(port(i, "eth"), "eth_getBlockByNumber", "latest", false).then(
      ({ number, hash }) => seen.set(Number(number), (seen.get(Number(number)) ?? new Set()).add(hash)),
      () => {},
    );
  }
}

/** Waits until every member has three new blocks. @returns the height */
async function blocks(): Promise<number> {
  const from = Math.max(0, ...(await network.heights().catch(() => [])));
  await until(
    "every member has new blocks",
    300,
    async () => {
      const heights = await network.heights();
      return heights.length === VOTERS.length && Math.min(...heights) > from + 2;
    },
    0.2,
  );
  return from;
}

/** The highest block, which stays the highest, with its hash on a member that has it. */
async function standing(): Promise<{ height: number; hash: string | undefined }> {
  let [height, since] = [-1, 0];
  await until(
    "no member makes blocks",
    120,
    async () => {
      const now = Math.max(...(await network.heights()));
      if (now !== height) [height, since] = [now, Date.now()];
      return Date.now() - since > 8000;
    },
    0.5,
  );
  return { height, hash: (await network.hashes(height)).find(hash => hash !== "none") };
}

const leads = () =>
  until("a leader", 60, async () => (await network.leaders()).map(i => ({ i }))[0], 0.1).then(({ i }) => i);

const members: Members<number> = {
  names: everyone,
  leaders: () => network.leaders(),
  call: (i, of, ...asked) => call(port(i, of), ...asked),
};

const found = (...options: string[]) => run("sequencer", "found", "op-stack", "--yes", ...options);

/** That the chain goes on from what stood, on all members, also after another failover. */
async function expectGoesOn({ height, hash }: { height: number; hash: string | undefined }): Promise<void> {
  await blocks();
  expect(new Set(await network.hashes(height))).toEqual(new Set([hash]));
  for (const i of everyone) {
    const { servers } = await membershipOf(i);
    expect((servers ?? []).map(({ id, suffrage }) => [id, suffrage])).toEqual(VOTERS.map(({ id }) => [id, 0]));
  }
  const leader = await leads();
  await call(port(leader, "conductor"), "conductor_transferLeader");
  await until("another leads", 60, async () => (await leads()) !== leader, 0.2);
  await blocks();
}

test("a poisoned raft stands, is founded again by one command, and refuses it when called twice", async () => {
  await poison(members, await leads());
  const stood = await standing();
  const { code, stdout, stderr } = await found("--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("leads, and goes on from block") });
  const { leader, block } = JSON.parse(stdout);
  expect(block).toEqual({ number: stood.height, hash: stood.hash });
  expect(VOTERS.map(({ id }) => id)).toContain(leader);
  await expectGoesOn(stood);
  const twice = await found();
  expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("leads and makes blocks, so its raft") });
  await blocks();
}, 900_000);

test("a chain of a single sequencer goes on with three members that have a copy of its data", async () => {
  const height = await blocks();
  await pods.stop();
  for (const i of everyone) rmSync(pods.raftOf(i), { recursive: true });
  for (const i of [1, 2]) {
    const of = (member: number) => join(network.dir, `geth-${member}`);
    rmSync(of(i), { recursive: true });
    cpSync(of(0), of(i), { recursive: true });
  }
  await pods.start();
  const stood = await standing();
  expect(stood.height).toBeGreaterThanOrEqual(height);
  expect(await network.leaders()).toEqual([]);
  const { code, stderr } = await found();
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("NO BLOCKS until then") });
  await expectGoesOn(stood);
}, 900_000);

test("a command that is killed goes on when it is called again, wherever that was", async () => {
  await poison(members, await leads());
  const stood = await standing();
  const first = start("sequencer", "found", "op-stack", "--yes");
  await new Promise<void>(resolve => {
    afterStop = () => {
      first.child.kill("SIGKILL");
      resolve();
    };
  });
  await first.ended;
  expect(await network.heights()).toEqual([]);

  const second = start("sequencer", "found", "op-stack", "--yes");
  let said = "";
  second.child.stderr?.on("data", chunk => {
    said += chunk;
    if (said.includes("leads, and goes on from")) second.child.kill("SIGKILL");
  });
  const { code } = await second.ended;
  expect(`${said}ended with ${code}`).toMatch(/MAKE SURE that every execution volume .*with null$/s);

  const third = await found();
  expect({ code: third.code, said: third.stderr }).toEqual({
    code: 0,
    said: expect.stringContaining("it is founded already: members are told where the chain goes on"),
  });
  await expectGoesOn(stood);
}, 900_000);

test("nobody had two blocks of a height, from the first to the last", () => {
  expect([...seen].filter(([, hashes]) => hashes.size > 1)).toEqual([]);
  expect(seen.size).toBeGreaterThan(30);
});
