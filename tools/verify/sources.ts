import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderExample } from "../../__tests__/cluster/driver/example";
import { manifestsFor } from "../../__tests__/cluster/driver/stack";
import type { Deployed } from "../../__tests__/cluster/suites";
import type { StackManifests } from "../../manifests/objects";
import type { Sources } from "./digest";

/** How this machine's programs say their release. */
const RELEASES: Readonly<Record<string, () => string>> = {
  node: () => process.versions.node.split(".", 1).join(),
  go: () => said("go", "env", "GOVERSION"),
  haproxy: () => haproxy(),
  "haproxy-3.4": () => haproxy("3.4"),
};

function haproxy(line = ""): string {
  const program = said("env", `HAPROXY_LINE=${line}`, "sh", "__tests__/cluster/haproxy/haproxy.sh");
  return /version (\d+\.\d+\.\d+)/.exec(said(program, "-v"))?.[1] ?? "unknown";
}

/** The inputs as they are in a checkout and on this machine, each looked up once. */
export function currentSources(root: string): Sources {
  return {
    root,
    read: once(file => readFileSync(join(root, file), "utf8")),
    render: once(render),
    release: once(program => RELEASES[program]?.() ?? "unknown"),
  };
}

function render(deployed: Deployed): StackManifests {
  if ("dir" in deployed) return manifestsFor(deployed, deployed.set);
  return inTemporaryFolder(folder => renderExample(deployed, join(folder, "values")));
}

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "verify-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function once<K, V>(look: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return key => {
    if (!known.has(key)) known.set(key, look(key));
    return known.get(key) as V;
  };
}

/** What a program prints; one that is missing here fails the suite that needs it, not the list of suites. */
function said(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "missing";
  }
}
