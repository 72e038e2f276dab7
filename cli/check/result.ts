/** One thing that was checked. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}
