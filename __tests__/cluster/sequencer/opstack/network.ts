import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Sample } from "../../../../cli/drill/gaps";
import { createOpNodeKey } from "../../../../constructs/sequencer/software/op-stack/node-key";
import { OP_STACK_PORTS as PORTS } from "../../../../constructs/sequencer/software/op-stack/ports";
import type { KubernetesObject, StackManifests } from "../../../../manifests/objects";
import { resolveAddresses } from "../../../../manifests/resolve";
import { anyNode, type Command, driver, onNode } from "../../driver/driver";
import { TestEnvironment } from "../../driver/environment";
import { type Example, renderExample } from "../../driver/example";
import { EVNODE_IMAGE, HAPROXY_IMAGE, loadImages } from "../../driver/images";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../../driver/kubectl";
import { run } from "../../driver/run";
import { Watchers } from "../../driver/watchers";
import { type Member, parseSamples } from "../watcher";
import { BATCHER, GAME_FACTORY, GAME_FACTORY_CODE, L1_CHAIN, PROPOSER, SIGNER, signerOnL1, testChain } from "./chain";
import { OPSTACK_IMAGE, opStackExample } from "./example";
import { callCommand, resultOf } from "./json-rpc";

const L1_IMAGE = "localhost/opstack-l1:1";
const MEMBERS = 3;

/** A single sequencer instead, which takes no image of op-conductor. */
const SINGLE = ["sequencer.ha={single: {}}", "sequencer.software.opStack.images.conductor="];

/** The example on the cluster. */
export class OpStackNetwork {
  /** In the namespace of the L1, which the values name for writers and readers. */
  readonly watchers: Watchers;
  private deployed: StackManifests;

  private constructor(
    readonly namespace: string,
    readonly environment: TestEnvironment,
    private members: number,
    /** With this number of members, and further values. */
    private readonly exampleOf: (members: number, set?: readonly string[]) => Example,
  ) {
    this.deployed = environment.manifests;
    this.watchers = new Watchers(`${namespace}-l1`);
  }

