import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConductorSequencer } from "../../../../constructs";
import { createOpNodeKey } from "../../../../constructs/sequencer/software/op-stack/node-key";
import { manifestsOf } from "../../../../testing";
import { newStack } from "../../../constructs/fixtures";
import { scripts } from "../../../constructs/run-script";
import { GAME_FACTORY, type TestChain } from "./chain";
import { L1, programs } from "./loopback";

export type Component = "batcher" | "proposer";

/** Where a submitter of the loopback network is: an address of its own, and its port of metrics. */
const PLACES = {
  batcher: { address: "127.77.1.1", metrics: L1 + 801, rpc: L1 + 802 },
  proposer: { address: "127.77.1.2", metrics: L1 + 803, rpc: L1 + 804 },
} as const;
export const metricsPort = (component: Component) => PLACES[component].metrics;

/** An endpoint of L1 that nobody serves stands before the real one. */
const ENDPOINTS = { "10.0.0.1:8545": "127.0.0.1:1", "10.0.0.2:8545": `127.0.0.1:${L1}` } as const;

/** Submitters as they are deployed: their Deployments' programs, arguments, environment and HAProxy, on loopback. */
export class LoopbackSubmitters {
  private readonly children: ChildProcess[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  private readonly objects: readonly any[];

  /**
   * @param haproxy the program
   * @param proxy where the ports of the leader proxy's Service are
   */
  constructor(
    private readonly dir: string,
    private readonly haproxy: string,
    chain: TestChain,
    private readonly proxy: { readonly eth: string; readonly node: string },
  ) {
    const stack = newStack();
    const settings = (component: Component, prefix: string) => ({
      image: `${component}:v1`,
      key: { secret: component, key: "private.key" },
      env: { [`${prefix}_POLL_INTERVAL`]: "1s", [`${prefix}_NUM_CONFIRMATIONS`]: "1", ...FAST[component] },
    });
    new ConductorSequencer(stack, "Seq", {
      namespace: "net",
      software: {
        execution: "op-geth",
        images: { node: "node:v1", conductor: "conductor:v1", execution: "execution:v1" },
        rollup: chain.rollup,
        genesis: { text: chain.genesis },
        l1: { endpoints: Object.keys(ENDPOINTS).map(each => `http://${each}`) },
        batcher: { ...settings("batcher", "OP_BATCHER"), dataAvailability: "calldata", maxChannelDuration: 1 },
        proposer: { ...settings("proposer", "OP_PROPOSER"), gameFactory: GAME_FACTORY, proposalInterval: "4s" },
      },
      sequencerKey: { secret: "signer" },
      nodeKeys: { secret: "keys", peerIds: Array.from({ length: 3 }, () => createOpNodeKey().peerId) },
      mesh: { kind: "secret", secret: "mesh" },
    });
    this.objects = manifestsOf(stack).objects;
  }

  /** Starts one, with what its Secret holds. */
  async start(component: Component, key: string): Promise<void> {
    const { address } = PLACES[component];
    const dir = join(this.dir, component);
    mkdirSync(dir);
    const find = (kind: string) =>
      this.objects.find(each => each.kind === kind && each.metadata.name === `seq-${component}`);
    const config = join(dir, "haproxy.cfg");
    const bound = find("ConfigMap").data["haproxy.cfg"].replace("bind :", `bind ${address}:`);
    writeFileSync(config, this.placed(bound, component));
    writeFileSync(join(dir, "private.key"), `${key}\n`);
    const { containers } = find("Deployment").spec.template.spec;
    const [program, haproxy] = containers;
    const env = Object.fromEntries(program.env.map((each: { name: string; value: string }) => [each.name, each.value]));
    const path = `${await programs()}:${process.env.PATH}`;
    this.spawn(component, [join(scripts(), "start-submitter.sh"), ...program.args], {
      ...env,
      KEY_FILE: join(dir, "private.key"),
      PATH: path,
    });
    this.spawn(component, [this.haproxy, ...haproxy.command.slice(1, -1), config], { PATH: path });
  }

  stop(): void {
    for (const child of this.children) child.kill("SIGKILL");
  }

  private spawn(component: Component, command: readonly string[], env: Record<string, string>): void {
    const [program = "", ...args] = command.map(each => this.placed(each, component));
    const log = openSync(join(this.dir, `${component}.log`), "a");
    this.children.push(spawn(program, args, { env, stdio: ["ignore", log, log] }));
  }

  /** A text of the pod, for a process beside others. */
  private placed(text: string, component: Component): string {
    const { address, metrics, rpc } = PLACES[component];
    const places = {
      ...ENDPOINTS,
      "http://seq.net.svc.cluster.local:9545": this.proxy.node,
      "http://seq.net.svc.cluster.local:8545": this.proxy.eth,
      "127.0.0.1:7980": `${address}:7980`,
      "--metrics.port=7300": `--metrics.port=${metrics}`,
      "--rpc.port=8548": `--rpc.port=${rpc}`,
    };
    return Object.entries(places).reduce((all, [from, to]) => all.replaceAll(from, to), text);
  }
}

/** What a test has no time for. */
const FAST: Readonly<Record<Component, Record<string, string>>> = {
  batcher: {},
  proposer: { OP_PROPOSER_ALLOW_NON_FINALIZED: "true" },
};
