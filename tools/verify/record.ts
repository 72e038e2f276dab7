import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Digests } from "./digest";

/** A green run of a suite. */
export interface Verified {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** What ran, such as "12 tests, 1 round, 310 s". */
  readonly ran: string;
  readonly digests: Digests;
}

/** The last green run of each suite, by its name: kept beside the evidence, and written by such a run alone. */
export class Records {
  constructor(private readonly file: string) {}

  of(suite: string): Verified | undefined {
    return this.all()[suite];
  }

  add(suite: string, verified: Verified): void {
    const all = Object.entries({ ...this.all(), [suite]: verified });
    const sorted = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(this.file, `${JSON.stringify(sorted, null, 2)}\n`);
  }

  private all(): Readonly<Record<string, Verified>> {
    return existsSync(this.file) ? JSON.parse(readFileSync(this.file, "utf8")) : {};
  }
}
