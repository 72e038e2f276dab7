import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KubernetesProvider } from "../../../../constructs/kubernetes/framework/provider";
import { TerraformStack, Testing } from "../../../../constructs/kubernetes/framework/terraform";
import { ConductorSequencer } from "../../../../constructs/sequencer/conductor/conductor-sequencer";
import { createOpNodeKey } from "../../../../constructs/sequencer/software/op-stack/node-key";
import type { OpStackGenesis } from "../../../../constructs/sequencer/software/op-stack/op-stack";
import { manifestsOf } from "../../../../manifests/stack";
import { execute, type Outcome } from "../../../constructs/run-script";
import type { TestChain } from "./chain";

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

/** What is rendered of a member of this chain, run on this machine: its paths are below a folder. */
export class RenderedMember {
  private readonly containers: readonly Rendered[];

  constructor(
    private readonly dir: string,
    chain: TestChain,
    genesis: OpStackGenesis,
  ) {
    const stack = new TerraformStack(Testing.app(), "test");
    new KubernetesProvider(stack, "Kubernetes");
    new ConductorSequencer(stack, "Seq", {
      namespace: "net",
      software: {
        execution: "op-geth",
        images: { node: "op-node:1", conductor: "op-conductor:1", execution: "op-geth:1" },
        rollup: chain.rollup,
        genesis,
        l1: { endpoints: ["http://l1.l1.svc:8545"], chainConfig: chain.l1ChainConfig },
      },
      sequencerKey: { secret: "signer" },
      nodeKeys: { secret: "keys", peerIds: [0, 1, 2].map(() => createOpNodeKey().peerId) },
      mesh: { kind: "secret", secret: "mesh" },
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
    for (const path of ["/tmp", "/execution"]) mkdirSync(join(dir, path), { recursive: true });
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
      /(^|[\s=])(\/(?:scripts|tmp|execution|genesis-source)\b)/g,
      (_, before, path) => before + this.path(path),
    );
  }
}
