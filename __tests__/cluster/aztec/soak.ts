import { PEER_LABEL } from "../../../constructs/kubernetes/labels";
import { driver, onNode } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import { apply, getJson, kubectl, until } from "../driver/kubectl";
import { STANDIN_IMAGE } from "../p2p/examples";
import { loadStandin, type PeerView } from "../p2p/network";
import { AZTEC_IMAGE, type AztecExample, aztecExample } from "./examples";
import { installed } from "./installed";

const USER = { runAsNonRoot: true, runAsUser: 10_001, runAsGroup: 10_001, seccompProfile: { type: "RuntimeDefault" } };

/** Puts the real node and the stand-in for peers on every cluster node. */
export async function loadImages(): Promise<void> {
  await driver.image(AZTEC_IMAGE, installed());
  await loadStandin();
}

/**
 * The real bootstrap node with idle peers, which only ping. The peers are stand-ins in one pod: as many real nodes
 * would take 18 GiB.
 */
export class Soak {
  readonly namespace: string;
  private readonly environment: TestEnvironment;
  private generation = 0;

  constructor(
    example: AztecExample,
    private readonly peers: number,
    private readonly pingSeconds: number,
  ) {
    this.namespace = example.namespace;
    this.environment = new TestEnvironment(aztecExample(example));
  }

  /** Deploys the bootstrap node, and peers as soon as its record is published. */
  async deploy(): Promise<void> {
    await this.environment.deploy([this.peersPolicy()]);
    await kubectl(["-n", this.namespace, "rollout", "status", "statefulset/boot", "--timeout=300s"]);
    await this.replacePeers();
  }

  /** The record that peers are given. */
  async published(): Promise<string | undefined> {
    return (await getJson("-n", this.namespace, "configmap/boot-enr")).data?.["boot-0"];
  }

  /** The record that the bootstrap node serves at this moment. */
  live(): Promise<string> {
    return until(`${this.namespace}: the bootstrap node serves`, 60, () =>
      this.ask<string>("boot-0", "bootstrap_getEncodedEnr"),
    );
  }

  /** The Service's address, which the bootstrap node announces. */
  async announced(): Promise<string> {
    return (await getJson("-n", this.namespace, "service/boot-p2p")).spec.clusterIP;
  }

  async events(reason: string): Promise<string[]> {
    const { items } = await getJson("-n", this.namespace, "events", "--field-selector", `reason=${reason}`);
    return items.map(({ message }: { message: string }) => message);
  }

  /** How many requests of the bootstrap node have come to the peers from its pod's address, and not its Service's. */
  async pingsFromPod(): Promise<number> {
    const { podIP } = (await getJson("-n", this.namespace, "pod/boot-0")).status;
    const counts = (await this.views()).flatMap(({ requestsFrom }) =>
      Object.entries(requestsFrom).map(([from, requests]) => (from.startsWith(`${podIP}:`) ? requests : 0)),
    );
    return counts.reduce((sum, requests) => sum + requests, 0);
  }

  /** Puts new peers in the place of those that are there, and waits for an answer to each. */
  async replacePeers(): Promise<void> {
    const record = await until(`${this.namespace}: the record is published`, 300, () => this.published());
    await kubectl(["-n", this.namespace, "delete", "pod", "-l", "app=peers", "--ignore-not-found", "--wait"]);
    this.generation += 1;
    await apply([this.peersPod(record)]);
    await until(`${this.namespace}: ${this.peers} peers have an answer`, 180, async () => {
      const views = await this.views();
      return views.length === this.peers && views.every(({ answeredMsAgo }) => answeredMsAgo !== null);
    });
  }

  private async views(): Promise<readonly PeerView[]> {
    const peers = await this.ask<{ bootnodes: PeerView[] }[]>(`peers-${this.generation}`, "standin_peers");
    return peers.flatMap(({ bootnodes }) => bootnodes);
  }

  /** From the pod's own node, which reaches it as kubelet does, whatever policies say. */
  private async ask<T>(pod: string, method: string): Promise<T> {
    const { spec, status } = await getJson("-n", this.namespace, `pod/${pod}`);
    const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
    const options = ["-sf", "--max-time", "5", "-H", "content-type: application/json", "-d", request];
    const { stdout } = await onNode(spec.nodeName, ["curl", ...options, `http://${status.podIP}:8080/`]);
    return JSON.parse(stdout).result;
  }

  private peersPod(record: string): object {
    const env = {
      AZTEC_PORT: "8080",
      BOOTSTRAP_NODES: record,
      DATA_DIRECTORY: "/tmp",
      STANDIN_PEERS: `${this.peers}`,
      STANDIN_PING_INTERVAL_MS: `${this.pingSeconds * 1000}`,
    };
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `peers-${this.generation}`,
        namespace: this.namespace,
        labels: { app: "peers", ...PEER_LABEL },
      },
      spec: {
        securityContext: USER,
        terminationGracePeriodSeconds: 5,
        volumes: [{ name: "tmp", emptyDir: {} }],
        containers: [
          {
            name: "peers",
            image: STANDIN_IMAGE,
            imagePullPolicy: "IfNotPresent",
            command: ["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start", "--node"],
            env: [
              { name: "P2P_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
              ...Object.entries(env).map(([name, value]) => ({ name, value })),
            ],
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    };
  }

  /** The environment's policies are for its own pods, and deny the peers everything else. */
  private peersPolicy(): object {
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "peers", namespace: this.namespace },
      spec: {
        podSelector: { matchLabels: { app: "peers" } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{}],
        egress: [{}],
      },
    };
  }
}
