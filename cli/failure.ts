import { peerDependencies } from "../package.json";
import { ValuesError } from "../values/load/finding";

/** How a command failed, for people. What others wrote into a message begins no line; findings are laid out. */
export function failureText(error: unknown): string {
  if (error instanceof ValuesError) return error.message;
  const text = error instanceof Error ? error.message.replace(/^error: /, "") : String(error);
  return missingPeer(error) ?? text.replace(/\n(?! )/g, "\n  ");
}

/** The same for programs, where `--json` was given. */
export function failureJson(error: unknown): string {
  const findings = error instanceof ValuesError ? { findings: error.findings } : {};
  return JSON.stringify({ error: failureText(error), ...findings }, null, 2);
}

/** A package that a project installs beside this one, with the command that does. */
function missingPeer(error: unknown): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "MODULE_NOT_FOUND") return undefined;
  const [, path = ""] = /^Cannot find module '([^']+)'/.exec(message) ?? [];
  const peers = Object.entries(peerDependencies);
  const missing = peers.find(([name]) => path === name || path.startsWith(`${name}/`));
  if (!missing) return undefined;
  const all = peers.map(([name, range]) => `'${name}@${range}'`).join(" ");
  return `the package ${missing[0]} is not installed, which this one needs → npm install ${all}`;
}
