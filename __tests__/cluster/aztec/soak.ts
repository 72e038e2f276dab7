import { PEER_LABEL } from "../../../constructs/kubernetes/labels";
import { driver } from "../driver/driver";
import { apply, kubectl, until } from "../driver/kubectl";
import { BootNetwork } from "../p2p/boot-network";
import { STANDIN_IMAGE } from "../p2p/examples";
import { loadStandin } from "../p2p/network";
import { AZTEC_IMAGE, type AztecExample, aztecExample } from "./examples";
import { installed } from "./installed";

const USER = { runAsNonRoot: true, runAsUser: 10_001, runAsGroup: 10_001, seccompProfile: { type: "RuntimeDefault" } };

/** The pod of the peers. */
const PEERS = "peers";
const SELECTOR = { "app.kubernetes.io/instance": PEERS };

/** Puts the real node and the stand-in for peers on every cluster node. */
export async function loadImages(): Promise<void> {
  await driver.image(AZTEC_IMAGE, installed());
  await loadStandin();
}

/**
 * The real bootstrap node with idle peers, which only ping. The peers are stand-ins in one pod: as many real nodes
 * would take 18 GiB.
 */
export class Soak extends BootNetwork {
  constructor(
    example: AztecExample,
    private readonly count: number,
    private readonly pingSeconds: number,
  ) {
    super(aztecExample(example), PEERS);
  }

  /** Deploys the bootstrap node, and peers as soon as its record is published. */
  async deploy(): Promise<void> {
    await this.environment.deploy([this.peersPolicy()]);
    await kubectl(["-n", this.namespace, "rollout", "status", "statefulset/boot", "--timeout=300s"]);
    await this.replacePeers();
  }

  /** How many requests of the bootstrap node have come to the peers from its pod's address, and not its Service's. */
  async pingsFromPod(): Promise<number> {
    const { podIP } = (await this.pod("boot")).status;
    const counts = (await this.peers()).flatMap(({ requestsFrom }) =>
      Object.entries(requestsFrom).map(([from, requests]) => (from.startsWith(`${podIP}:`) ? requests : 0)),
    );
    return counts.reduce((sum, requests) => sum + requests, 0);
  }

  /** Puts new peers in the place of those that are there, and waits for an answer to each. */
  async replacePeers(): Promise<void> {
    const record = await until(`${this.namespace}: the record is published`, 300, () => this.published());
    await kubectl(["-n", this.namespace, "delete", `pod/${PEERS}`, "--ignore-not-found", "--wait"]);
    await apply([this.peersPod(record)]);
    await this.answered(this.count, 180);
  }

  private peersPod(record: string): object {
    const env = {
      AZTEC_PORT: "8080",
      BOOTSTRAP_NODES: record,
      DATA_DIRECTORY: "/tmp",
      STANDIN_PEERS: `${this.count}`,
      STANDIN_PING_INTERVAL_MS: `${this.pingSeconds * 1000}`,
    };
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: PEERS, namespace: this.namespace, labels: { ...SELECTOR, ...PEER_LABEL } },
      spec: {
        securityContext: USER,
        terminationGracePeriodSeconds: 5,
        volumes: [{ name: "tmp", emptyDir: {} }],
        containers: [
          {
            name: PEERS,
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
      metadata: { name: PEERS, namespace: this.namespace },
      spec: {
        podSelector: { matchLabels: SELECTOR },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{}],
        egress: [{}],
      },
    };
  }
}
