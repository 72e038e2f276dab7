import type { Finding } from "../../lint/lint";
import type { StackManifests } from "../../manifests/objects";
import type { Environment } from "../../values/load/environment";

/**
 * What lint finds in the stacks of an environment, with its waivers of today.
 * All stacks at once, because a signer or a namespace of one stack concerns the others.
 */
export function findingsOf({ values }: Environment, stacks: readonly StackManifests[]): Finding[] {
  const { lint }: typeof import("../../lint/lint") = require("../../lint/lint");
  const { waive }: typeof import("../../lint/waivers") = require("../../lint/waivers");
  const objects = stacks.flatMap(stack => stack.objects);
  const releases = stacks.flatMap(stack => stack.releases);
  const existingNamespaces = stacks.flatMap(stack => stack.existingNamespaces ?? []);
  const today = new Date().toISOString().slice(0, 10);
  return waive(lint({ objects, releases, existingNamespaces }), values.lint?.waivers ?? [], today);
}
