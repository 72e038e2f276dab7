/** By which a process is told to end. */
export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The user pressed Ctrl-C, or the process was told to end; the program ends with 130. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/** Does what must not be half done, without waiting for anything. A signal meanwhile comes too late. */
export function uninterrupted(act: () => void): void {
  const late = () => {};
  for (const signal of SIGNALS) process.on(signal, late);
  try {
    act();
  } finally {
    for (const signal of SIGNALS) process.off(signal, late);
  }
}
