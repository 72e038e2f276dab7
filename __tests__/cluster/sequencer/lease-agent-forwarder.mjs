// Between an agent and the API server, so that the way can be cut, or answers replaced, for one agent alone: a TCP
// forwarder, a proxy for HTTP that answers requests for Leases itself with the status in a file, while there is one,
// and a node that is level: ready, with a block of a peer.
import { existsSync, readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { request } from "node:https";
import { connect, createServer } from "node:net";

const [server, caFile, faultFile] = process.argv.slice(2);
const api = new URL(server);
const ca = readFileSync(caFile);
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
const proxy = createHttp((near, answer) => {
  const { method, url, headers } = near;
  if (existsSync(faultFile) && url.includes("/leases/")) {
    near.resume();
    answer.writeHead(Number(readFileSync(faultFile, "utf8")), { "retry-after": "1" }).end("{}");
    return;
  }
  const far = request(
    { host: api.hostname, port: api.port, path: url, method, headers: { ...headers, host: api.host }, ca },
    from => {
      answer.writeHead(from.statusCode, from.headers);
      from.pipe(answer);
    },
  );
  far.on("error", () => answer.destroy());
  near.pipe(far);
});
const level = createHttp((_, response) => response.end('evnode_sequencer_blocks_synchronized_total{source="p2p"} 1\n'));
const listening = [forwarder, proxy, level].map(each => new Promise(resolve => each.listen(0, "127.0.0.1", resolve)));
await Promise.all(listening);
const [tcp, http, node] = [forwarder, proxy, level].map(each => each.address().port);
console.log(JSON.stringify({ pid: process.pid, api: tcp, http, node }));
