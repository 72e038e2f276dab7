import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { NODE_IMAGE } from "../../constructs/kubernetes/fail-fast-gate";
import { EV_NODE_IMAGES } from "../../constructs/sequencer/execution/executions";
import { HAPROXY_IMAGE } from "../../constructs/sequencer/haproxy";
import { SPIFFE_CHARTS } from "../../constructs/spike/chart-file";
import { SPIKE_RELEASES, spikeImage } from "../../constructs/spike/names";
import { SPIRE_CHART, SPIRE_CRDS_CHART } from "../../constructs/spike/spire";
import { isObject } from "../../manifests/json";

/** Every image that the constructs choose by themselves. A new default is a line here. */
export function defaultImages(): string[] {
  return [
    NODE_IMAGE,
    HAPROXY_IMAGE,
    ...Object.values(EV_NODE_IMAGES).flatMap(images => Object.values(images)),
    ...["keeper", "nexus", "pilot", "bootstrap"].flatMap(part =>
      SPIKE_RELEASES.map(release => spikeImage(part, release)),
    ),
  ];
}

/** A release of a chart in a repository of charts. */
export interface Chart {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

/** Every chart that the constructs choose by themselves. */
export const DEFAULT_CHARTS: readonly Chart[] = [
  { repository: SPIFFE_CHARTS, name: "spire", version: SPIRE_CHART },
  { repository: SPIFFE_CHARTS, name: "spire-crds", version: SPIRE_CRDS_CHART },
];

/** Images that the values files under some folders name. */
export function imagesInValues(...folders: readonly string[]): string[] {
  const files = folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map(file => join(folder, file)),
  );
  const yaml = files.filter(file => file.endsWith(".yaml"));
  return [...new Set(yaml.flatMap(file => imagesIn(parse(readFileSync(file, "utf8")))))];
}

function imagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    /(^i|I)mage$/.test(key) && typeof each === "string" ? [each] : imagesIn(each),
  );
}
