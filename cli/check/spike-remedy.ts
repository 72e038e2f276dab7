import type { BootstrapStatus } from "./spike-status";

/** Terraform replaces a Job that failed. Where a key was made, another one beside it would help nobody. */
export function remedy(environment: string, { keyMade }: BootstrapStatus): string {
  if (keyMade)
    return (
      "a key was made, and keepers may have shares of it: " +
      "docs/runbooks/spike-bootstrap.md#half-delivered comes first"
    );
  return `once that is put right: rollup-network deploy ${environment}`;
}
