import { onNode } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import type { Example } from "../driver/example";
import { getJson, until } from "../driver/kubectl";

/** An environment on the cluster with a bootstrap node `boot` and stand-ins for peers in one pod, and what they say. */
export class BootNetwork {
  readonly namespace: string;
  readonly environment: TestEnvironment;

  /** @param peersIn instance label of the pod that has the peers */
  constructor(
    example: Example,
    private readonly peersIn: string,
  ) {
    this.namespace = example.namespace;
    this.environment = new TestEnvironment(example);
  }

  /** The record that peers are given. */
  async published(): Promise<string | undefined> {
    return (await getJson("-n", this.namespace, "configmap/boot-enr")).data?.["boot-0"];
  }

  /** The record that the bootstrap node serves at this moment. */
  live(): Promise<string> {
    return this.ask("boot", "bootstrap_getEncodedEnr");
  }

  /** Waits until the bootstrap node serves, and returns its record. */
  serves(seconds = 120): Promise<string> {
    return until(`${this.namespace}: the bootstrap node serves`, seconds, () => this.live());
  }

  /** The Service's address, which the bootstrap node announces. */
  async announced(): Promise<string> {
    return (await getJson("-n", this.namespace, "service/boot-p2p")).spec.clusterIP;
  }

  async events(reason: string): Promise<string[]> {
    const { items } = await getJson("-n", this.namespace, "events", "--field-selector", `reason=${reason}`);
    return items.map(({ message }: { message: string }) => message);
  }

  async pod(instance: string) {
    const { items } = await getJson("-n", this.namespace, "pods", "-l", `app.kubernetes.io/instance=${instance}`);
    return items.find(({ metadata }: { metadata: { deletionTimestamp?: string } }) => !metadata.deletionTimestamp);
  }

  /** What the peers say of their bootstrap nodes. */
  async peers(): Promise<PeerView[]> {
    const peers = await this.ask<{ bootnodes: PeerView[] }[]>(this.peersIn, "standin_peers");
    return peers.flatMap(({ bootnodes }) => bootnodes);
  }

  /** Waits until so many new peers have an answer from the bootstrap node. */
  protected async answered(peers: number, seconds: number): Promise<void> {
    await until(`${this.namespace}: ${peers} new peers have an answer`, seconds, async () => {
      const views = await this.peers();
      return views.length === peers && views.every(({ answeredMsAgo }) => answeredMsAgo !== null);
    });
  }

  protected async ask<T>(instance: string, method: string): Promise<T> {
    const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
    return JSON.parse(await this.curl(instance, 8080, "/", "-H", "content-type: application/json", "-d", request))
      .result;
  }

  /** From the pod's own node, which reaches it as kubelet does, whatever policies say. */
  protected async curl(instance: string, port: number, path: string, ...options: readonly string[]): Promise<string> {
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
