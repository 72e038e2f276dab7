// Stands in for an L1 as nodes ask it at start: a chain ID, the head of a consensus node below /beacon, and no traces.
import { createServer } from "node:http";

const answer = method =>
  method === "eth_chainId"
    ? { result: "0x7a69" }
    : { error: { code: -32601, message: `the method ${method} does not exist/is not available` } };

createServer(async (request, response) => {
  if (request.method === "GET") {
    const known = request.url === "/beacon/eth/v1/beacon/headers/head";
    response.writeHead(known ? 200 : 404).end("{}");
    return;
  }
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const { id, method } = JSON.parse(text);
  response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer(method) }));
}).listen(8545);
