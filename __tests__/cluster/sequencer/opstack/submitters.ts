import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConductorSequencer } from "../../../../constructs";
import { createOpNodeKey } from "../../../../constructs/sequencer/software/op-stack/node-key";
import type { SubmitterKey } from "../../../../constructs/sequencer/software/op-stack/submitters/props";
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
  private readonly children: { readonly component: Component; readonly child: ChildProcess }[] = [];

  /**
   * @param haproxy the program
   * @param proxy where the ports of the leader proxy's Service are
   */
  constructor(
    private readonly dir: string,
    private readonly haproxy: string,
    private readonly chain: TestChain,
    private readonly proxy: { readonly eth: string; readonly node: string },
  ) {}

  /** Starts one, with what its Secret holds. @param signer where the signer listens that its key names */
  async start(component: Component, key: SubmitterKey, secret: Readonly<Record<string, string>>, signer = "") {
    const { address } = PLACES[component];
    const dir = join(this.dir, component);
    mkdirSync(dir, { recursive: true });
    for (const [name, text] of Object.entries(secret)) writeFileSync(join(dir, name), text);
    const objects = this.deployed(component, key);
    const find = (kind: string) =>
      objects.find(each => each.kind === kind && each.metadata.name === `seq-${component}`);
    const config = join(dir, "haproxy.cfg");
    const bound = find("ConfigMap").data["haproxy.cfg"].replace("bind :", `bind ${address}:`);
    writeFileSync(config, this.placed(bound, component));
    const { containers } = find("Deployment").spec.template.spec;
    const [program, haproxy] = containers;
    const pairs = program.env.map((each: { name: string; value: string }) => [
      each.name,
      this.placed(each.value, component),
    ]);
    const path = `${await programs()}:${process.env.PATH}`;
    const args =
      "signer" in key ? program.args.map((each: string) => each.replace(key.signer.endpoint, signer)) : program.args;
    this.spawn(component, [join(scripts(), "start-submitter.sh"), ...args], {
      ...Object.fromEntries(pairs),
      PATH: path,
    });
    this.spawn(component, [this.haproxy, ...haproxy.command.slice(1, -1), config], { PATH: path });
  }

  /** Ends one, so that it can be started with another key. */
  async end(component: Component): Promise<void> {
    const of = this.children.filter(each => each.component === component);
    await Promise.all(
      of.map(({ child }) => {
        const ended = child.exitCode ?? child.signalCode ?? once(child, "exit");
        child.kill("SIGKILL");
        return ended;
      }),
    );
  }

  stop(): void {
    for (const { child } of this.children) child.kill("SIGKILL");
  }

  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  private deployed(component: Component, key: SubmitterKey): readonly any[] {
    const stack = newStack();
    const settings = (of: Component, prefix: string) => ({
      image: `${of}:v1`,
      key: of === component ? key : { secret: of, key: "private.key" },
      env: { [`${prefix}_POLL_INTERVAL`]: "1s", [`${prefix}_NUM_CONFIRMATIONS`]: "1", ...FAST[of] },
    });
    new ConductorSequencer(stack, "Seq", {
      namespace: "net",
      software: {
        execution: "op-geth",
        images: { node: "node:v1", conductor: "conductor:v1", execution: "execution:v1" },
        rollup: this.chain.rollup,
        genesis: { text: this.chain.genesis },
        l1: { endpoints: Object.keys(ENDPOINTS).map(each => `http://${each}`) },
        batcher: { ...settings("batcher", "OP_BATCHER"), dataAvailability: "calldata", maxChannelDuration: 1 },
        proposer: { ...settings("proposer", "OP_PROPOSER"), gameFactory: GAME_FACTORY, proposalInterval: "4s" },
      },
      sequencerKey: { secret: "signer" },
      nodeKeys: { secret: "keys", peerIds: Array.from({ length: 3 }, () => createOpNodeKey().peerId) },
      mesh: { kind: "secret", secret: "mesh" },
    });
    return manifestsOf(stack).objects;
  }

  private spawn(component: Component, command: readonly string[], env: Record<string, string>): void {
    const [program = "", ...args] = command.map(each => this.placed(each, component));
    const log = openSync(join(this.dir, `${component}.log`), "a");
    this.children.push({ component, child: spawn(program, args, { env, stdio: ["ignore", log, log] }) });
  }

  /** A text of the pod, for a process beside others. */
  private placed(text: string, component: Component): string {
    const { address, metrics, rpc } = PLACES[component];
    const places = {
      ...ENDPOINTS,
      "http://seq.net.svc.cluster.local:9545": this.proxy.node,
      "http://seq.net.svc.cluster.local:8545": this.proxy.eth,
      "127.0.0.1:7980": `${address}:7980`,
      "/key/": `${this.dir}/${component}/`,
      "/signer-tls/": `${this.dir}/${component}/`,
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
