// The entry point of the stand-in, where the Aztec image has its own: `start --p2p-bootstrap` or `start --node`.
import { log } from "./env.js";
import { serve } from "./rpc.js";

const [command, ...flags] = process.argv.slice(2);
const role = flags.includes("--node") ? "node" : flags.includes("--p2p-bootstrap") ? "bootnode" : undefined;
if (command !== "start" || !role) {
  console.error("No module specified to start: this stand-in knows `start --p2p-bootstrap` and `start --node`");
  process.exit(1);
}

// discv5's cryptography has a native addon that `npm ci --ignore-scripts` leaves unbuilt. This picks its JavaScript,
// and is read when discv5 is loaded: hence the imports below.
process.env.NODE_BACKEND = "js";

log("stand-in for aztec, not aztec: real discv5, no rollup", { role });
const { start } = await (role === "node" ? import("./peer.js") : import("./bootnode.js"));
const { methods, stop } = await start();
const server = await serve(Number(process.env.AZTEC_PORT || 8080), methods);

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, async () => {
    log("stopping", { signal });
    server.close();
    server.closeAllConnections();
    await stop();
    process.exit(0);
  });
}
