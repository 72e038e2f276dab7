import { isToken } from "../framework/tokens";
import { grammarProblems, mapProblems } from "../grammar/grammar";
import { CHART_REPOSITORY, MIRROR } from "../grammar/image";
import { LABEL_KEY, LABEL_VALUE, OBJECT_NAME } from "../grammar/names";
import type { Problem } from "../problem";
import { affinityProblems } from "./affinity-problems";
import { isOwn } from "./own";
import { podProblems } from "./pod-problems";
import type { KubernetesProps } from "./props";

/** What is wrong with a block `kubernetes`. Paths in the problems are paths in the props. */
export function kubernetesProblems(props: KubernetesProps): Problem[] {
  return [
    ...nameProblems(props),
    ...tolerationProblems(props),
    ...spreadProblems(props),
    ...affinityProblems(props.affinity),
    ...metadataProblems(props),
    ...imageProblems(props),
    ...podProblems(props),
  ];
}

/** Names that no object can have. */
function nameProblems(props: KubernetesProps): Problem[] {
  const { nodeSelector, imagePullSecrets = [] } = props;
  return [
    ...mapProblems(["nodeSelector"], nodeSelector, LABEL_KEY, LABEL_VALUE),
    ...NAMES.flatMap(word => grammarProblems([word], props[word], OBJECT_NAME)),
    ...imagePullSecrets.flatMap((name, i) => grammarProblems(["imagePullSecrets", i], name, OBJECT_NAME)),
  ];
}

const NAMES = ["priorityClassName", "schedulerName", "runtimeClassName"] as const;

function tolerationProblems({ tolerations = [] }: KubernetesProps): Problem[] {
  return tolerations.flatMap(({ key, operator, value, effect, tolerationSeconds }, i) => {
    const at = (part: string, message: string, remedy: string) => ({ path: ["tolerations", i, part], message, remedy });
    return [
      ...grammarProblems(["tolerations", i, "key"], key || undefined, LABEL_KEY),
      ...grammarProblems(["tolerations", i, "value"], value, LABEL_VALUE),
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
      ...grammarProblems(["topologySpread", i, "topologyKey"], each.topologyKey, LABEL_KEY),
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
    ...ANNOTATIONS.flatMap(word => sizeProblems(word, props[word])),
  ];
}

/** Most that all annotations of an object may have, and what is left of it for those of others. */
const [MOST_ANNOTATIONS, LEFT_FOR_OTHERS] = [256 * 1024, 32 * 1024];

function sizeProblems(word: string, notes: Readonly<Record<string, string>> = {}): Problem[] {
  const size = Object.entries(notes).reduce((sum, each) => sum + Buffer.byteLength(each.join("")), 0);
  const most = MOST_ANNOTATIONS - LEFT_FOR_OTHERS;
  if (size <= most) return [];
  const message = `has ${size} bytes, and Kubernetes takes ${MOST_ANNOTATIONS} of all annotations of an object`;
  return [{ path: [word], message, remedy: `leave some for others: ${most} at most` }];
}

function noteProblems(kind: "label" | "annotation", word: string, [key, value]: [string, string]): Problem[] {
  const path = [word, key];
  const problems = grammarProblems(path, key, LABEL_KEY);
  if (problems.length > 0) return problems;
  if (isOwn(kind, key)) {
    const message = `the ${kind} "${key}" is set by the package or by Kubernetes`;
    return [{ path, message, remedy: "use a key of your own, such as example.org/team" }];
  }
  return kind === "annotation" ? [] : grammarProblems(path, value, LABEL_VALUE);
}

/** A mirror that Kubernetes would look for on Docker Hub, and charts that Helm would not find. */
function imageProblems({ registry, chartRepository }: KubernetesProps): Problem[] {
  return [
    ...grammarProblems(["registry"], registry, MIRROR),
    ...grammarProblems(["chartRepository"], chartRepository, CHART_REPOSITORY),
  ];
}
