import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { CONDUCTOR_MESH } from "../../../constructs/sequencer/software/op-stack/mesh";
import { OP_STACK_PORTS } from "../../../constructs/sequencer/software/op-stack/ports";
import { ALLOWED, REFUSED } from "../../constructs/sequencer/software/op-stack/calls";
import { Authority, dial, get, Meshes, onEnd, until } from "./haproxy";

const certificate = new Authority().issue();
const SYNC = '{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","params":[]}';
const STOP = '{"jsonrpc":"2.0","id":1,"method":"conductor_stop","params":[]}';
const LEADER = SYNC.replace("optimism_syncStatus", "conductor_leader");

/** Instead of a status: the connection was closed. */
const CLOSED = 0;

interface Received {
  readonly by: string;
  readonly url?: string;
  readonly host?: string;
  readonly body: string;
}

/** The mesh of a member with stand-ins for op-node and op-conductor, and what they received since it was ready. */
async function member() {
  const meshes = new Meshes({ ports: OP_STACK_PORTS, additions: CONDUCTOR_MESH });
  const received: Received[] = [];
  for (const [by, port] of Object.entries({ node: OP_STACK_PORTS.node, conductor: OP_STACK_PORTS.conductor })) {
    const server = createServer(async (request, response) => {
      const body = await textOf(request);
      if (request.headers["user-agent"] === "test") {
        received.push({ by, url: request.url, host: request.headers.host, body });
      }
      response.end(`{"jsonrpc":"2.0","id":1,"result":"${by}"}`);
    });
    await once(server.listen(port, meshes.loopback(0, 1)), "listening");
    onEnd(() => {
      server.close();
      server.closeAllConnections();
    });
  }
  const running = meshes.start(0, certificate);
  const url = `http://${meshes.pod(0)}:${OP_STACK_PORTS.nodeRpc}/`;
  await until(
    () => `a mesh that answers, its log:\n${running.log}`,
    async () => (await get(url)).status === 405,
  );
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "test", ...headers },
      body,
    });
    return { status: answer.status, body: await answer.text() };
  };
  /** Sends bytes in parts, and answers with the status. */
  const raw = async (...parts: readonly string[]) => {
    const client = dial(meshes.pod(0), OP_STACK_PORTS.nodeRpc);
    const { socket } = client;
    let text = "";
    socket.on("data", data => (text += data));
    for (const part of parts) {
      socket.write(part);
      await new Promise(resolve => setTimeout(resolve, 50)); // so that the parts arrive apart
    }
    await until("an answer", () => client.isClosed || /^HTTP\/1.1 \d+/.test(text));
    return text ? Number(text.slice(9, 12)) : CLOSED;
  };
  return { received, url, post, raw };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

const head = (...headers: readonly string[]) =>
  ["POST / HTTP/1.1", "host: a", "user-agent: test", "content-type: application/json", ...headers, "", ""].join("\r\n");
const sized = (body: string, size = Buffer.byteLength(body)) => `${head(`content-length: ${size}`)}${body}`;
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

test("what is let through arrives as it was sent, whatever its path and host", async () => {
  const { post, received } = await member();
  for (const body of ALLOWED) expect((await post(body)).body).toContain('"result":"node"');
  expect(received).toEqual(ALLOWED.map(body => ({ by: "node", url: "/", host: "localhost", body })));
  expect((await post(LEADER)).body).toContain('"result":"conductor"');
  expect(received.at(-1)).toMatchObject({ by: "conductor", body: LEADER });
});

test("no way to bring another method past it reaches op-node or op-conductor", async () => {
  const { post, received } = await member();
  const through: string[] = [];
  for (const body of REFUSED) if ((await post(body)).status < 400) through.push(body);
  expect(through).toEqual([]);
  expect(received).toEqual([]);
  expect(JSON.parse((await post(STOP)).body)).toMatchObject({ error: { code: -32601 } });
});

test.each([
  ["a GET", ["GET /?method=conductor_stop HTTP/1.1\r\nhost: a\r\nuser-agent: test\r\n\r\n"], 405],
  [
    "a websocket",
    [
      "GET / HTTP/1.1\r\nhost: a\r\nuser-agent: test\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
    405,
  ],
  ["a POST that asks for a websocket", [head("upgrade: websocket", "connection: upgrade", "content-length: 0")], 400],
  ["chunks", [`${head("transfer-encoding: chunked")}${chunked(SYNC)}`], 400],
  ["chunks with a length beside", [`${head("transfer-encoding: chunked", "content-length: 5")}${chunked(STOP)}`], 400],
  ["two lengths", [`${head("content-length: 67", "content-length: 5")}${SYNC}`], CLOSED],
  ["no length", [head()], 400],
  ["a body that is announced as huge", [sized(SYNC, 1_000_000_000)], 413],
  ["a large body", [sized(`${SYNC}${" ".repeat(8192)}`)], 413],
  ["a good call with a bad one in the same body, later", [sized(SYNC, SYNC.length + STOP.length), STOP], 403],
  ["a body that does not come to its end", [sized(SYNC, SYNC.length + 1)], 408],
  ["another type", [sized(SYNC).replace("application/json", "text/plain")], 400],
])("refuses %s", async (_, parts, status) => {
  const { raw, received } = await member();
  expect(await raw(...parts)).toBe(status);
  expect(received).toEqual([]);
});

test("a second request behind a first is judged as the first was", async () => {
  const { raw, received } = await member();
  expect(await raw(`${sized(SYNC)}${sized(STOP)}${sized(SYNC)}`)).toBe(200);
  expect(received.map(({ body }) => body)).not.toContain(STOP);
});

test("HTTP/2 is judged in the same way", async () => {
  const { url, received } = await member();
  const session = connectHttp2(url);
  onEnd(() => session.destroy());
  const ask = async (body: string, headers: Record<string, string>) => {
    const sent = session.request({
      ":method": "POST",
      "content-type": "application/json",
      "user-agent": "test",
      ...headers,
    });
    sent.end(body);
    const [answer] = await once(sent, "response");
    sent.resume();
    return answer[":status"];
  };
  const length = (body: string) => ({ "content-length": String(body.length) });
  expect(await ask(SYNC, length(SYNC))).toBe(200);
  expect(await ask(STOP, length(STOP))).toBe(403);
  expect(await ask(STOP, {})).toBe(400);
  expect(received.map(({ body }) => body)).toEqual([SYNC]);
});
