import type { JsonObject } from "../manifests/json";
import type { Difference } from "./difference";
import type { Origin } from "./origin";
import type { Sides } from "./sides";

/**
 * `replace` is a deletion and a creation under the same name, `rename` under another. `forget` leaves the object in the
 * cluster, and `move` changes only its address in Terraform.
 */
export type Action = "create" | "update" | "replace" | "rename" | "delete" | "forget" | "move";

/** What happens to one Kubernetes object or Helm release. */
export interface Change {
  readonly action: Action;
  /** `StatefulSet devnet-p2p/boot`; the address in Terraform if it is neither an object nor a release. */
  readonly address: string;
  /** Its address in Terraform, if a plan was read. */
  readonly terraform?: string;
  readonly kind: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  readonly differences: readonly Difference[];
  /** The fields for which it is replaced, if they are known. */
  readonly forced: readonly string[];
  /** Its address after a `rename`. */
  readonly renamed?: string;
  /** Why Terraform does it, as a plan says: `replace_because_tainted`. */
  readonly reason?: string;
  /** Its addresses in Terraform, if it is replaced because they differ. */
  readonly moved?: { readonly from: string; readonly to: string };
}

export interface StackChanges {
  /** `devnet-p2p`, or the name of the plan's file. */
  readonly stack: string;
  /** The stack is no longer in the configuration: nothing deletes its objects, and nothing updates them. */
  readonly left?: boolean;
  /** There is no plan of it. */
  readonly unknown?: boolean;
  readonly changes: readonly Change[];
  /** All of the stack, changed or not. */
  readonly sides?: Sides;
  /** Where it deploys and keeps its state, if that is known of both. */
  readonly origins?: { readonly before: Origin; readonly after: Origin };
}
