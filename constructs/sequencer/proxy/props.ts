import type { ServiceV1 } from "../../kubernetes/framework/provider";
import type { KubernetesScope } from "../../kubernetes/vocabulary/props";
import type { SequencerAccess } from "../access";
import type { NodeSoftware } from "../software/software";
import type { LeaderCheck } from "./config";

/** What a `LeaderProxy` takes; a sequencer of several members makes one of its own. */
export interface LeaderProxyProps extends KubernetesScope {
  readonly namespace: string;
  /** Name of the sequencer, whose write Service it is. */
  readonly name: string;
  readonly image: string;
  /** A Service per member. */
  readonly services: readonly ServiceV1[];
  /** Port of transactions, of members and of the Service. */
  readonly writePort: number;
  /** How a member says that it leads. */
  readonly check: LeaderCheck;
  /** Calls of the leader's node itself. @default - none */
  readonly nodeRpc?: NodeSoftware["nodeRpc"];
  readonly spread: "hard" | "soft";
  readonly networkAccess: SequencerAccess | false;
}
