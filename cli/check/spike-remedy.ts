import type { BootstrapStatus } from "./spike-status";

/** Terraform replaces a Job that failed. Where a key was made, another one beside it would help nobody. */
export function remedy(environment: string, { runbook }: BootstrapStatus): string {
  if (!runbook) return `once that is put right: rollup-network deploy ${environment}`;
  return `${STATES[runbook]}: docs/runbooks/spike-bootstrap.md#${runbook} comes first`;
}

const STATES = {
  "half-delivered": "a key was made, and keepers may have shares of it",
  "complete-but-not-noted": "the next Job would create another key",
} as const;
