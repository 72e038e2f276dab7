import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { KubernetesObject, StackManifests } from "../../../manifests/objects";
import { resolveAddresses } from "../../../manifests/resolve";
import { cli, type Ended } from "./cli";
import { assignments, type Example, renderExample } from "./example";
import { apply, getJson, kubectl, until } from "./kubectl";
import { chartObjects } from "./stack";

const WAYS = {
  manifests: "deployed from the manifests",
  terraform: "deployed with `rollup-network deploy` and Terraform",
};
const way = (process.env.E2E_DEPLOY ?? "manifests") as keyof typeof WAYS;
if (!WAYS[way])
  throw new Error(
    `E2E_DEPLOY is "${way}" → manifests (the default), or terraform where its providers can be installed`,
  );

/** How environments are deployed, for evidence. */
export const DEPLOYED = WAYS[way];

const folder = mkdtempSync(join(tmpdir(), "environments-"));
const environments: TestEnvironment[] = [];
afterAll(async () => {
  await Promise.all(environments.map(environment => environment.removePriorityClasses()));
  rmSync(folder, { recursive: true });
});

/** An example on the cluster. */
export class TestEnvironment {
  readonly namespace: string;
  readonly manifests: StackManifests;
  private readonly dir: string;
  private readonly set: readonly string[];

  constructor(example: Example) {
    this.namespace = example.namespace;
    this.dir = join(folder, this.namespace);
    this.set = assignments(example);
    // Where Terraform worked for an earlier run it remembers that run's state.
    rmSync(join("cdktf.out", "stacks", `${this.namespace}-${example.section}`), { recursive: true, force: true });
    this.manifests = renderExample(example, this.dir);
    environments.push(this);
  }

  /** @param beside what the pods need and operators bring: Secrets, volumes; made as soon as the namespace is there */
  async deploy(beside: readonly object[] = []): Promise<void> {
    await (way === "terraform" ? this.withTerraform(beside) : this.fromManifests(beside));
  }

  private async fromManifests(beside: readonly object[]): Promise<void> {
    const of = (...kinds: string[]) => this.manifests.objects.filter(({ kind }) => kinds.includes(kind));
    await apply(of("Namespace"));
    await apply([...of("PriorityClass", "Service"), ...beside]);
    await apply(await this.resolved());
  }

  private async withTerraform(beside: readonly object[]): Promise<void> {
    if (!existsSync(join(this.dir, "state"))) await this.removePriorityClasses();
    const deployed = this.command("deploy", "--auto-approve", "--degraded").then(({ code, stdout, stderr }) => {
      if (code !== 0) throw new Error(`deploy ${this.namespace} ended with ${code}\n${stdout}${stderr}`);
    });
    const there = until("the namespace", 300, () => getJson("namespace", this.namespace));
    await Promise.all([deployed, beside.length > 0 && there.then(() => apply(beside))]);
  }

  /** What of the environment is in no namespace. */
  async removePriorityClasses(): Promise<void> {
    const names = this.manifests.objects
      .filter(({ kind }) => kind === "PriorityClass")
      .map(({ metadata }) => metadata.name);
    if (names.length > 0) await kubectl(["delete", "priorityclass", "--ignore-not-found", ...names]);
  }

  /** Runs a command of ours for this environment, with the cluster that kubectl uses and Terraform's state in the environment's folder. */
  async command(name: string, ...options: readonly string[]): Promise<Ended> {
    const kubeconfig = join(this.dir, "kubeconfig");
    writeFileSync(kubeconfig, (await kubectl(["config", "view", "--raw", "--flatten"])).stdout, { mode: 0o600 });
    const state = relative(".", join(this.dir, "state"));
    const set = [...this.set, `cluster={kubeconfig: ${kubeconfig}}`, `backend={local: {dir: ${state}}}`];
    const values = ["--values", this.dir, ...set.flatMap(assignment => ["--set", assignment])];
    return cli(name, this.namespace, ...values, ...options);
  }

  /** The objects, those of the stack's own chart with them, with the addresses of the Services that are there. */
  async resolved(
    change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[] = objects => objects,
  ): Promise<KubernetesObject[]> {
    const { items } = await getJson("-n", this.namespace, "services");
    const addresses = new Map<string, string>(
      items.map(({ metadata, spec }: { metadata: { name: string }; spec: { clusterIP: string } }) => [
        metadata.name,
        spec.clusterIP,
      ]),
    );
    return [
      ...chartObjects(this.manifests),
      ...resolveAddresses(change(this.manifests.objects), ({ name }) => addresses.get(name)),
    ];
  }
}
