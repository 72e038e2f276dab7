import { aztec } from "../../constructs";
import { KubernetesProvider } from "../../constructs/kubernetes/framework/provider";
import { TerraformStack, Testing } from "../../constructs/kubernetes/framework/terraform";
import { recordNoTokenTraces } from "../../constructs/kubernetes/framework/token-maps";
import { createBootstrapIdentity } from "../../constructs/p2p/enr";
import type { KubernetesObject } from "../../manifests/objects";
import { manifestsOf } from "../../testing";

export const IMAGE = "aztecprotocol/aztec:4.1.2";
export const software = aztec({ image: IMAGE });
export const base = { namespace: "net", software };

/** A known record for an address, of a key of its own. */
export const enrOf = (ip: string, port = 40400) => createBootstrapIdentity({ l1ChainId: 31337, ip, port }).enr;

export function newStack(): TerraformStack {
  recordNoTokenTraces(); // as stacks do, or every token would be given a stack trace
  const stack = new TerraformStack(Testing.app(), "test");
  new KubernetesProvider(stack, "Kubernetes");
  return stack;
}

/** The manifests of what `build` adds to a stack, with a look-up by kind and name. */
export function synth(build: (stack: TerraformStack) => void) {
  const stack = newStack();
  build(stack);
  const { objects } = manifestsOf(stack);
  const find = (kind: string, name: string) =>
    objects.find(object => object.kind === kind && object.metadata.name === name);
  return {
    objects,
    find,
    // biome-ignore lint/suspicious/noExplicitAny: manifests are read by path in assertions
    get(kind: string, name: string): any {
      const found = find(kind, name);
      if (!found) throw new Error(`no ${kind} ${name} among ${objects.map(label).join(", ")}`);
      return found;
    },
    names: (kind: string) => objects.filter(object => object.kind === kind).map(object => object.metadata.name),
  };
}

const label = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata.name}`;

/** The environment of a container as text, references as `<source>`. */
// biome-ignore lint/suspicious/noExplicitAny: a container of a manifest
export function envOf(workload: any, container = "node"): Record<string, unknown> {
  const { env } = workload.spec.template.spec.containers.find(({ name }: { name: string }) => name === container);
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }: Record<string, unknown>) => [name, value ?? valueFrom]),
  );
}
