/*!
 * One round: counts the peers, reads the live record, and publishes it if nothing is published and it announces what
 * the node was told to announce; else compares it with what is published. It reports; it never restarts the node,
 * because after a restart running peers keep the superseding record with the dead address and stay away.
 */

import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpError, TIMEOUT_MS } from "../lib/http";
import type { KubeEvent } from "../lib/kube";
import { log } from "../lib/log";
import { Steps } from "../lib/steps";
import { type Announced, drift, notAnnounced } from "./compare";
import type { Config, PublishConfig } from "./config";
import { type Enr, parseEnr } from "./enr";
import { type ConfigMap, Kube } from "./kube";
import type { Metrics } from "./metrics";
import { noPublicAddress } from "./public-address";
import { NodeRpc } from "./rpc";

type State = "unknown" | "not announced" | "equal" | "drifted";

export class Agent {
  private readonly rpc: NodeRpc;
  private readonly record?: RecordWatch;
  private readonly steps = new Steps();

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {
    this.rpc = new NodeRpc(config.rpcUrl);
    metrics.set("rollup_network_agent_last_success_timestamp_seconds", 0);
    if (config.publish) this.record = new RecordWatch(config.pod, config.publish, this.rpc, metrics, this.steps);
  }

  async round(): Promise<void> {
    this.metrics.set("rollup_network_config_served", networkStatus(this.config.networkStatusFile));
    const peers = await this.steps.run("peers", () => this.peers());
    this.metrics.set("rollup_network_p2p_peers", peers === "standby" ? undefined : peers);
    this.metrics.set("rollup_network_node_standby", peers === undefined ? undefined : peers === "standby");
    const watched = this.record ? await this.steps.run("record", () => this.record?.check()) : true;
    if (peers !== undefined && watched) {
      this.metrics.set("rollup_network_agent_last_success_timestamp_seconds", Math.floor(Date.now() / 1000));
    }
  }

  /** How many peers the node has; one in standby has none yet, and that is not a failure. */
  private async peers(): Promise<number | "standby"> {
    try {
      return await this.rpc.peers(this.config.peersMethod);
    } catch (error) {
      // Until a rollup of its release is canonical, the software serves its status alone.
      if ((error as Error).message.endsWith("http status 404")) return "standby";
      throw error;
    }
  }
}

class RecordWatch {
  private readonly kube: Kube;
  private state: State = "unknown";
  private resolved?: string;

  constructor(
    private readonly pod: string,
    private readonly config: PublishConfig,
    private readonly rpc: NodeRpc,
    private readonly metrics: Metrics,
    private readonly steps: Steps,
  ) {
    this.kube = new Kube(config, pod);
    metrics.set("rollup_network_enr_published", false);
  }

  /** Answers whether everything could be found out. */
  async check(): Promise<boolean> {
    const found: { announced?: boolean; matches?: boolean } = {};
    try {
      const live = await this.live();
      const announced = await this.announced();
      if (announced) found.announced = notAnnounced(live, announced) === undefined;
      const configMap = await this.kube.configMap();
      const published = configMap.data[this.pod];
      this.metrics.set("rollup_network_enr_published", published !== undefined);
      if (published !== undefined) found.matches = await this.compare(live, published);
      else if (announced && !this.config.known) found.matches = await this.publish(live, announced, configMap);
      return announced !== undefined;
    } finally {
      this.metrics.set("rollup_network_enr_announced", found.announced);
      this.metrics.set("rollup_network_enr_matches_published", found.matches);
    }
  }

  private async live(): Promise<Enr> {
    try {
      return await this.rpc.enr(this.config.enrMethod);
    } catch (error) {
      const reason = error instanceof HttpError ? await noPublicAddress(this.config.publicAddressUrls) : undefined;
      throw reason === undefined ? error : new Error(`${(error as Error).message}: ${reason}`);
    }
  }

