import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeWatch } from "../../../agents/lease/node-watch";

/** A node and its DA, of which this test says what they answer. */
const node = { ready: 503, height: "7", time: new Date().toISOString(), state: 200, da: 404, fromPeers: 0, fromDa: 0 };
/** Heights that the node has counted, one for each time that it is asked; the last one stays. */
let counted: (number | undefined)[] = [];
/** What a question for its counters takes. */
let asking = 0;
let now = 0;
const servers: Server[] = [];
const listen = async (answer: (url: string) => { status: number; body?: object; text?: string }) => {
  const server = createServer(({ url = "" }, response) => {
    const { status, body, text = JSON.stringify(body ?? {}) } = answer(url);
    response.writeHead(status).end(text);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
};
let watch: NodeWatch;

beforeAll(async () => {
  const ready = await listen(url => {
    if (url === "/health/ready") return { status: node.ready };
    const state = { lastBlockHeight: node.height, lastBlockTime: node.time };
    return { status: node.state, ...(node.state === 200 && { body: { state } }) };
  });
  const da = await listen(() => ({ status: node.da }));
  const metrics = await listen(() => ({ status: 200, text: counters() }));
  watch = new NodeWatch({ ready: new URL("/health/ready", ready), metrics, da }, () => now);
});
beforeEach(() => {
  counted = [];
  asking = 0;
  Object.assign(node, {
    ready: 503,
    height: "7",
    time: new Date().toISOString(),
    state: 200,
    da: 404,
    fromPeers: 0,
    fromDa: 0,
  });
});
afterAll(() => {
  for (const server of servers) server.close();
});

/** As ev-node 1.2.2 writes them: not before the first. */
function counters(): string {
  const line = (source: string, count: number) =>
    count === 0 ? "" : `evnode_sequencer_blocks_synchronized_total{chain_id="test",source="${source}"} ${count}\n`;
  const [height] = counted.length > 1 ? counted.splice(0, 1) : counted;
  now += asking;
  return (
    (height === undefined ? "" : `evnode_sequencer_height{chain_id="test"} ${height}\n`) +
    `# TYPE evnode_sequencer_blocks_synchronized_total ` +
    `counter\n${line("da", node.fromDa)}${line("p2p", node.fromPeers)}${line("raft", 0)}`
  );
}

/** Looks once a second. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    now += 1000;
    await watch.look();
  }
}

test("a node is level at the time before it is asked and says so", async () => {
  await pass(1);
  expect(watch.levelAt).toBeUndefined();
  Object.assign(node, { ready: 200, fromPeers: 1 });
  await pass(1);
  const level = now;
  node.ready = 503;
  await pass(3);
  expect(watch.levelAt).toBe(level);
});

test("a ready node is not level before it has a block of its peers, nor while the DA alone has blocks", async () => {
  node.ready = 200;
  const levelNow = async (change: object) => {
    Object.assign(node, change);
    await pass(1);
    expect(watch.readyAt).toBe(now);
    return watch.levelAt === now;
  };
  expect(await levelNow({})).toBe(false);
  expect(await levelNow({ fromDa: 30 })).toBe(false);
  expect(await levelNow({ fromPeers: 5 })).toBe(true);
  expect(await levelNow({})).toBe(true);
  expect(await levelNow({ fromPeers: 6, fromDa: 31 })).toBe(true);
  expect(await levelNow({ fromDa: 60 })).toBe(false);
  expect(await levelNow({})).toBe(false);
  expect(await levelNow({ fromPeers: 7 })).toBe(true);
  expect(await levelNow({ fromPeers: 0, fromDa: 0 })).toBe(false);
});

test("it is stranded once its blocks have come from the DA alone for half a minute", async () => {
  Object.assign(node, { fromPeers: 3, fromDa: 10 });
  await pass(1);
  const daBlocks = async (bursts: number) => {
    for (let i = 0; i < bursts; i++) {
      node.fromDa += 30;
      await pass(6);
    }
  };
  await daBlocks(5);
  expect(watch.stranded()).toBe(false);
  await daBlocks(1);
  expect([watch.stranded(), watch.stranded()]).toEqual([true, false]);
  node.fromPeers += 1;
  await pass(1);
  expect(watch.stranded()).toBe(false);
  await daBlocks(6);
  expect(watch.stranded()).toBe(true);
  Object.assign(node, { fromPeers: 0, fromDa: 0 });
  await pass(1);
  expect(watch.stranded()).toBe(false);
});

test("it stood still once it had no new block for half a minute, from the time asked about on", async () => {
  const began = now;
  await pass(29);
  expect(watch.stoodStill(began)).toBe(false);
  await pass(3);
  expect(watch.stoodStill(began)).toBe(true);
  expect(watch.stoodStill(began + 10_000)).toBe(false);
  node.height = "8";
  await pass(1);
  expect(watch.stoodStill(began)).toBe(false);
});

test("it is given longer the older its newest block is: it passes DA heights without blocks", async () => {
  node.time = new Date(Date.now() - 3_000_000).toISOString();
  node.height = "9";
  const began = now;
  await pass(45);
  expect(watch.stoodStill(began)).toBe(false);
  await pass(20);
  expect(watch.stoodStill(began)).toBe(true);
});

test.each([
  ["no DA is there", { da: 503 }],
  ["the DA does not speak", { da: 502 }],
  ["the DA is late", { da: 504 }],
  ["the node gives no state", { state: 500 }],
  ["it is ready", { ready: 200 }],
])("it does not stand still while %s", async (_, change) => {
  node.height = JSON.stringify(change);
  const began = now;
  await pass(25);
  Object.assign(node, change);
  await pass(20);
  expect(watch.stoodStill(began)).toBe(false);
});

test("an error of the DA's own is an answer", async () => {
  Object.assign(node, { height: "12", da: 500 });
  const began = now;
  await pass(32);
  expect(watch.stoodStill(began)).toBe(true);
});

test("a node is between two blocks once it has counted another", async () => {
  counted = [undefined, 7, 7, 8, 9];
  await watch.betweenBlocks();
  expect(counted).toEqual([9]);
});

test("a node that counts no block for long is between two blocks, too", async () => {
  [counted, asking] = [[7], 500];
  const began = now;
  await watch.betweenBlocks();
  expect(now - began).toBe(1500);
});

test("the height of the newest block is the store's", async () => {
  expect(await watch.newestHeight()).toBe(7);
  node.state = 500;
  expect(await watch.newestHeight()).toBeUndefined();
});
