import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { KubernetesObject } from "../../../manifests/objects";
import { anyNode, onNode } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import { EVNODE_IMAGE, initSequencer, type SequencerKeys } from "../driver/images";
import { apply, getJson, kubectl, until } from "../driver/kubectl";
import { run } from "../driver/run";
import { Watchers } from "../driver/watchers";
import { type SequencerExample, sequencerExample, watchersOf } from "./examples";
import { type Member, Watch } from "./watcher";

const STEADY_MS = 5_000;

/** A sequencer of `examples/sequencer`, deployed into a namespace of its own, with a local DA beside it. */
export class SequencerNetwork {
  /** In the namespace that the values name for writers, readers and monitoring. */
  readonly watchers: Watchers;

  private constructor(
    readonly namespace: string,
    readonly members: number,
    readonly environment: TestEnvironment,
    private readonly keys: SequencerKeys,
    private readonly mesh: MeshKeys | undefined,
  ) {
    this.watchers = new Watchers(watchersOf(namespace));
  }

  static async create(example: SequencerExample): Promise<SequencerNetwork> {
    const { namespace, members } = example;
    const keys = await initSequencer({ members });
    const peerIds = keys.nodeKeys.map(({ peerId }) => peerId);
    const environment = new TestEnvironment(sequencerExample(example, { peerIds, genesis: keys.genesis }));
    const mesh = example.example === "raft-3" ? await meshKeys(namespace, members) : undefined;
    return new SequencerNetwork(namespace, members, environment, keys, mesh);
  }

  /** @param beside objects of the namespace that are there before the members */
  async deploy(beside: readonly object[] = []): Promise<void> {
    await apply(dataAvailability(`${this.namespace}-da`, this.members === 2 ? this.namespace : undefined));
    await Promise.all([this.watchers.start(), this.environment.deploy([...this.secrets(), ...beside])]);
  }

  /** Applies the objects with a change to them. */
  async change(change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[]): Promise<void> {
    await apply(await this.environment.resolved(change));
  }

