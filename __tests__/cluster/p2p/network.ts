import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PEER_LABEL } from "../../../constructs/kubernetes/labels";
import type { KubernetesObject } from "../../../manifests/objects";
import { driver } from "../driver/driver";
import { apply, kubectl, until } from "../driver/kubectl";
import { run } from "../driver/run";
import { BootNetwork } from "./boot-network";
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
export class P2pNetwork extends BootNetwork {
  constructor(private readonly example: P2pExample) {
    super(p2pExample(example), "full");
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

  /** ENRs in the routing table of the bootstrap node, which is empty when it starts. */
  routingTable(): Promise<string[]> {
    return this.ask("boot", "bootstrap_getRoutingTable");
  }

  /** A metric of the bootstrap node's agent. */
  async metric(name: string): Promise<number> {
    const stdout = await this.curl("boot", 9102, "/metrics");
    return Number(new RegExp(`^${name}{.*} (.*)$`, "m").exec(stdout)?.[1] ?? "NaN");
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
    await this.answered(peers, 60);
  }
}