  /** Deploys its first members. */
  static async deploy(
    namespace: string,
    { haproxyImage = HAPROXY_IMAGE, members: first = MEMBERS, mostMembers = first, set = [] }: OpStackOptions = {},
  ): Promise<OpStackNetwork> {
    await loadOpStack(haproxyImage);
    await loadImages([EVNODE_IMAGE]);
    await apply(l1(`${namespace}-l1`));
    const onL1 = <T>(method: string, ...params: unknown[]) => callL1<T>(namespace, method, ...params);
    await until("the L1 answers", 120, () => onL1("eth_chainId"));
    await onL1("anvil_setStorageAt", ...signerOnL1(SIGNER.address));
    await onL1("anvil_setCode", GAME_FACTORY, GAME_FACTORY_CODE);
    const { hash, timestamp } = await onL1<{ hash: string; timestamp: string }>("eth_getBlockByNumber", "0x0", false);
    const keys = Array.from({ length: mostMembers }, createOpNodeKey);
    const chain = testChain({ number: 0, hash, timestamp: Number(timestamp) });
    const exampleOf = (members: number, more: readonly string[] = []): Example => {
      const peerIds = keys.slice(0, members).map(({ peerId }) => peerId);
      const example = opStackExample(namespace, chain, peerIds, haproxyImage);
      const ha = members === 1 ? SINGLE : [`sequencer.ha.conductor.members=${members}`];
      return { ...example, set: [...example.set, ...ha, ...set, ...more] };
    };
    const network = new OpStackNetwork(namespace, new TestEnvironment(exampleOf(first)), first, exampleOf);
    const secret = (name: string, stringData: Record<string, string>) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace },
      stringData,
    });
    await network.watchers.start();
    await network.environment.deploy([
      secret("seq-node-keys", Object.fromEntries(keys.map(({ key }, i) => [`seq-${i}`, key]))),
      secret("seq-signer", { "sequencer.key": SIGNER.key }),
      secret("op-batcher", { "private.key": BATCHER.key }),
      secret("op-proposer", { "private.key": PROPOSER.key }),
      await meshSecret(namespace, mostMembers),
    ]);
    return network;
  }

  static remove(namespace: string): Promise<void> {
    return deleteNamespaces(namespace, `${namespace}-l1`);
  }

  get names(): string[] {
    return Array.from({ length: this.members }, (_, i) => `seq-${i}`);
  }

  /** Deploys another number of members, as Terraform would: what the new manifests lack is deleted. */
  async resize(members: number, set: readonly string[] = []): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), "resized-"));
    try {
      const next = renderExample(this.exampleOf(members, set), join(dir, "values"));
      await apply(next.objects.filter(({ kind }) => kind === "Service"));
      const { items } = await getJson("-n", this.namespace, "services");
      const addresses = new Map<string, string>((items as ServiceObject[]).map(serviceAddress));
      await apply(resolveAddresses(next.objects, ({ name }) => addresses.get(name)));
      const stay = new Set(next.objects.map(nameOf));
      const gone = this.deployed.objects.map(nameOf).filter(name => !stay.has(name));
      if (gone.length > 0) await kubectl(["-n", this.namespace, "delete", "--wait=false", ...gone]);
      this.deployed = next;
      this.members = members;
    } finally {
      rmSync(dir, { recursive: true });
    }
  }

  /** Waits until every member is ready and has the newest blocks, and one leads: this one. */
  async settled(seconds = 300): Promise<Leader> {
    await until(`${this.namespace}: members ready`, seconds, async () => {
      const { items } = await getJson("-n", this.namespace, "pods", "-l", "app.kubernetes.io/component=sequencer");
      const ready = (items as PodObject[]).filter(
        ({ metadata, status }) =>
          !metadata.deletionTimestamp &&
          status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
      );
      return ready.length === this.members;
    });
    const from = Math.max(...(await this.heights()));
    // Who only reads L1 has new blocks too, but late: a leader that is lost takes along those that nobody else has.
    await until(
      "every member has new blocks, as soon as the leader",
      seconds,
      async () => {
        const heights = await this.heights();
        return Math.min(...heights) > from + 2 && Math.max(...heights) - Math.min(...heights) <= 2;
      },
      0.5,
    );
    const name = await until("one leads", seconds, async () => {
      const [leader, another] = await this.leaders();
      return another === undefined && leader;
    });
    return { name, node: (await getJson("-n", this.namespace, `pod/${name}`)).spec.nodeName };
  }

  /** Runs a shell command in a container of a member. */
  shell(pod: string, command: string, container = "node"): Promise<string> {
    return this.exec(pod, container, ["sh", "-c", command]);
  }

  private async exec(pod: string, container: string, command: readonly string[]): Promise<string> {
    return (await kubectl(["-n", this.namespace, "exec", pod, "-c", container, "--", ...command])).stdout;
  }

  async log(pod: string, container: string): Promise<string> {
    return (await kubectl(["-n", this.namespace, "logs", pod, "-c", container])).stdout;
  }

  /** Gives a member empty volumes. */
  async loseVolumes(pod: string, volumes: readonly string[] = ["data", "execution"]): Promise<void> {
    const claims = volumes.map(volume => `pvc/${volume}-${pod}`);
    const uids = async () => {
      const found = await Promise.all(claims.map(claim => getJson("-n", this.namespace, claim).catch(() => undefined)));
      return found.map(claim => claim?.metadata.uid as string | undefined);
    };
    const before = await uids();
    await kubectl(["-n", this.namespace, "delete", ...claims, "--wait=false"]);
    await kubectl(["-n", this.namespace, "delete", "pod", pod]);
    await until(`${pod} with new volumes`, 120, async () => {
      const after = await uids();
      // The pod was made before its old claims had gone.
      if (after.includes(undefined)) await kubectl(["-n", this.namespace, "delete", "pod", pod, "--ignore-not-found"]);
      return after.every((uid, i) => uid && uid !== before[i]);
    });
  }

  async leaders(): Promise<string[]> {
    const ask = "curl -s -o /dev/null -w '%{http_code}' --max-time 2 http://127.0.0.1:9546/leader";
    const answers = await Promise.all(this.names.map(name => this.shell(name, ask).catch(() => "")));
    return this.names.filter((_, i) => answers[i] === "200");
  }

  /** What a method of a member's program returns. */
  async call<T = string>(pod: string, of: keyof typeof RPC, method: string, ...params: unknown[]): Promise<T> {
    return resultOf(await this.exec(pod, "node", callCommand(`http://127.0.0.1:${RPC[of]}`, method, params)));
  }

  /** How many transactions of an account are on L1. */
  async transactionsOf(address: string): Promise<number> {
    return Number(await callL1(this.namespace, "eth_getTransactionCount", address, "latest"));
  }

  /** Has a leader hand leadership over, as an operator would. */
  async transferLeader(pod: string): Promise<void> {
    await this.call(pod, "conductor", "conductor_transferLeader");
  }

  async heights(): Promise<number[]> {
    const heights = this.names.map(name => this.call(name, "eth", "eth_blockNumber").then(Number, () => -1));
    return Promise.all(heights);
  }

  async hashes(height: number): Promise<string[]> {
    const block = [`0x${height.toString(16)}`, false];
    const blocks = this.names.map(name => this.call<{ hash: string }>(name, "eth", "eth_getBlockByNumber", ...block));
    return (await Promise.all(blocks)).map(({ hash }) => hash);
  }

  /** Sends a signal to programs of a member in one moment, from this machine: they are in the pod's control group. */
  async signal(pod: string, signal: "KILL" | "STOP" | "CONT", ...programs: readonly Program[]): Promise<void> {
    const { metadata } = await getJson("-n", this.namespace, `pod/${pod}`);
    await run(["sh", "-c", SIGNAL, signal, `pod${metadata.uid.replaceAll("-", "[-_]")}`, signal, ...programs]);
  }

  /** Writes down every block that a member has, seen from a node whose network stays. */
  async watch(node: string): Promise<BlockWatch> {
    return new BlockWatch(this.watchers.on(node), await this.services());
  }

  /** The blocks of every member, from the first to the last of these heights. */
  async blocks(from: number, to: number): Promise<Sample[]> {
    const request = JSON.stringify({ members: await this.services(), blocks: { from, to } });
    return parseSamples((await run(this.watchers.on(anyNode)(["node", WATCH, request]))).stdout);
  }

  /** The members at their Services, whose addresses outlive pods. */
  private async services(): Promise<Member[]> {
    const services = await Promise.all(this.names.map(name => getJson("-n", this.namespace, `service/${name}`)));
    return services.map(({ metadata, spec }) => ({ name: metadata.name, address: spec.clusterIP }));
  }
}

