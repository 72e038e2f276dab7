import { isToken } from "../framework/tokens";
import type { Problem } from "../problem";
import {
  CHART_REPOSITORY,
  CHART_REPOSITORY_RULE,
  isOwn,
  LABEL_VALUE,
  LABEL_VALUE_RULE,
  METADATA_KEY,
  METADATA_KEY_RULE,
  REGISTRY,
  REGISTRY_RULE,
} from "./grammar";
import type { KubernetesProps } from "./props";

/** What no platform asks; paths in the problems are paths in the props. */
export function kubernetesProblems(props: KubernetesProps): Problem[] {
  return [...tolerationProblems(props), ...spreadProblems(props), ...metadataProblems(props), ...imageProblems(props)];
}

function tolerationProblems({ tolerations = [] }: KubernetesProps): Problem[] {
  return tolerations.flatMap(({ key, operator, value, effect, tolerationSeconds }, i) => {
    const at = (part: string, message: string, remedy: string) => ({ path: ["tolerations", i, part], message, remedy });
    return [
      ...(!key && !isToken(operator) && operator !== "Exists"
        ? [at("key", "is missing: only operator Exists tolerates every taint", "name the taint's key")]
        : []),
      ...(operator === "Exists" && value !== undefined
        ? [at("value", "has no meaning with operator Exists", "remove it, or use operator Equal")]
        : []),
      ...(tolerationSeconds !== undefined && effect !== "NoExecute" && !isToken(effect)
        ? [at("tolerationSeconds", "has a meaning only with effect NoExecute", "set the effect, or remove it")]
        : []),
    ];
  });
}

function spreadProblems({ topologySpread = [] }: KubernetesProps): Problem[] {
  const keyOf = ({ topologyKey, whenUnsatisfiable = "DoNotSchedule" }: (typeof topologySpread)[number]) =>
    `${topologyKey} ${whenUnsatisfiable}`;
  return topologySpread.flatMap((each, i) => {
    const at = (part: string, message: string, remedy: string) => ({
      path: ["topologySpread", i, part],
      message,
      remedy,
    });
    return [
      ...(topologySpread.findIndex(other => keyOf(other) === keyOf(each)) < i
        ? [at("topologyKey", `"${each.topologyKey}" is there already`, "name every label of nodes once")]
        : []),
      ...(each.minDomains !== undefined && each.whenUnsatisfiable === "ScheduleAnyway"
        ? [at("minDomains", "has a meaning only with DoNotSchedule", "remove it")]
        : []),
    ];
  });
}

const LABELS = ["labels", "podLabels", "namespaceLabels"] as const;
const ANNOTATIONS = [
  "annotations",
  "podAnnotations",
  "namespaceAnnotations",
  "serviceAnnotations",
  "serviceAccountAnnotations",
] as const;

/** Metadata that Kubernetes refuses, or that is the package's own. */
function metadataProblems(props: KubernetesProps): Problem[] {
  return [
    ...LABELS.flatMap(word => Object.entries(props[word] ?? {}).flatMap(label => noteProblems("label", word, label))),
    ...ANNOTATIONS.flatMap(word =>
      Object.entries(props[word] ?? {}).flatMap(note => noteProblems("annotation", word, note)),
    ),
  ];
}

function noteProblems(kind: "label" | "annotation", word: string, [key, value]: [string, string]): Problem[] {
  const path = [word, key];
  if (!METADATA_KEY.test(key)) return [{ path, message: `"${key}" ${METADATA_KEY_RULE}` }];
  if (isOwn(kind, key)) {
    const message = `the ${kind} "${key}" is set by the package or by Kubernetes`;
    return [{ path, message, remedy: "use a key of your own, such as example.org/team" }];
  }
  if (kind === "annotation" || isToken(value) || LABEL_VALUE.test(value)) return [];
  return [{ path, message: `"${value}" ${LABEL_VALUE_RULE}` }];
}

/** A mirror that Kubernetes would look for on Docker Hub, and charts that Helm would not find. */
function imageProblems({ registry, chartRepository }: KubernetesProps): Problem[] {
  return [
    ...(registry === undefined || isToken(registry) || REGISTRY.test(registry)
      ? []
      : [{ path: ["registry"], message: `"${registry}" ${REGISTRY_RULE}` }]),
    ...(chartRepository === undefined || isToken(chartRepository) || CHART_REPOSITORY.test(chartRepository)
      ? []
      : [{ path: ["chartRepository"], message: `"${chartRepository}" ${CHART_REPOSITORY_RULE}` }]),
  ];
}
