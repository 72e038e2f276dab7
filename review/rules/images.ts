import type { JsonObject } from "../../manifests/json";
import { listOf } from "../../manifests/read/object";
import { imageOf } from "../effective/image";
import { at, chartOf, podOf } from "../read";
import { type Rule, stays, together } from "./rule";

/** The software of every container, and of charts. */
export const imageRules: readonly Rule[] = [
  {
    id: "image",
    kinds: ["StatefulSet", "Deployment", "DaemonSet", "HelmRelease"],
    warning: true,
    why:
      "Software of another line or maker may keep its data in another way, and an older version may not read what a " +
      "newer one wrote.",
    remedy: "read the release notes, and back up first",
    loses: change => {
      if (!stays(change)) return undefined;
      const [old, now] = [imagesOf(change.before), imagesOf(change.after)];
      return together([...old].map(([name, image]) => stepOf(name, image, now.get(name))));
    },
  },
];

/** Images by container; those of a chart by their place in its values, and its own version. */
function imagesOf(body?: JsonObject): Map<string, string> {
  if (body && "chart" in body) {
    const { repository = "a file: ", version } = body;
    const own = version ? [["chart", `${repository}${chartOf(body)}:${version}`] as const] : [];
    return new Map([...own, ...imagesIn(body.values)]);
  }
  const pod = podOf(body);
  return new Map(
    [...listOf(pod?.initContainers), ...listOf(pod?.containers)].map(({ name, image = "" }) => [name, image]),
  );
}

function imagesIn(values: unknown, path = ""): [string, string][] {
  if (typeof values !== "object" || values === null || Array.isArray(values)) return [];
  return Object.entries(values).flatMap(([key, value]): [string, string][] => {
    if (key !== "image") return imagesIn(value, path ? `${path}.${key}` : key);
    const [registry, repository, tag] = ["registry", "repository", "tag"].map(part => at(value, part) ?? "");
    return [[path, `${registry && `${registry}/`}${repository}:${tag}`]];
  });
}

/** Another repository, a lower version, or another line: a major version, before 1.0 a minor one, or no version. */
function stepOf(name: string, before: string, after: string | undefined): string | undefined {
  if (after === undefined || before === after) return undefined;
  const [old, now] = [imageOf(before), imageOf(after)];
  const step = `${name}: ${before} → ${after}`;
  if (old.repository !== now.repository) return `the repository of ${step}`;
  if (!old.version || !now.version) return old.tag === now.tag ? undefined : `the line of ${step}`;
  const [from, to] = [old.version, now.version];
  const first = from.findIndex((number, i) => number !== to[i]);
  if (first < 0) return undefined;
  if ((to[first] as number) < (from[first] as number)) return `the newer version of ${step}`;
  // The major step of a chart is a loss by a rule of its own.
  return name !== "chart" && (first === 0 || (first === 1 && from[0] === 0)) ? `the line of ${step}` : undefined;
}
