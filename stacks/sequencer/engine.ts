import type { Construct } from "../../constructs/kubernetes/framework/terraform";
import type { Problem } from "../../constructs/kubernetes/problem";
import type { SequencerNode } from "../../constructs/sequencer/member/node";
import type { SequencerValues } from "../../values/schema/sequencer";
import type { Placed, Prop } from "../placed";
import type { FileText } from "../section";
import type { SequencerEnvironment, SharedProps } from "./props";

/** What `ha` says of an engine. */
export type Ha<K extends string> = Extract<SequencerValues["ha"], Record<K, unknown>>[K &
  keyof Extract<SequencerValues["ha"], Record<K, unknown>>];

/** An engine as the values describe it; it stands in the list of `engines.ts`. */
export interface EngineInValues<V, P = never> {
  /** Its props: what every sequencer takes, and what `ha` says. */
  readonly props: (shared: SharedProps, own: Placed<V>) => Prop<P>;
  readonly problemsOf: (props: P) => readonly Problem[];
  /** What is wrong with files that the values name, at paths in the values. @default - nothing */
  readonly fileProblems?: (env: Placed<SequencerEnvironment>, own: Placed<V>, fileText: FileText) => Problem[];
  readonly create: (scope: Construct, id: string, props: P) => SequencerNode;
  /** Whether Helm releases are part of it. */
  readonly usesHelm: (values: V) => boolean;
}
