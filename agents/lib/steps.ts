/*! Failures told once. */
import { log } from "./log";

/** Runs the steps of a round. A failure is logged when it is new and then once an hour, and its end is logged too. */
export class Steps {
  private readonly failures = new Map<string, { message: string; loggedAt: number }>();

  async run<T>(step: string, action: () => Promise<T> | T): Promise<T | undefined> {
    try {
      const value = await action();
      this.worked(step);
      return value;
    } catch (error) {
      this.failed(step, (error as Error).message);
      return undefined;
    }
  }

  worked(step: string): void {
    if (this.failures.delete(step)) log("info", `${step}: works again`);
  }

  failed(step: string, message: string): void {
    const last = this.failures.get(step);
    if (last?.message !== message || Date.now() - last.loggedAt > 3_600_000) {
      log("error", `${step}: ${message}`);
      this.failures.set(step, { message, loggedAt: Date.now() });
    }
  }
}
