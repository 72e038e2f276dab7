/** One thing that was checked. */
export interface Check {
  readonly check: string;
  readonly ok: boolean;
  /** Whether it could not be learned; then it is no failure. */
  readonly unknown?: true;
  /** What a probe of a connection found, in place of ok and failed. A refusal has passed the policies. */
  readonly verdict?: "dropped" | "refused";
  readonly detail: string;
}
