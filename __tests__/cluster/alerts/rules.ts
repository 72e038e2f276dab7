import type { KubernetesObject } from "../../../manifests/objects";
import { LABELS } from "./monitored";
import { type Rule, shortened } from "./shortened";

interface RuleObject extends KubernetesObject {
  readonly spec: {
    readonly groups: readonly { readonly name: string; readonly interval?: string; readonly rules: Rule[] }[];
  };
}

const ruleObjects = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === "PrometheusRule") as RuleObject[];

/** Every rule of the PrometheusRules among these objects. */
export const rulesOf = (objects: readonly KubernetesObject[]): Rule[] =>
  ruleObjects(objects).flatMap(({ spec }) => spec.groups.flatMap(({ rules }) => rules));

/** Further PrometheusRules, with the rules whose times can be shorter. */
export const shortenedRules = (objects: readonly KubernetesObject[]): object[] =>
  ruleObjects(objects).map(({ metadata, spec, ...object }) => ({
    ...object,
    metadata: { name: `${metadata.name}-shortened`, namespace: metadata.namespace, labels: LABELS },
    spec: {
      groups: spec.groups.map(({ name, rules }) => ({
        name: `${name} shortened`,
        interval: "5s",
        rules: rules.flatMap(rule => shortened(rule) ?? []),
      })),
    },
  }));

/** Every query of a panel, of the dashboards among these objects. */
export function panelsOf(objects: readonly KubernetesObject[]): Panel[] {
  const dashboards = objects.filter(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.labels?.grafana_dashboard,
  ) as (KubernetesObject & { readonly data: Record<string, string> })[];
  return dashboards.flatMap(({ data }) => Object.values(data)).flatMap(text => JSON.parse(text).panels);
}

export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly fieldConfig: { readonly defaults: { readonly unit?: string } };
}
