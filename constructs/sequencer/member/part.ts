import type { Container, PodSpec, Volume, VolumeMount } from "../../kubernetes/framework/provider";

/** What one part of a sequencer adds to the pod of every member, in the order of the parts. */
export interface MemberPart {
  /** What runs before the others, in this order. */
  readonly initContainers?: readonly Container[];
  /** Runs beside the node. */
  readonly container?: Container;
  readonly volumes?: readonly Volume[];
  /** Of the node's container. */
  readonly mounts?: readonly VolumeMount[];
  /** Of the node's container. */
  readonly env?: Readonly<Record<string, string>>;
  readonly hostAliases?: PodSpec["hostAliases"];
}
