import type { Container, VolumeMount } from "../../../kubernetes/framework/provider";
import type { Frame, NodeParts } from "../../member/frame";
import type { MeshAdditions } from "../../mesh/config";

/** What decides when an op-node makes blocks. */
export interface Sequencing {
  /** Of op-node, behind `--sequencer.enabled`. */
  readonly flags: readonly string[];
  /** Of op-node's start script. */
  readonly env: Readonly<Record<string, string>>;
  /** Of op-node. */
  readonly mounts: readonly VolumeMount[];
  /** Further images, with their places in the props. */
  readonly images: NodeParts["images"];
  /** Further scripts of `scripts`, by name. */
  readonly scripts: readonly string[];
  /** Further files beside the scripts. */
  readonly texts: (frame: Frame) => Readonly<Record<string, string>>;
  /** What runs beside op-node. */
  readonly containers: (frame: Frame) => readonly Container[];
  readonly mesh: MeshAdditions;
}
