/** One thing that was checked. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  /** Whether it could not be learned; then it is no failure. */
  readonly unknown?: true;
  readonly detail: string;
}
