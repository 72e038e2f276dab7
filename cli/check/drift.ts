import type { Environment } from "../../values/load/environment";
import type { Kubectl } from "../kubernetes/kubectl";
import { manifestsFor } from "../manifests";
import type { Check } from "./result";

/** What an apply of the manifests would change, by `kubectl diff`. Does not check what Helm installs. */
export async function driftChecks(kubectl: Kubectl, environment: Environment): Promise<Check[]> {
  const { toYaml }: typeof import("../../manifests") = require("../../manifests");
  const stacks = await manifestsFor(kubectl, environment);
  const checks: Check[] = [];
  for (const { id, manifests } of stacks) {
    const diff = await kubectl.run(["diff", "-f", "-"], { input: toYaml(manifests), accept: [1] });
    const changed = [...diff.matchAll(/^diff -u\S* .*?\/([^\s/]+) /gm)].map(([, file = ""]) => objectOf(file));
    const detail = changed.length === 0 ? "as in the manifests" : `differ from the manifests: ${changed.join(", ")}`;
    checks.push({ check: `drift ${id}`, ok: changed.length === 0, detail });
  }
  return checks;
}

/** kubectl names files `<group>.<version>.<kind>.<namespace>.<name>`. After the version, only names may have dots. */
function objectOf(file: string): string {
  const found = /(?:^|\.)v[^.]+\.([A-Z][A-Za-z]*)\.([^.]*)\.(.+)$/.exec(file);
  return found ? `${found[1]} ${found[2] ? `${found[2]}/` : ""}${found[3]}` : file;
}
