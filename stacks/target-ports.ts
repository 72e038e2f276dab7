import type { Problem } from "../constructs/kubernetes/problem";
import type { Path } from "../values/load/finding";

/** Ports of pods behind a Service to which no URL of the section leads. */
export function targetPortProblems(
  path: Path,
  targetPorts: Readonly<Record<string, number>>,
  urls: readonly string[],
): Problem[] {
  const called = new Set(urls.map(hostAndPort));
  return Object.keys(targetPorts)
    .filter(key => !called.has(key))
    .map(key => ({
      path: [...path, "networkPolicies", "targetPorts", key],
      message: `no URL of ${path.join(".")} leads to ${key}`,
      remedy: "write the host and the port as the URL has them",
    }));
}

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}
