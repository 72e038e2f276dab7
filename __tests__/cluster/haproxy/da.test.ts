import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { MESH } from "../../../constructs/sequencer/mesh/ports";
import { pathEnv } from "../../../constructs/sequencer/mesh/upstreams";
import { Authority, echoWebsockets, folder, get, Meshes, onEnd, Running, until, websocket } from "./haproxy";

const authority = new Authority();
const name = "da.example.com";
/** Where the endpoints listen. */
const HOST = "127.9.9.9";
const certificate = authority.issue({ cn: name, names: [name] });

/** A DA that answers with its name and the Host header, over TLS with these files. */
async function endpoint(text: string, files = ""): Promise<number> {
  return (await closable(text, files)).port;
}

async function closable(text: string, files = "") {
  const answer = (request: IncomingMessage, response: { end(text: string): unknown }) =>
    response.end(`${text} ${request.headers.host}`);
  const read = (file: string) => readFileSync(join(files, file));
  const server = files
    ? createTlsServer({ key: read("tls.key"), cert: read("tls.crt") }, answer)
    : createServer(answer);
  echoWebsockets(server);
  await once(server.listen(0, HOST), "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onEnd(close);
  return { port: (server.address() as AddressInfo).port, close };
}

/** A DA in a process of its own, whose network `drop` turns into a black hole: it stops, and its backlog is filled. */
async function droppable(text: string): Promise<{ port: number; drop(): Promise<void> }> {
  const program = `const server = require("http").createServer((q, r) => r.end("${text} " + q.headers.host));
    server.listen({ port: 0, host: "${HOST}", backlog: 1 }, () => console.log("port", server.address().port))`;
  const running = new Running(spawn(process.execPath, ["-e", program], { detached: true }), folder());
  const port = Number((await running.logged(/port \d+/)).slice(5));
  const taken = async () => {
    const socket = connect(port, HOST);
    onEnd(() => socket.destroy());
    return Promise.race([
      once(socket, "connect").then(() => true),
      new Promise(resolve => setTimeout(resolve, 100, false)),
    ]);
  };
  return {
    port,
    async drop() {
      running.signal("SIGSTOP");
      await until("a full backlog", async () => !(await taken()));
    },
  };
}

function start(endpoints: string[], env: Record<string, string> = {}) {
  const meshes = new Meshes({ tls: false, upstreams: [{ name: "da", port: MESH.daPort, endpoints }] });
  const mesh = meshes.start(0, "", env);
  const url = `http://${meshes.loopback(0, 1)}:7980/`;
  return { url, mesh, answers: (text: string) => until(text, async () => (await get(url)).body.startsWith(text)) };
}

test("the first endpoint gets everything, with its own Host header", async () => {
  const ports = [await endpoint("first"), await endpoint("second")];
  const { url, answers } = start(ports.map(port => `http://${HOST}:${port}`));
  await answers("first");
  for (let i = 0; i < 5; i++) expect((await get(url)).body).toBe(`first ${HOST}:${ports[0]}`);
});

/** A DA that answers with its name and the path that it was asked for. */
async function asked(text: string) {
  const server = createServer((request, response) => response.end(`${text} ${request.url}`));
  await once(server.listen(0, HOST), "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onEnd(close);
  return { url: `http://${HOST}:${(server.address() as AddressInfo).port}`, close };
}

test("each endpoint gets the path of its own Secret; the path is in no log and no configuration", async () => {
  const [first, second, third] = [await asked("first"), await asked("second"), await asked("third")];
  const endpoints = [first.url, second.url, third.url];
  const pathSecrets = {
    [first.url]: { secret: "da", key: "first" },
    [third.url]: { secret: "da", key: "third" },
  };
  const upstream = { name: "da", port: MESH.daPort, endpoints, pathSecrets };
  expect(pathEnv([upstream]).map(({ name }) => name)).toEqual(["DA_PATH_0", "DA_PATH_2"]);
  const meshes = new Meshes({ tls: false, upstreams: [upstream] });
  const mesh = meshes.start(0, "", { DA_PATH_0: "/v1/s3cret-a\n", DA_PATH_2: "s3cret-b/" });
  const url = `http://${meshes.loopback(0, 1)}:7980`;
  const answer = (path: string, text: string) => until(text, async () => (await get(`${url}${path}`)).body === text);
  await answer("/", "first /v1/s3cret-a");
  await answer("/rpc?a=1", "first /v1/s3cret-a/rpc?a=1");
  first.close();
  await answer("/", "second /");
  second.close();
  await answer("/", "third /s3cret-b/");
  third.close();
  await until("a refusal", async () => (await get(`${url}/lost`)).status === 503);
  await mesh.logged(/GET \/lost/);
  expect(mesh.log).not.toContain("s3cret");
  expect(meshes.config).not.toContain("s3cret");
});

test("an endpoint that refuses a connection loses that request; the next one gets those after it", async () => {
  const first = await closable("first");
  const second = await endpoint("second");
  const { url, answers } = start([`http://${HOST}:${first.port}`, `http://${HOST}:${second}`]);
  await answers("first");
  first.close();
  const lost = get(url).then(
    ({ status }) => status,
    error => error.code,
  );
  expect([503, "ECONNRESET"]).toContain(await lost);
  for (let i = 0; i < 5; i++) expect((await get(url)).body).toBe(`second ${HOST}:${second}`);
});

/** What is under way on an open connection is cut when the checks fail, and the node asks again. */
const answered = (url: string, right: (answer: Awaited<ReturnType<typeof get>>) => boolean) =>
  until("the answer", async () => right(await get(url)));

test("a black-holed endpoint costs a second at most, then the next one answers", async () => {
  const first = await droppable("first");
  const second = await endpoint("second");
  const { url, answers } = start([`http://${HOST}:${first.port}`, `http://${HOST}:${second}`]);
  await answers("first");
  await first.drop();
  const began = performance.now();
  await answered(url, ({ body }) => body === `second ${HOST}:${second}`);
  const took = performance.now() - began;
  console.log(`black hole to the second endpoint: ${took.toFixed()} ms`);
  expect(took).toBeLessThan(1500);
});

test("a black-holed only endpoint is refused", async () => {
  const only = await droppable("only");
  const { url, answers } = start([`http://${HOST}:${only.port}`]);
  await answers("only");
  await only.drop();
  const began = performance.now();
  await answered(url, ({ status }) => status === 503);
  const [took, again] = [performance.now() - began, performance.now()];
  expect((await get(url)).status).toBe(503);
  console.log(`black hole to the refusal: ${took.toFixed()} ms, then ${(performance.now() - again).toFixed()} ms`);
  expect(took).toBeLessThan(1500);
});

test("a websocket passes", async () => {
  const port = await endpoint("first");
  const { url, answers } = start([`http://${HOST}:${port}`]);
  await answers("first");
  const client = websocket(new URL(url).hostname, 7980);
  expect(await client.echo("frames")).toBe(true);
});

describe("https", () => {
  /** What the pod has from cluster DNS, and from the word `caBundle`. */
  const environment = async () => ({
    NAMESERVER: (await dns({ [name]: HOST })).address,
    SSL_CERT_FILE: authority.file,
  });

  test("with the endpoint's name and certificate", async () => {
    const port = await endpoint("tls", certificate);
    const { url, answers } = start([`https://${name}:${port}`], await environment());
    await answers("tls");
    expect((await get(url)).body).toBe(`tls ${name}:${port}`);
  });

  test.each([
    ["another name", () => authority.issue({ names: ["other.example.com"] })],
    ["another authority", () => new Authority().issue({ names: [name] })],
  ])("not with a certificate of %s", async (_, files) => {
    const port = await endpoint("tls", files());
    const { url, mesh } = start([`https://${name}:${port}`], await environment());
    await mesh.logged(/Health check for server da\/\S+ failed, reason: Layer6 invalid response/);
    expect((await get(url)).status).toBe(503);
  });
});

test("an endpoint keeps its address while DNS is gone, and follows a new one", async () => {
  const host = "da.net.svc.cluster.local";
  const port = await endpoint("first");
  const table = { [host]: HOST };
  const resolver = await dns(table);
  const { url, answers, mesh } = start([`http://da.net.svc:${port}`], { NAMESERVER: resolver.address });
  await answers(`first ${host}:${port}`);
  resolver.failing = true;
  const asked = resolver.queries;
  await until("failures for some seconds", () => resolver.queries > asked + 20, 40);
  expect((await get(url)).status).toBe(200);
  resolver.failing = false;
  table[host] = "127.9.9.10";
  await mesh.logged(/IP changed from '127.9.9.9' to '127.9.9.10'/);
});

/** A name server over this table; `failing` answers SERVFAIL. */
async function dns(table: Record<string, string>) {
  const socket = createSocket("udp4");
  const server = { address: "", failing: false, queries: 0 };
  socket.on("message", (query, peer) => {
    server.queries++;
    const labels: string[] = [];
    let at = 12;
    for (let size = query[at]; size; size = query[at]) {
      labels.push(query.toString("ascii", at + 1, at + 1 + size));
      at += size + 1;
    }
    const question = query.subarray(12, at + 5);
    const address =
      query.readUInt16BE(at + 1) === 1 && !server.failing ? table[labels.join(".").toLowerCase()] : undefined;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(server.failing ? 0x8182 : 0x8180, 2);
    head.writeUInt16BE(address ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const record = address
      ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split(".").map(Number)])
      : Buffer.alloc(0);
    socket.send(Buffer.concat([head, question, record]), peer.port, peer.address);
  });
  await once(socket.bind(0, "127.0.0.1"), "listening");
  onEnd(() => socket.close());
  server.address = `127.0.0.1:${socket.address().port}`;
  return server;
}
