// An L1 with Aztec's contracts: anvil with the kept state on 8545. The consensus endpoint on 5052 is a stand-in: it
// answers that it is there, which is all that a node asks of it while there is no blob.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { answered } from "./anvil.mjs";

const options = ["--host", "0.0.0.0", "--load-state", "/l1/state.json", "--block-time", "12", "--silent"];
const anvil = spawn("anvil", options, { stdio: "inherit" });
anvil.on("close", code => process.exit(code ?? 1));
process.on("SIGTERM", () => anvil.kill("SIGTERM"));
// The last block is as old as the state, and a node that starts takes an L1 whose last block is old as out of sync.
await answered("evm_mine");
createServer(({ url }, response) => {
  const known = url.startsWith("/eth/v1/beacon/headers");
  response.writeHead(known ? 200 : 404, { "content-type": "application/json" }).end('{"data":[]}');
}).listen(5052);
