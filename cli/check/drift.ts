import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { Environment } from "../../values/load/environment";
import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { type Rendered, resolved } from "../manifests";
import type { Check } from "./result";

/** Whole objects and not a few lines of them; `-N` takes what is missing for empty. */
const DIFF = { KUBECTL_EXTERNAL_DIFF: "diff -u -N -U1000000" };

/** What an apply of a stack's manifests would change, by `kubectl diff`. Does not check what Helm installs. */
export async function driftChecks(kubectl: Kubectl, environment: Environment, stack: Rendered): Promise<Check[]> {
  const { toYaml }: typeof import("../../manifests") = require("../../manifests");
  const [{ id, manifests }] = (await resolved(kubectl, environment, [stack])) as [Rendered];
  const diff = await kubectl.run(["diff", "-f", "-"], { input: toYaml(manifests), accept: [1], env: DIFF });
  const changed = changedIn(diff);
  const detail = changed.length === 0 ? "as in the manifests" : `differ from the manifests: ${changed.join(", ")}`;
  return [{ check: `drift ${id}`, ok: changed.length === 0, detail }];
}

const BY_HAND = "run it by hand";

/**
 * Objects of a diff that differ in what they mean, or whose meaning cannot be read.
 *
 * @throws KubectlError for what is no diff
 */
export function changedIn(diff: string): string[] {
  const parts = diff.split(/^(?=diff -u)/m).filter(part => part.trim() !== "");
  return parts.flatMap(part => {
    const [command = "", live, merged, hunk, ...body] = part.split("\n");
    const file = /\/([^/\s"]+)"?$/.exec(command)?.[1];
    const heads = [live, merged, hunk].map(line => line?.slice(0, 3)).join();
    if (!file || heads !== "---,+++,@@ " || body.some(line => /^[^-+ \\]/.test(line)))
      throw new KubectlError(
        `kubectl diff printed no diff as GNU diff does → install diffutils, or ${BY_HAND}`,
        "other",
      );
    try {
      return meansAnother(body) ? [objectOf(file)] : [];
    } catch {
      return [`${objectOf(file)} (kubectl diff printed no YAML of it → ${BY_HAND})`];
    }
  });
}

function meansAnother(body: readonly string[]): boolean {
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
