import type { DeploymentV1 } from "../kubernetes/framework/provider";

/** What takes a sequencer's blocks to another chain, in a pod of its own. */
export interface SubmitterWorkload {
  /** Such as `batcher`: `<sequencer>-<component>` is its name. */
  readonly component: string;
  /** Its software, in the labels of its pod. */
  readonly program: string;
  /** How often it sends something, at least. */
  readonly everySeconds: number;
  readonly deployment: DeploymentV1;
}
