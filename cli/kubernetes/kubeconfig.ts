import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readText } from "../../values/load/text-file";

/** Expands a path as Terraform does. */
export function expand(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : resolve(path);
}

/**
 * URL of the API server to which a context leads, without one the current context. Nothing where the file does not say
 * it, cannot be read, or has an address that means another host on every machine.
 */
export function serverOf(kubeconfig: string, context?: string): string | undefined {
  let config: Kubeconfig | null;
  try {
    config = parse(readText(expand(kubeconfig)));
  } catch {
    return undefined;
  }
  const named = config?.contexts?.find(({ name }) => name === (context ?? config["current-context"]));
  const server = config?.clusters?.find(({ name }) => name === named?.context.cluster)?.cluster.server;
  return server && !LOOPBACK.test(server) ? server : undefined;
}

const LOOPBACK = /^\w+:\/\/(localhost|127\.|\[::1\])/;

interface Kubeconfig {
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
  readonly "current-context"?: string;
}
