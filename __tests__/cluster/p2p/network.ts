import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PEER_LABEL } from "../../../constructs/kubernetes/labels";
import type { KubernetesObject } from "../../../manifests/objects";
import { driver, onNode } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import { apply, getJson, kubectl, until } from "../driver/kubectl";
import { run } from "../driver/run";
import { type P2pExample, p2pExample, STANDIN_IMAGE } from "./examples";

/** Builds the stand-in for the node's image from its root folder, and puts it on every node. */
export async function loadStandin(): Promise<void> {
  const standin = join(__dirname, "standin");
  const root = mkdtempSync(join(tmpdir(), "standin-"));
  try {
    await run([join(standin, "build.sh"), root]);
    await driver.image(STANDIN_IMAGE, root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A `local` environment on the cluster. */
export class P2pNetwork {
  readonly namespace: string;
  readonly environment: TestEnvironment;

  constructor(private readonly example: P2pExample) {
    this.namespace = example.namespace;
    this.environment = new TestEnvironment(p2pExample(example));
  }

  async deploy(): Promise<void> {
    await this.environment.deploy([this.peersPolicy()]);
    await this.rolledOut();
  }

  /** The peers have a port each in one pod, and the pod's own policy opens only the first. */
  private peersPolicy(): object {
    const ports = [{ protocol: "UDP", port: 40400, endPort: 40400 + this.example.peers - 1 }];
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "peers-in-one-pod", namespace: this.namespace },
      spec: {
        podSelector: { matchLabels: { "app.kubernetes.io/instance": "full" } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: PEER_LABEL } }], ports }],
      },
    };
  }

  /** Applies the objects with a change to them. */
  async change(change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[]): Promise<void> {
    await apply(await this.environment.resolved(change));
    await this.rolledOut();
  }

  private async rolledOut(): Promise<void> {
    await kubectl(["-n", this.namespace, "rollout", "status", "statefulset/boot", "--timeout=120s"]);
  }

  /** The record that peers are given. */
  async published(): Promise<string | undefined> {
    return (await getJson("-n", this.namespace, "configmap/boot-enr")).data?.["boot-0"];
  }

  /** The record that the bootstrap node serves at this moment. */
  live(): Promise<string> {
    return this.ask("boot", "bootstrap_getEncodedEnr");
  }

  /** ENRs in the routing table of the bootstrap node, which is empty when it starts. */
  routingTable(): Promise<string[]> {
    return this.ask("boot", "bootstrap_getRoutingTable");
  }

  /** What the peers of the stand-in say of their bootstrap nodes. */
  async peers(): Promise<PeerView[]> {
    const peers = await this.ask<{ bootnodes: PeerView[] }[]>("full", "standin_peers");
    return peers.flatMap(({ bootnodes }) => bootnodes);
  }

  /** The Service's address, which the bootstrap node announces. */
  async announced(): Promise<string> {
    return (await getJson("-n", this.namespace, "service/boot-p2p")).spec.clusterIP;
  }

  /** A metric of the bootstrap node's agent. */
  async metric(name: string): Promise<number> {
    const stdout = await this.curl("boot", 9102, "/metrics");
    return Number(new RegExp(`^${name}{.*} (.*)$`, "m").exec(stdout)?.[1] ?? "NaN");
  }

  async events(reason: string): Promise<string[]> {
    const { items } = await getJson("-n", this.namespace, "events", "--field-selector", `reason=${reason}`);
    return items.map(({ message }: { message: string }) => message);
  }

  async pod(instance: string) {
    const { items } = await getJson("-n", this.namespace, "pods", "-l", `app.kubernetes.io/instance=${instance}`);
    return items.find(({ metadata }: { metadata: { deletionTimestamp?: string } }) => !metadata.deletionTimestamp);
  }

  /** Waits until so many peers are in the bootstrap node's routing table. */
  async connected(peers: number): Promise<void> {
    await until(
      `${this.namespace}: ${peers} peers connected`,
      120,
      async () => (await this.routingTable()).length === peers,
    );
  }

  /**
   * Puts new peers in the place of those that are there, which may not ask again a bootstrap node that did not answer,
   * and waits for an answer to each.
   */
  async replacePeers(peers: number): Promise<void> {
    await kubectl(["-n", this.namespace, "rollout", "restart", "deployment/full"]);
    await kubectl(["-n", this.namespace, "rollout", "status", "deployment/full", "--timeout=120s"]);
    await until("the new peers are connected", 60, async () => {
      const views = await this.peers();
      return views.length === peers && views.every(({ answeredMsAgo }) => answeredMsAgo !== null);
    });
  }

  /** Waits until the bootstrap node serves, and returns its record. */
  serves(seconds = 120): Promise<string> {
    return until(`${this.namespace}: the bootstrap node serves`, seconds, () => this.live());
  }

  private async ask<T>(instance: string, method: string): Promise<T> {
    const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
    return JSON.parse(await this.curl(instance, 8080, "/", "-H", "content-type: application/json", "-d", request))
      .result;
  }

  /** From the pod's own node, which reaches it as kubelet does, whatever policies say. */
  private async curl(instance: string, port: number, path: string, ...options: readonly string[]): Promise<string> {
    const { spec, status } = await this.pod(instance);
    const url = `http://${status.podIP}:${port}${path}`;
    return (await onNode(spec.nodeName, ["curl", "-sf", "--max-time", "5", ...options, url])).stdout;
  }
}

export interface PeerView {
  readonly ip: string;
  readonly seq: string;
  readonly connected: boolean;
  /** Time since the bootstrap node last answered this peer; null when it never did. */
  readonly answeredMsAgo: number | null;
  /** Requests of the bootstrap node by the address they came from. */
  readonly requestsFrom: Readonly<Record<string, number>>;
}
