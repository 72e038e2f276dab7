/*! A sidecar that publishes the ENR of the node in its pod, once, and says when the live one differs from it. */
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../lib/log";
import { Agent } from "./agent";
import { readConfig } from "./config";
import { Metrics } from "./metrics";

async function main(): Promise<void> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      log("info", `stopping on ${signal}`);
      process.exit(0);
    });
  }
  const config = readConfig(process.env);
  const metrics = new Metrics(config.pod);
  const server = await metrics.listen(config.port);
  log("info", "started", {
    pod: config.pod,
    port: (server.address() as AddressInfo).port,
    configMap: config.publish?.configMap,
  });
  const agent = new Agent(config, metrics);
  for (;;) {
    await agent.round();
    await sleep(config.intervalSeconds * 1000);
  }
}

main().catch((error: Error) => {
  for (const line of error.message.split("\n")) log("error", line);
  process.exit(1);
});
