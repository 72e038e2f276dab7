// Between an agent and the API server, so that the way can be cut for one agent alone: a TCP forwarder, and a node's readiness.
import { createServer as createHttp } from "node:http";
import { connect, createServer } from "node:net";

const api = new URL(process.argv[2]);
const forwarder = createServer(near => {
  const far = connect(Number(api.port), api.hostname);
  near.pipe(far).pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
});
const ready = createHttp((_, response) => response.end("ok"));
forwarder.listen(0, "127.0.0.1", () =>
  ready.listen(0, "127.0.0.1", () =>
    console.log(JSON.stringify({ pid: process.pid, api: forwarder.address().port, ready: ready.address().port })),
  ),
);
