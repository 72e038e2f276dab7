import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { KubernetesProvider } from "../../../../constructs/kubernetes/framework/provider";
import { TerraformStack, Testing } from "../../../../constructs/kubernetes/framework/terraform";
import { ConductorSequencer } from "../../../../constructs/sequencer/conductor/conductor-sequencer";
import type { ConductorSequencerProps } from "../../../../constructs/sequencer/conductor/props";
import { createOpNodeKey } from "../../../../constructs/sequencer/software/op-stack/node-key";
import type { OpStack, OpStackGenesis } from "../../../../constructs/sequencer/software/op-stack/op-stack";
import { manifestsOf } from "../../../../manifests/stack";
import { execute, type Outcome } from "../../../constructs/run-script";
import type { TestChain } from "./chain";
import { onLoopback } from "./loopback";

interface EnvVar {
  readonly name: string;
  readonly value?: string;
}
interface Rendered {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly EnvVar[];
}

/** What a member is told of a chain. */
type ChainOf = Omit<OpStack, "execution" | "images" | "l1"> & { readonly l1?: Partial<OpStack["l1"]> };

/** A chain of the tests with a genesis from somewhere. */
export function withGenesis(chain: TestChain, genesis: OpStackGenesis): ChainOf {
  return { rollup: chain.rollup, genesis, l1: { chainConfig: chain.l1ChainConfig } };
}

/** What is rendered of a member of this chain, run on this machine: its paths are below a folder. */
export class RenderedMember {
  private readonly containers: readonly Rendered[];

  constructor(
    private readonly dir: string,
    { l1, ...chain }: ChainOf,
    more: Partial<ConductorSequencerProps> = {},
  ) {
    const stack = new TerraformStack(Testing.app(), "test");
    new KubernetesProvider(stack, "Kubernetes");
    new ConductorSequencer(stack, "Seq", {
      namespace: "net",
      software: {
        execution: "op-geth",
        images: { node: "op-node:1", conductor: "op-conductor:1", execution: "op-geth:1" },
        ...chain,
        l1: { endpoints: ["http://l1.l1.svc:8545"], ...l1 },
      },
      sequencerKey: { secret: "signer" },
      nodeKeys: { secret: "keys", peerIds: [0, 1, 2].map(() => createOpNodeKey().peerId) },
      mesh: { kind: "secret", secret: "mesh" },
      ...more,
    });
    // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
    const objects: readonly any[] = manifestsOf(stack).objects;
    const named = (kind: string, name: string) =>
      objects.find(each => each.kind === kind && each.metadata.name === name);
    const { data, binaryData = {} } = named("ConfigMap", "seq-config");
    for (const [name, text] of Object.entries<string>(data)) this.write(`/scripts/${name}`, text);
    for (const [name, text] of Object.entries<string>(binaryData)) {
      this.write(`/scripts/${name}`, Buffer.from(text, "base64"));
    }
    const { initContainers = [], containers } = named("StatefulSet", "seq").spec.template.spec;
    this.containers = [...initContainers, ...containers];
    const folders = ["/tmp", "/execution", "/jwt", "/run/sequencer", "/data"];
    for (const path of folders) mkdirSync(join(dir, path), { recursive: true });
  }

  /** A file of its pod. */
  path(inPod: string): string {
    return join(this.dir, inPod);
  }

  /** Puts a file into the pod. */
  write(inPod: string, content: string | Buffer): void {
    const path = this.path(inPod);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: 0o755 });
  }

  /** Runs the init container that brings the genesis. */
  bringGenesis(env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const { command, args } = this.container("genesis");
    const [program = "", ...words] = [...command, ...args].map(word => this.moved(word));
    const own = { PATH: process.env.PATH ?? "", POD_NAME: "seq-0", ...this.envOf("genesis"), ...env };
    return execute(program, words, own);
  }

  /** Starts a container with the programs of a folder, at ports of this suite. What it says is in `<name>.log`. */
  start(name: string, bin: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
    const { command, args } = this.container(name);
    const [program = "", ...words] = [...command, ...args].map(word => onLoopback(this.moved(word)));
    const given = Object.entries(this.envOf(name)).map(([key, value]) => [key, onLoopback(value)]);
    const log = openSync(this.path(`/${name}.log`), "a");
    return spawn(program, words, {
      env: {
        PATH: [bin, process.env.PATH].join(delimiter),
        POD_NAME: "seq-0",
        POD_IP: "127.0.0.1",
        ...Object.fromEntries(given),
        ...env,
      },
      stdio: ["ignore", log, log],
      detached: true,
    });
  }

  /** The file of which its start script initializes the execution client; nothing before that is there. */
  get genesis(): string | undefined {
    const path = this.envOf("execution").INIT?.split(" ").pop();
    return path && existsSync(path) ? path : undefined;
  }

  private container(name: string): Rendered {
    const found = this.containers.find(each => each.name === name);
    if (!found) throw new Error(`there is no container ${name}`);
    return found;
  }

  private envOf(container: string): Record<string, string> {
    const given = this.container(container).env.flatMap(({ name, value }) =>
      value === undefined ? [] : [[name, this.moved(value)]],
    );
    return Object.fromEntries(given);
  }

  /** A text with the places of this machine in it. */
  private moved(text: string): string {
    return text.replace(
      /(^|[\s=])(\/(?:scripts|tmp|execution|genesis-source|jwt|run|data|node-key|signer)\b)/g,
      (_, before, path) => before + this.path(path),
    );
  }
}
