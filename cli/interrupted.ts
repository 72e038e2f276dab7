/** The user pressed Ctrl-C, or the process was told to end; the program ends with 130. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}
