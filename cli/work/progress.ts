interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Takes a line of a terminal away. */
export const CLEAR_LINE = "\r\x1b[K";

/** On a terminal, says how far long work is: `312/1000 environments`. Elsewhere it says nothing. */
export class Progress {
  private readonly started: number;
  private said?: number;
  private done = 0;

  constructor(
    private readonly total: number,
    private readonly terminal: Terminal = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
  }

  /** One environment more. The first second is silent, and then ten lines a second are enough. */
  step(): void {
    this.done++;
    const now = this.now();
    if (!this.terminal.isTTY || now - this.started < 1000 || now - (this.said ?? 0) < 100) return;
    this.said = now;
    this.terminal.write(`${CLEAR_LINE}${this.done}/${this.total} environments`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.said !== undefined) this.terminal.write(CLEAR_LINE);
  }
}
