import type { Problem } from "../../kubernetes/problem";
import type { Resources } from "../../kubernetes/resources";
import type { MemberPart } from "../member/part";

/**
 * A way to execute transactions, as ev-node and the parts around it have to know it. It stands in the list of
 * `executions.ts`.
 */
export interface ExecutionParts {
  /** The program and the arguments that only this execution knows. */
  readonly command: readonly string[];
  /** Where transactions go: the port of the pod and its name in Services. */
  readonly writePort: number;
  /**
   * What runs beside every member, and has a volume `execution` of its own. @default - nothing: ev-node executes by
   * itself
   */
  readonly client?: (resources?: Resources) => MemberPart;
  /** The port of that with its metrics. */
  readonly metricsPort?: { readonly name: string; readonly port: number };
  /** Its images, with their places in the props. */
  readonly images: readonly (readonly [path: string[], image: string])[];
  readonly problems: readonly Problem[];
}
