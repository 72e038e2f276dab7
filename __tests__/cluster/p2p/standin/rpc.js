// JSON-RPC over HTTP with the manners of Aztec's server: every error is a JSON-RPC error with status 400, and so is a
// body that does not say it is JSON.
import { createServer } from "node:http";

const failure = (id, code, message) => ({ status: 400, body: { jsonrpc: "2.0", id, error: { code, message } } });

const answer = async (text, isJson, methods) => {
  let request;
  try {
    request = isJson ? JSON.parse(text) : {};
  } catch (error) {
    return failure(null, -32700, `Parse error: ${error.message}`);
  }
  const { id = null, method } = request ?? {};
  if (typeof method !== "string" || !method) return failure(id, -32600, "Invalid request");
  if (!Object.hasOwn(methods, method)) return failure(id, -32601, `Method not found: ${method}`);
  try {
    return { status: 200, body: { jsonrpc: "2.0", id, result: await methods[method]() } };
  } catch (error) {
    return failure(id, -32702, error.message);
  }
};

const handle = async (request, response, methods) => {
  const path = new URL(request.url, "http://localhost").pathname;
  if (["GET", "HEAD"].includes(request.method) && path === "/status") return response.writeHead(200).end();
  const isStandby = process.env.STANDIN_STANDBY === "1"; // serves its status alone
  if (request.method !== "POST" || path !== "/" || isStandby) return response.writeHead(404).end();
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const isJson = /^application\/json\b/i.test(request.headers["content-type"] ?? "");
  const { status, body } = await answer(text, isJson, methods);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};

export const serve = async (port, methods) => {
  // A client that hangs up in the middle of its request is its own problem, never the node's.
  const server = createServer(
    (request, response) => void handle(request, response, methods).catch(() => response.destroy()),
  );
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, resolve));
  return server;
};
