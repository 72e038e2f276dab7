import type { HelmRelease } from "../helm";
import { isObject } from "../json";
import type { KubernetesObject } from "../objects";

/** The objects of a release of the package's own chart, which prints them as they are. */
export function objectsIn(values: unknown): readonly KubernetesObject[] | undefined {
  const objects = isObject(values) ? values.objects : undefined;
  return Array.isArray(objects) ? objects : undefined;
}

/** What a chart is called. A file's name is that with the version: `assets/…/spire-0.30.0.tgz` is `spire`. */
export function chartName({ chart, version }: Pick<HelmRelease, "chart" | "version">): string {
  const [name = chart] = chart.split("/").slice(-1);
  const end = `-${version}.tgz`;
  return name.endsWith(end) ? name.slice(0, -end.length) : name;
}
