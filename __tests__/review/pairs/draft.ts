import type { StackManifests } from "../../../manifests/objects";

// biome-ignore lint/suspicious/noExplicitAny: manifests are changed in every place, also into what no type allows
export type Loose = any;

/** The manifests of a stack, to be changed. */
export class Draft {
  readonly objects: Loose[];
  readonly releases: Loose[];

  constructor(manifests: StackManifests) {
    ({ objects: this.objects, releases: this.releases } = JSON.parse(JSON.stringify(manifests)));
  }

  of(kind: string, name: string): Loose {
    const found = this.objects.find(each => each.kind === kind && each.metadata.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  }

  release(name: string): Loose {
    return this.releases.find(each => each.name === name);
  }

  /** The StatefulSet or Deployment of a name. */
  workload(name: string): Loose {
    return this.objects.find(each => /Set|Deployment/.test(each.kind) && each.metadata.name === name);
  }

  pod(name: string): Loose {
    return this.workload(name).spec.template.spec;
  }

  container(workload: string, name = "node"): Loose {
    return this.pod(workload).containers.find((each: Loose) => each.name === name);
  }

  mount(workload: string, path: string, container = "node"): Loose {
    return this.container(workload, container).volumeMounts.find((each: Loose) => each.mountPath === path);
  }

  volume(workload: string, name: string): Loose {
    return this.pod(workload).volumes.find((each: Loose) => each.name === name);
  }

  /** Sets a variable; without a value takes it away. */
  env(workload: string, name: string, value?: string | object, container = "node"): void {
    const all = this.container(workload, container);
    all.env = all.env.filter((each: Loose) => each.name !== name);
    if (typeof value === "string") all.env.push({ name, value });
    else if (value) all.env.push({ name, valueFrom: value });
  }

  /** Replaces an argument; by nothing, takes it away. */
  arg(workload: string, container: string, before: RegExp, after?: string): void {
    const all = this.container(workload, container);
    all.args = all.args.flatMap((arg: string) => (before.test(arg) ? (after ?? []) : arg));
  }

  without(kind: string, name: string): void {
    const gone = this.of(kind, name);
    this.objects.splice(this.objects.indexOf(gone), 1);
  }
}

/** The environments whose manifests are changed. */
export type Base = "boot" | "public" | "reserved" | "raft" | "five" | "lease" | "opStack" | "opStackSingle" | "spike";

/** A change of manifests, and what has to be said of it: the rules, and words of the text. */
export interface Pair {
  readonly change: string;
  readonly base: Base;
  readonly prepare?: (draft: Draft) => void;
  readonly edit: (draft: Draft) => void;
  readonly lost?: readonly string[];
  readonly warned?: readonly string[];
  readonly says?: RegExp;
}
