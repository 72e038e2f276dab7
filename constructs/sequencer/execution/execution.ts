import type { Problem } from "../../kubernetes/problem";
import type { MemberPart } from "../member/part";

/**
 * Upstream's images of one of its applications, by the release of ev-node in them: applications are tagged on their
 * own, and a release of ev-node may have none. Source: the tags `apps/<application>/v…` of evstack/ev-node, and the
 * release of ev-node in their `go.mod`.
 */
export function upstreamImages(
  application: string,
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const image = (tag: string) => `ghcr.io/evstack/ev-node-${application}:${tag}`;
  return Object.fromEntries(Object.entries(tags).map(([release, tag]) => [release, image(tag)]));
}

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
  readonly client?: MemberPart;
  /** The port of that with its metrics; at `/metrics`, unless there is a path. */
  readonly metricsPort?: { readonly name: string; readonly port: number; readonly path?: string };
  /** Its images, with their places in the props. */
  readonly images: readonly (readonly [path: string[], image: string])[];
  readonly problems: readonly Problem[];
}
