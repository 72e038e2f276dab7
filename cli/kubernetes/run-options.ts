export interface RunOptions {
  /** Written to kubectl's standard input. */
  readonly input?: string;
  /** What allows the request, as in "the Role seq-status of namespace seq": for the error when it is forbidden. */
  readonly allowedBy?: string;
  /** What to do when the object is not there. */
  readonly ifMissing?: string;
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure, such as 1 of `kubectl diff`. */
  readonly accept?: readonly number[];
}
