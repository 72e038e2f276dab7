/** Everything in a stack that the view cannot show, all of it at once. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** Collects what is wrong, so that one run reports everything. */
export class Problems {
  private readonly found: string[] = [];

  add(address: string, path: string, message: string): void {
    this.found.push(`${[address, path].filter(Boolean).join(" ")}: ${message}`);
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw new ManifestError(this.found);
  }
}
