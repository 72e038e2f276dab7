import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { LastBlock } from "../../../agents/lease/last-block";

let now = 0;
let height: string | undefined;
const asked: string[] = [];
const servers: Server[] = [];

/** As ev-node's RPC: a request that has begun is answered even when the server ends, from the store as it is then. */
async function node(): Promise<{ server: Server; last: LastBlock }> {
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const body = await json(request).catch(() => undefined);
    if (body) response.end(JSON.stringify({ state: { lastBlockHeight: height } }));
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const rpc = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`);
  return { server, last: new LastBlock(rpc, () => now) };
}

/** Until the server has taken as many requests in all. */
async function begun(times: number): Promise<void> {
  while (asked.length < times) await new Promise(setImmediate);
}

beforeEach(() => {
  [now, height, asked.length] = [0, "7", 0];
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

test("is asked for before the node ends, and answered after it made its last one", async () => {
  const { server, last } = await node();
  await last.look();
  await begun(1);
  server.close();
  height = "8";
  await last.look();
  expect(asked).toEqual(["POST /evnode.v1.StoreService/GetState"]);
  expect(last.height).toBe(8);
});

test("is not known of a node that is killed, whatever was known of the one before", async () => {
  const { server, last } = await node();
  last.height = 7;
  await last.look();
  await begun(1);
  server.closeAllConnections();
  server.close();
  await last.look();
  expect(last.height).toBeUndefined();
});

test("is asked for anew before the node gives the request up, and when it did", async () => {
  const { server, last } = await node();
  await last.look();
  await begun(1);
  now = 3900;
  await last.look();
  now = 4000;
  await last.look();
  await begun(2);
  const connections = new Promise(resolve => server.once("connection", resolve));
  server.closeAllConnections();
  while (asked.length < 3) {
    await last.look();
    await new Promise(setImmediate);
  }
  await connections;
  server.close();
  await last.look();
  expect({ times: asked.length, height: last.height }).toEqual({ times: 3, height: 7 });
});

test("is nothing to wait for without a node", async () => {
  const { server, last } = await node();
  server.close();
  await last.look();
  expect({ times: asked.length, height: last.height }).toEqual({ times: 0, height: undefined });
});