/** Where programs of a member answer, on the loopback of its pod. */
const RPC = { eth: PORTS.rpc, node: PORTS.node, conductor: PORTS.conductor };

/** What runs in a member's pod beside its mesh. */
export type Program = "op-conductor" | "op-node" | "geth";
export const PROGRAMS: readonly Program[] = ["op-conductor", "op-node", "geth"];

const WATCH = join(__dirname, "watch.mjs");

/** Signals the programs that are named after the control group of a pod and the signal. */
const SIGNAL = `group=$1 signal=$2
shift 2
found=
for at in $(grep -ls "$group" /proc/[0-9]*/cgroup); do
  at=\${at%/cgroup}
  for program; do
    if [ "$(cat "$at/comm")" = "$program" ]; then found="$found \${at#/proc/}"; fi
  done
done
kill -s "$signal" $found`;

/** watch.mjs, until `stop`. */
export class BlockWatch {
  private output = "";
  private readonly process;
  private readonly ended: Promise<unknown>;

  constructor(place: Command, members: readonly Member[]) {
    const [command = "", ...args] = place(["node", WATCH, JSON.stringify({ members })]);
    this.process = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.ended = once(this.process, "close");
    this.process.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
  }

  /** What was seen until now. */
  get samples(): Sample[] {
    return parseSamples(this.output);
  }

