import type { IConstruct } from "./terraform";

/** The messages that a construct and all below it carry at a level. */
export function annotationsOf(scope: IConstruct, level: "warn" | "error"): string[] {
  return scope.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata.flatMap(({ type, data }) => (type === `@cdktf/${level}` ? [String(data)] : [])),
    );
}
