import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { Environment } from "../../values/load/environment";
import type { Kubectl } from "../kubernetes/kubectl";
import { manifestsFor } from "../manifests";
import type { Check } from "./result";

/** Whole objects and not a few lines of them; `-N` takes what is missing for empty. */
const DIFF = { KUBECTL_EXTERNAL_DIFF: "diff -u -N -U1000000" };

/** What an apply of the manifests would change, by `kubectl diff`. Does not check what Helm installs. */
export async function driftChecks(kubectl: Kubectl, environment: Environment): Promise<Check[]> {
  const { toYaml }: typeof import("../../manifests") = require("../../manifests");
  const stacks = await manifestsFor(kubectl, environment);
  const checks: Check[] = [];
  for (const { id, manifests } of stacks) {
    const diff = await kubectl.run(["diff", "-f", "-"], { input: toYaml(manifests), accept: [1], env: DIFF });
    const changed = changedIn(diff);
    const detail = changed.length === 0 ? "as in the manifests" : `differ from the manifests: ${changed.join(", ")}`;
    checks.push({ check: `drift ${id}`, ok: changed.length === 0, detail });
  }
  return checks;
}

/** Objects of a diff that differ in what they mean. */
export function changedIn(diff: string): string[] {
  return diff.split(/^(?=diff -u)/m).flatMap(part => {
    const [, file] = /^diff -u.* .*?\/([^\s/]+) /.exec(part) ?? [];
    return file && meansAnother(part) ? [objectOf(file)] : [];
  });
}

function meansAnother(part: string): boolean {
  const lines = part.split("\n");
  const body = lines.slice(lines.findIndex(line => line.startsWith("@@")) + 1);
  const side = (mark: string) => body.flatMap(line => ([" ", mark].includes(line[0] ?? "") ? [line.slice(1)] : []));
  const [live, applied] = [side("-"), side("+")].map(text => parse(text.join("\n")) ?? undefined);
  return live === undefined || applied === undefined || !isDeepStrictEqual(said(live), said(applied));
}

/** Kept by the API server, which counts a generation up for an empty list in place of none. */
const KEPT = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];

/** An object without what the API server keeps. */
// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
function said({ status: _, ...object }: any): unknown {
  const { meaning }: typeof import("../../manifests/meaning/meaning") = require("../../manifests/meaning/meaning");
  const metadata = Object.entries(object.metadata ?? {}).filter(([key]) => !KEPT.includes(key));
  return meaning({ ...object, metadata: Object.fromEntries(metadata) }, { kind: object.kind ?? "", keys: [] });
}

/** kubectl names files `<group>.<version>.<kind>.<namespace>.<name>`. After the version, only names may have dots. */
function objectOf(file: string): string {
  const found = /(?:^|\.)v[^.]+\.([A-Z][A-Za-z]*)\.([^.]*)\.(.+)$/.exec(file);
  return found ? `${found[1]} ${found[2] ? `${found[2]}/` : ""}${found[3]}` : file;
}
