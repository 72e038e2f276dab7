/*! What Prometheus reads at /metrics. A gauge that the last round could not find out is absent. */
import { createServer, type Server } from "node:http";

const HELP = {
  rollup_network_enr_published: "1 when the ConfigMap holds a record of this pod, else 0.",
  rollup_network_enr_matches_published:
    "1 when the live record has the key, address and ports of the published one, else 0.",
  rollup_network_enr_announced:
    "1 when the live record has the address and ports that the node was told to announce, else 0.",
  rollup_network_config_served: "1 when the node read its network's configuration as it starts, 0 when it could not.",
  rollup_network_node_standby: "1 while the node waits until a rollup of its release is canonical, else 0.",
  rollup_network_p2p_peers: "Peers the node knows.",
  rollup_network_agent_last_success_timestamp_seconds:
    "When the agent last finished a round without an error, Unix time; 0 before the first.",
};

export type Gauge = keyof typeof HELP;

export class Metrics {
  private readonly values = new Map<Gauge, number>();

  constructor(private readonly pod: string) {}

  set(gauge: Gauge, value: number | boolean | undefined): void {
    if (value === undefined) this.values.delete(gauge);
    else this.values.set(gauge, Number(value));
  }

  render(): string {
    const gauges = (Object.keys(HELP) as Gauge[]).filter(gauge => this.values.has(gauge));
    return gauges
      .map(
        name =>
          `# HELP ${name} ${HELP[name]}\n# TYPE ${name} gauge\n${name}{pod="${this.pod}"} ${this.values.get(name)}\n`,
      )
      .join("");
  }

  listen(port: number): Promise<Server> {
    const server = createServer((request, response) => {
      const path = request.url?.split("?")[0];
      if (path === "/metrics")
        response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8").end(this.render());
      else if (path === "/healthz") response.end("ok\n");
      else response.writeHead(404).end("not found: /metrics and /healthz are here\n");
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "0.0.0.0", () => resolve(server));
    });
  }
}