  private secrets(): object[] {
    const { nodeKeys, signerJson, passphrase } = this.keys;
    const secret = (name: string, stringData: Record<string, string>) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: this.namespace },
      stringData,
    });
    return [
      secret("seq-node-keys", Object.fromEntries(nodeKeys.map(({ json }, i) => [`seq-${i}`, json]))),
      secret("seq-signer", { "signer.json": signerJson, passphrase }),
      ...(this.mesh ? [this.mesh.secret] : []),
    ];
  }

  /** The pods and what they printed last, for a test that failed. */
  async lastWords(lines = 80): Promise<string> {
    const ask = (args: string[]) => kubectl(["-n", this.namespace, ...args]).then(({ stdout }) => stdout, String);
    const logs = (pod: string, container: string, ...more: string[]) =>
      ask(["logs", pod, "-c", container, `--tail=${lines}`, "--timestamps", ...more]);
    const said = this.names.map(async pod => {
      const [node, before, mesh] = await Promise.all([
        logs(pod, "node"),
        logs(pod, "node", "--previous"),
        logs(pod, "mesh"),
      ]);
      return `== ${pod}\n${node}-- its container before\n${before}-- mesh\n${mesh}`;
    });
    return [await ask(["get", "pods", "-o", "wide"]), ...(await Promise.all(said))].join("\n");
  }

  get names(): string[] {
    return Array.from({ length: this.members }, (_, i) => `seq-${i}`);
  }

  async pods(): Promise<Pod[]> {
    const { items } = await getJson("-n", this.namespace, "pods", "-l", "app.kubernetes.io/component=sequencer");
    return items.map((pod: never) => podOf(pod));
  }

  async ready(seconds = 120): Promise<Pod[]> {
    return until(
      `${this.namespace}: ${this.members} members ready`,
      seconds,
      async () => {
        const pods = await this.pods();
        return pods.length === this.members && pods.every(({ ready }) => ready) && pods;
      },
      0.5,
    );
  }

  /**
   * Waits until every member is ready, and has been level in blocks, headers and data for a while: one that is elected
   * without the latest headers waits for them. A fault on another's heels is another fault.
   * @param blocks how many of them may lie between members
   */
  async settled(seconds = 240, blocks = 10): Promise<Pod[]> {
    const pods = await this.ready(seconds);
    let since = Number.POSITIVE_INFINITY;
    await until(`${this.namespace}: members are level for ${STEADY_MS / 1000} s`, 180, async () => {
      const stores = await Promise.all(
        pods.map(async pod => [pod.name, await storeHeights(pod).catch(() => [0])] as const),
      );
      const heights = stores.flatMap(([, ofMember]) => ofMember);
      const level = Math.min(...heights) > 0 && Math.max(...heights) - Math.min(...heights) <= blocks;
      since = level ? Math.min(since, Date.now()) : Number.POSITIVE_INFINITY;
      if (Date.now() - since < STEADY_MS) throw new Error(`heights of headers and data: ${JSON.stringify(stores)}`);
      return true;
    });
    return pods;
  }

  /** The members at their Services, whose addresses outlive pods. */
  async services(): Promise<Member[]> {
    const services = await Promise.all(this.names.map(name => getJson("-n", this.namespace, `service/${name}`)));
    return services.map(({ metadata, spec }) => ({ name: metadata.name, address: spec.clusterIP }));
  }

  async watch(node: string, leader: "raft" | "lease" = "raft"): Promise<Watch> {
    return new Watch(this.watchers.on(node), await this.services(), leader);
  }

  /** The member that says it leads, when exactly one does. */
  async leader(mode: "raft" | "lease"): Promise<string | undefined> {
    const asked = await Promise.all(
      (await this.services()).map(async ({ name, address }) => {
        const url = mode === "raft" ? `http://${address}:7331/raft/node` : `http://${address}:9103/leader`;
        const ask = this.watchers.on(anyNode)(["curl", "-sf", "--max-time", "2", url]);
        const answer = await run(ask).catch(() => undefined);
        return answer && (mode === "lease" || answer.stdout.includes('"is_leader":true')) ? name : undefined;
      }),
    );
    const leaders = asked.filter(name => name !== undefined);
    return leaders.length === 1 ? leaders[0] : undefined;
  }

  /** The latest height of a member. */
  async height(member: string): Promise<number> {
    const watch = await this.watch(anyNode);
    try {
      return await until(
        "a height",
        20,
        async () => watch.samples.findLast(({ member: of, height }) => of === member && height)?.height,
        0.1,
      );
    } finally {
      await watch.stop();
    }
  }

  /** Puts a new certificate of the same CA into the Secret of the mesh. */
  async renewMesh(days?: number): Promise<void> {
    const { secret } = await meshKeys(this.namespace, this.members, { ca: this.mesh?.ca, days });
    await apply([secret]);
  }

  /** When the certificate that a member's mesh has loaded expires, in seconds since 1970. */
  async certificateExpiry({ ip, node }: Pod): Promise<number> {
    const { stdout } = await onNode(node, ["curl", "-sf", "--max-time", "3", `http://${ip}:9105/certificate`]);
    return Number(/^rollup_network_mesh_certificate_expiry_timestamp_seconds (\d+)$/m.exec(stdout)?.[1]);
  }

  /** Runs a shell command in a container of a member. */
  async shell(pod: string, command: string, container = "node"): Promise<string> {
    return (await kubectl(["-n", this.namespace, "exec", pod, "-c", container, "--", "sh", "-c", command])).stdout;
  }

  /** Kills the node's process; the start script, process 1, stays. */
  kill(pod: string): Promise<string> {
    return this.shell(pod, "kill -9 $(pidof testapp)");
  }

  /** Deletes members' pods gracefully, and does not wait. */
  async deletePods(...pods: readonly string[]): Promise<undefined> {
    await kubectl(["-n", this.namespace, "delete", "pod", ...pods, "--wait=false"]);
  }

  /** Gives a member an empty volume, as docs/runbooks/member-data.md has it. */
  async replaceData(pod: string): Promise<void> {
    const claim = `data-${pod}`;
    const claimUid = () => getJson("-n", this.namespace, `pvc/${claim}`).then(({ metadata }) => metadata.uid);
    const before = await claimUid();
    await kubectl(["-n", this.namespace, "delete", "pvc", claim, "--wait=false"]);
    await kubectl(["-n", this.namespace, "delete", "pod", pod]);
    await until(`${pod} with a new volume`, 60, async () => {
      const after = await claimUid().catch(() => undefined);
      // The pod was made before its old claim had gone.
      if (!after) await kubectl(["-n", this.namespace, "delete", "pod", pod, "--ignore-not-found"]);
      return after && after !== before;
    });
  }

  /** A key's value on every member. */
  async read(key: string): Promise<string[]> {
    const members = await this.pods();
    return Promise.all(
      members.map(async ({ ip, node }) => {
        const url = `http://${ip}:9090/kv?key=${key}`;
        return (await onNode(node, ["curl", "-s", "--max-time", "5", url])).stdout;
      }),
    );
  }

  /** Where transactions go. */
  async writeUrl(): Promise<string> {
    const { spec } = await getJson("-n", this.namespace, "service/seq");
    return `http://${spec.clusterIP}:9090`;
  }

  async write(key: string, value: string, node = anyNode): Promise<void> {
    const url = `${await this.writeUrl()}/tx`;
    await run(this.watchers.on(node)(["curl", "-sf", "--max-time", "15", "-d", `${key}=${value}`, url]));
  }
}