  async stop(): Promise<Sample[]> {
    this.process.stdin.end();
    await this.ended;
    return this.samples;
  }
}

/** The member that leads, and the node that it runs on. */
export interface Leader {
  readonly name: string;
  readonly node: string;
}

/** What differs between tests. */
interface OpStackOptions {
  /** The name of the HAProxy that is made here, for the line that `HAPROXY_LINE` names. */
  readonly haproxyImage?: string;
  /** How many members there are first; one is a single sequencer. @default 3 */
  readonly members?: number;
  /** How many members there will be at most: keys are made for all of them. */
  readonly mostMembers?: number;
  /** Over the values of the example. */
  readonly set?: readonly string[];
}

interface ServiceObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly clusterIP: string };
}

const serviceAddress = ({ metadata, spec }: ServiceObject) => [metadata.name, spec.clusterIP] as const;
const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind.toLowerCase()}/${metadata.name}`;

interface PodObject {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

async function loadOpStack(haproxyImage: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "opstack-"));
  try {
    await run(["sh", join(__dirname, "build.sh"), root]);
    await driver.image(OPSTACK_IMAGE, join(root, "opstack"));
    await driver.image(L1_IMAGE, join(root, "l1"));
    await driver.image(haproxyImage, join(root, "haproxy"));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** anvil, whose blocks stand still with its pod. */
function l1(namespace: string): object[] {
  const labels = { app: "l1" };
  const options = ["--host", "0.0.0.0", "--chain-id", `${L1_CHAIN}`, "--hardfork", "prague", "--block-time", "2"];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "l1", namespace },
      spec: { selector: labels, ports: [{ port: 8545 }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "l1", namespace, labels },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "l1",
            image: L1_IMAGE,
            imagePullPolicy: "IfNotPresent",
            command: ["anvil", ...options, "--silent"],
            env: [{ name: "HOME", value: "/tmp" }],
          },
        ],
      },
    },
  ];
}

/** What a method of the L1 returns that a sequencer in this namespace has. */
export async function callL1<T = string>(namespace: string, method: string, ...params: unknown[]): Promise<T> {
  return resultOf(await inL1(namespace, callCommand("http://127.0.0.1:8545", method, params)));
}

async function inL1(namespace: string, command: readonly string[]): Promise<string> {
  return (await kubectl(["-n", `${namespace}-l1`, "exec", "l1", "--", ...command])).stdout;
}

/** The Secret of the mesh, made by the command that operators use. */
async function meshSecret(namespace: string, members: number): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), "mesh-"));
  try {
    const command = [process.execPath, "--require", "./tools/ts.cjs", "cli/main.ts", "keys", "mesh"];
    const options = [
      "--members",
      `${members}`,
      "--namespace",
      namespace,
      "--out",
      "-",
      "--ca-out",
      join(dir, "ca.yaml"),
    ];
    return parse((await run([...command, ...options])).stdout);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Asks for a JSON-RPC answer through the proxy, from the namespace of writers. */
export async function throughProxy(namespace: string, method: string): Promise<string> {
  const { spec } = await getJson("-n", namespace, "service/seq");
  return inL1(namespace, callCommand(`http://${spec.clusterIP}:8545`, method, [], 15));
}

/** Whether a port of a member's pod takes connections, asked from its own node, whom policies let in. */
export async function opens(namespace: string, pod: string, port: number): Promise<boolean> {
  const { spec, status } = await getJson("-n", namespace, `pod/${pod}`);
  const command = ["curl", "-s", "-o", "/dev/null", "--max-time", "3", `http://${status.podIP}:${port}/`];
  return onNode(spec.nodeName ?? anyNode, command).then(
    () => true,
    (error: Error) => !/ended with (7|28)/.test(error.message),
  );
}
