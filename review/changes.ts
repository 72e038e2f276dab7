import type { JsonObject } from "../manifests/terraform";
import type { Difference } from "./difference";

/**
 * `replace` is a deletion and a creation under the same name, `rename` under another; `forget` leaves the object in the cluster, and
 * `move` changes Terraform's own address of it alone.
 */
export type Action = "create" | "update" | "replace" | "rename" | "delete" | "forget" | "move";

/** What happens to one Kubernetes object or Helm release. */
export interface Change {
  readonly action: Action;
  /** `StatefulSet devnet-p2p/boot`; of something Terraform alone knows, its address there. */
  readonly address: string;
  /** Its address in Terraform, of a plan. */
  readonly terraform?: string;
  readonly kind: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly differences: readonly Difference[];
  /** The fields for which it is replaced, as far as they are known. */
  readonly forced: readonly string[];
  /** Its address afterwards, of a `rename`. */
  readonly renamed?: string;
  /** Its addresses in Terraform, where one that moved makes it be replaced. */
  readonly moved?: { readonly from: string; readonly to: string };
}

export interface StackChanges {
  /** `devnet-p2p`, or the name of the plan's file. */
  readonly stack: string;
  /** A stack that is no longer in the configuration: nothing deletes its objects, and nothing looks after them. */
  readonly left?: boolean;
  readonly changes: readonly Change[];
}