  private async publish(live: Enr, announced: Announced, configMap: ConfigMap): Promise<true | undefined> {
    const difference = notAnnounced(live, announced);
    if (difference) {
      const message = `the record of ${this.pod} is not published: ${difference}`;
      await this.enter("not announced", { type: "Warning", reason: "EnrNotAnnounced", message }, live);
      return undefined;
    }
    if (!(await this.kube.publish(live.text, configMap))) {
      log("info", "the ConfigMap was changed by another writer; it is read again in the next round", { pod: this.pod });
      return undefined;
    }
    this.metrics.set("rollup_network_enr_published", true);
    this.state = "unknown";
    const { configMap: name } = this.config;
    const message = `published the record of ${this.pod} in the ConfigMap ${name}: ${live.ip}:${live.udp}`;
    await this.enter("equal", { type: "Normal", reason: "EnrPublished", message }, live);
    return true;
  }

  private async compare(live: Enr, published: string): Promise<boolean> {
    const difference = differenceFrom(published, live);
    if (difference) {
      const message = [
        `the live record of ${this.pod} differs from the published one: ${difference}.`,
        "Nodes that start get the published one; nothing is restarted.",
        this.config.known
          ? "It is fixed by the values: bring back the key that it belongs to, " +
            "or put the ENR of the new key into identity.enrs."
          : `To publish anew, which happens once the live record announces ${this.target}: ${this.removal}`,
      ].join(" ");
      await this.enter("drifted", { type: "Warning", reason: "EnrDrift", message }, live);
      return false;
    }
    const message = `the live record of ${this.pod} has the key, address and ports of the published one`;
    if (this.state === "drifted")
      await this.enter("equal", { type: "Normal", reason: "EnrRestored", message: `${message} again` }, live);
    else if (this.state !== "equal") log("info", message, { pod: this.pod });
    this.state = "equal";
    return true;
  }

  /** Tells of a change of state, once. */
  private async enter(state: State, event: KubeEvent, live: Enr): Promise<void> {
    if (this.state === state) return;
    this.state = state;
    log(event.type === "Warning" ? "warn" : "info", event.message, {
      reason: event.reason,
      pod: this.pod,
      enr: live.text,
    });
    await this.steps.run("events", () => this.kube.event(event));
  }

  /** Asked for in every round: a Service that was made anew has another address, which the node does not announce. */
  private async announced(): Promise<Announced | undefined> {
    const { announcedHost, announcedIp, announcedPort: port } = this.config;
    if (!announcedHost) return { ip: announcedIp, port };
    this.resolved = (await this.steps.run("announced address", () => resolve(announcedHost))) ?? this.resolved;
    return this.resolved === undefined ? undefined : { ip: this.resolved, port };
  }

  private get target(): string {
    const { announcedHost, announcedIp, announcedPort } = this.config;
    return `${announcedIp ?? announcedHost ?? "an address"}:${announcedPort}`;
  }

  /** The operator's way to have a record published anew; without double quotes, which the log would escape. */
  private get removal(): string {
    const { namespace, configMap } = this.config;
    return `kubectl -n ${namespace} patch configmap ${configMap} --type=merge -p 'data: {${this.pod}: null}'`;
  }
}

/** Whether the node could read its network's configuration; undefined while it has not tried. */
function networkStatus(file?: string): boolean | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8") === "served";
  } catch {
    return undefined;
  }
}

function differenceFrom(published: string, live: Enr): string | undefined {
  try {
    return drift(live, parseEnr(published.trim()));
  } catch (error) {
    return `the published text is ${(error as Error).message}`;
  }
}

async function resolve(host: string): Promise<string> {
  const late = sleep(TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${TIMEOUT_MS / 1000} s`);
  });
  try {
    return (await Promise.race([lookup(host, { family: 4 }), late])).address;
  } catch (error) {
    throw new Error(
      `cannot resolve ${host}, which the node is to announce; nothing is published before: ${(error as Error).message}`,
    );
  }
}
