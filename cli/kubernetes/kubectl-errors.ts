import { oneLine } from "../../manifests/hidden";
import type { RunOptions } from "./run-options";

/** `pod`: only this pod does not answer; others may. */
export type Failure =
  | "missing"
  | "unreachable"
  | "unauthorized"
  | "forbidden"
  | "not found"
  | "conflict"
  | "pod"
  | "other";

/** Why kubectl failed, and what to do. */
export class KubectlError extends Error {
  constructor(
    message: string,
    readonly failure: Failure,
  ) {
    super(oneLine(message));
  }
}

const FORBIDDEN = /User "([^"]*)" cannot (\S+) resource "([^"]*)" in API group "[^"]*"(?: in the namespace "([^"]*)")?/;
const UNREACHABLE = new RegExp(
  [
    /Unable to connect to the server: (.*)/,
    /The connection to the server (.* was refused)/,
    /((?:dial tcp|net\/http|context deadline exceeded|i\/o timeout|TLS handshake)[^"\n]*)/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

const REACH = "check the network, the VPN and cluster";

/** More is no reason that a person reads. */
const MOST_SAID = 1000;

export function explain(
  stderr: string,
  cluster: string,
  { allowedBy, ifMissing }: Pick<RunOptions, "allowedBy" | "ifMissing">,
): KubectlError {
  const last = (stderr.trim().split("\n").at(-1) ?? "").slice(0, MOST_SAID);
  const forbidden = FORBIDDEN.exec(stderr);
  if (forbidden) {
    const [, user, verb, resource, namespace] = forbidden;
    const place = namespace ? ` in namespace ${namespace}` : "";
    const remedy = allowedBy ? `have them bound to ${allowedBy}` : "ask for a Role that allows it";
    return new KubectlError(`${user} may not ${verb} ${resource}${place} on ${cluster} → ${remedy}`, "forbidden");
  }
  if (/\(Unauthorized\)|must be logged in|provide credentials/.test(stderr)) {
    return new KubectlError(`${cluster} does not accept the credentials → log in to the cluster again`, "unauthorized");
  }
  // kubectl asks for a user name where the kubeconfig has no credentials, and finds nobody to answer.
  if (/Please enter Username/.test(stderr) || last.replace(/^error: /i, "") === "EOF") {
    return new KubectlError(
      `the kubeconfig of ${cluster} has no credentials → log in to the cluster, or name another cluster.kubeconfig`,
      "unauthorized",
    );
  }
  const context = /context (?:was not found for specified context: |")([^"\n]*)"?/.exec(stderr);
  if (context) {
    return new KubectlError(`there is no context ${context[1]} (${cluster}) → correct cluster.context`, "missing");
  }
  const absent = /\(NotFound\): (.*)/.exec(stderr);
  if (absent) {
    return new KubectlError(
      `${cluster}: ${absent[1]} → ${ifMissing ?? "check cluster.context and the namespace"}`,
      "not found",
    );
  }
  if (/\((Conflict|AlreadyExists)\)/.test(stderr)) {
    return new KubectlError(
      `${cluster}: ${last.replace(/^.*\((Conflict|AlreadyExists)\): /, "")} → try again`,
      "conflict",
    );
  }
  const plugin = /getting credentials: (.*)/.exec(stderr);
  if (plugin) {
    return new KubectlError(
      `no credentials for ${cluster}: ${plugin[1]} → check cluster.exec, or log in again`,
      "unauthorized",
    );
  }
  const unreachable = UNREACHABLE.exec(stderr);
  if (unreachable) {
    const why = unreachable[1] ?? unreachable[2] ?? unreachable[3] ?? "";
    // Where kubectl looks when nothing names a server.
    const unnamed = /(localhost|127\.0\.0\.1|\[::1\]):8080\b/.test(why);
    const remedy = unnamed ? "does the kubeconfig name a cluster? Correct cluster.kubeconfig" : REACH;
    return new KubectlError(`cannot reach the API server of ${cluster}: ${why} → ${remedy}`, "unreachable");
  }
  return new KubectlError(`${cluster}: ${last.replace(/^error: /i, "")}`, "other");
}
