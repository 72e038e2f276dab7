/*!
 * A sidecar that holds the Lease for the node in its pod, and tells the node's start script until when it may be the
 * sequencer.
 */
import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeClient } from "../lib/kube";
import { log } from "../lib/log";
import { Steps } from "../lib/steps";
import { Agent } from "./agent";
import { type Config, readConfig } from "./config";
import { LastBlock } from "./last-block";
import { KubeLease } from "./lease";
import { LeaseMetrics } from "./metrics";
import { NodeWatch } from "./node-watch";
import { eventOf } from "./role-change";
import { RunFiles, uptime } from "./run-files";
import { serve } from "./server";
import type { World } from "./world";

function worldOf(config: Config): World {
  const client = new KubeClient(config.kube);
  const store = new KubeLease(client, config);
  const steps = new Steps();
  const node = new NodeWatch(config.node, uptime);
  void node.run();
  const last = new LastBlock(config.node.ready, uptime);
  void last.run();
  return {
    clock: uptime,
    store,
    files: new RunFiles(config.runFolder),
    node: {
      readyAt: () => node.readyAt,
      levelAt: () => node.levelAt,
      stranded: () => node.stranded(),
      stoodStill: since => node.stoodStill(since),
      height: () => node.newestHeight(),
      betweenBlocks: () => node.betweenBlocks(),
      lastHeight: () => last.height,
    },
    random: Math.random,
    tell(change, lease) {
      log("info", "role changed", { audit: true, pod: config.pod, ...change });
      const event = eventOf(change, config.pod);
      if (lease) void steps.run("events", () => client.event(store.involved(lease), event, "lease-agent", config.pod));
    },
    problem: message => (message === undefined ? steps.worked("lease") : steps.failed("lease", message)),
  };
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { pod, candidates, timings } = config;
  const metrics = new LeaseMetrics(pod);
  const agent = new Agent({ pod, instance: randomUUID(), candidates, timings }, worldOf(config), metrics);
  let lastStep = uptime();
  const server = await serve(config.port, {
    leader: () => agent.serving,
    healthy: () => uptime() - lastStep < 2 * timings.duration,
    metrics: () => metrics.render(agent.gauges()),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      log("info", `stopping on ${signal}`);
      agent.terminate();
      // Still held: the role stays as it is, so that a restarted agent goes on with it, and the script ends the node if
      // none comes.
      setTimeout(() => {
        log("warn", `the node has not stopped within ${timings.stop} ms; the Lease is left to expire`);
        process.exit(0);
      }, timings.stop);
    });
  }
  log("info", "started", { pod, lease: config.lease, port: (server.address() as AddressInfo).port });
  while (!agent.done) {
    const wait = await agent.step();
    lastStep = uptime();
    if (!agent.done) await sleep(wait);
  }
  log("info", "stopped");
  setTimeout(() => process.exit(0), 300); // the last Event is on its way
}

main().catch((error: Error) => {
  for (const line of error.message.split("\n")) log("error", line);
  process.exit(1);
});
