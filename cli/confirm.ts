import { createInterface } from "node:readline/promises";
import type { Environment } from "../values/load/environment";

export interface ConfirmOptions {
  readonly yes?: boolean;
  readonly protectedEnvironment?: string;
}

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/** Refuses a request that nobody could confirm, before the cluster is asked anything. */
export function checkConfirmable(
  { name, values }: Environment,
  { yes, protectedEnvironment }: ConfirmOptions,
  { input, output } = TERMINAL,
): void {
  if (protectedEnvironment !== undefined && protectedEnvironment !== name) {
    throw new Error(
      `--protected-environment ${protectedEnvironment} is not the environment of this command, ${name} ` +
        "→ name the one that is meant",
    );
  }
  if (values.protected && protectedEnvironment === undefined) {
    throw new Error(`environment ${name} is protected → repeat its name with --protected-environment ${name}`);
  }
  if (!yes && !(input.isTTY && output.isTTY)) {
    throw new Error("standard input is no terminal, so nobody can confirm → give --yes");
  }
}

/** Says what will be done, and asks, unless --yes is given. */
export async function confirm(
  plan: readonly string[],
  { yes }: ConfirmOptions,
  signal: AbortSignal,
  { input, output } = TERMINAL,
): Promise<boolean> {
  output.write(`${plan.join("\n")}\n`);
  if (yes) return true;
  const reader = createInterface({ input, output, terminal: false });
  const closed = new Promise<string>(resolve => reader.on("close", () => resolve("")));
  try {
    const answer = await Promise.race([reader.question("go ahead? [y/N] ", { signal }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    reader.close();
  }
}