export interface Pod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly ip: string;
  readonly ready: boolean;
}

/** Heights of a member's p2p stores, of headers and of data. */
async function storeHeights({ ip, node }: Pod): Promise<number[]> {
  const url = `http://${ip}:7331/evnode.v1.StoreService/GetP2PStoreInfo`;
  const { stdout } = await onNode(node, [
    "curl",
    "-sf",
    "--max-time",
    "3",
    "-H",
    "content-type: application/json",
    "-d",
    "{}",
    url,
  ]);
  const { stores } = JSON.parse(stdout) as { stores: { height?: string }[] };
  return stores.map(({ height }) => Number(height ?? 0));
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly podIP: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

function podOf({ metadata, spec, status }: PodObject): Pod {
  const ready = status.conditions?.some(({ type, status: state }) => type === "Ready" && state === "True") ?? false;
  return {
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName,
    ip: status.podIP,
    ready: ready && !metadata.deletionTimestamp,
  };
}

interface MeshKeys {
  readonly secret: object;
  /** Manifest of the CA, which signs the next certificate. */
  readonly ca: string;
}

/** The Secret of the mesh, made by the command that operators use. */
async function meshKeys(
  namespace: string,
  members: number,
  { ca, days = 365 }: { readonly ca?: string; readonly days?: number } = {},
): Promise<MeshKeys> {
  const dir = mkdtempSync(join(tmpdir(), "mesh-"));
  try {
    const file = join(dir, "ca.yaml");
    if (ca) writeFileSync(file, ca);
    const valid = ["--days", `${days}`];
    const options = ["--members", `${members}`, "--namespace", namespace, ...valid, "--out", "-"];
    const { stdout } = await run([
      process.execPath,
      "--require",
      "./tools/ts.cjs",
      "cli/main.ts",
      "keys",
      "mesh",
      ...options,
      ca ? "--ca" : "--ca-out",
      file,
    ]);
    return { secret: parse(stdout), ca: readFileSync(file, "utf8") };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/**
 * Upstream's DA for tests, in memory.
 * @param apartFrom namespace of a sequencer whose members are to run on other nodes
 */
function dataAvailability(namespace: string, apartFrom?: string): object[] {
  const labels = { app: "da" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "da", namespace },
      spec: { selector: labels, ports: [{ port: 7980 }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "da", namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            ...(apartFrom && { affinity: apartFromMembers(apartFrom) }),
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: "da",
                image: EVNODE_IMAGE,
                imagePullPolicy: "IfNotPresent",
                command: ["local-da", "-listen-all", "-port", "7980"],
                readinessProbe: { tcpSocket: { port: 7980 }, periodSeconds: 1 },
              },
            ],
          },
        },
      },
    },
  ];
}

/** The scheduler holds members that come later to it, too. */
function apartFromMembers(namespace: string): object {
  const labelSelector = { matchLabels: { "app.kubernetes.io/component": "sequencer" } };
  const term = { labelSelector, namespaces: [namespace], topologyKey: "kubernetes.io/hostname" };
  return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}
