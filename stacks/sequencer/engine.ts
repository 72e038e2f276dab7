import type { SequencerProps } from "../../constructs";
import type { Problem } from "../../constructs/kubernetes/problem";
import type { Construct } from "../../constructs/kubernetes/terraform";
import type { SequencerNode } from "../../constructs/sequencer/node";
import type { SequencerValues } from "../../values/schema/sequencer";
import type { FileText, SequencerEnvironment } from "./props";

/** What `ha` says of an engine. */
export type Ha<K extends string> = Extract<SequencerValues["ha"], Record<K, unknown>>[K &
  keyof Extract<SequencerValues["ha"], Record<K, unknown>>];

/** An engine as the values describe it; it stands in the list of `engines.ts`. */
export interface EngineInValues<V> {
  /** What is wrong beside what no sequencer may be, at places in the props. */
  readonly problems: (
    props: SequencerProps & { readonly name: string },
    values: V,
    env: SequencerEnvironment,
    fileText: FileText,
  ) => readonly Problem[];
  readonly create: (scope: Construct, id: string, props: SequencerProps, values: V) => SequencerNode;
  /** Whether Helm releases are part of it. */
  readonly usesHelm: (values: V) => boolean;
  /** The places in `ha.<engine>` of its own props, by the first step of their paths. */
  readonly places?: Readonly<Record<string, (rest: Problem["path"]) => Problem["path"]>>;
}

/** Props that stand in `ha.<engine>` under their own names. */
export function sameIn(...names: string[]): NonNullable<EngineInValues<unknown>["places"]> {
  return Object.fromEntries(names.map(name => [name, rest => [name, ...rest]]));
}
