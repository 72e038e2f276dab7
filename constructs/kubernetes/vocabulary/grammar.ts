/** Key of a label or an annotation: a DNS name and a slash may stand before a name of at most 63 characters. */
export const METADATA_KEY =
  /^(?=.{1,317}$)([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Value of a label: at most 63 characters, or none. */
export const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

export const METADATA_KEY_RULE =
  "must be a key such as team or example.org/team: at most 63 letters, digits, dashes, dots and underscores";
export const LABEL_VALUE_RULE =
  "must be the value of a label: at most 63 letters, digits, dashes, dots and underscores, with a letter or a digit " +
  "at both ends";

/** Labels that objects, pods and namespaces have from the package, or from Kubernetes: selectors and rules use them. */
const OWN_LABELS = anyOf(
  /app\.kubernetes\.io\/(name|instance|component|part-of|managed-by)/,
  /component/,
  /(cdktf-)?rollup-network\/.*/,
  /pod-security\.kubernetes\.io\/(enforce|warn|audit)/,
  /(statefulset|apps)\.kubernetes\.io\/.*/,
  /kubernetes\.io\/metadata\.name/,
  /pod-template-hash/,
  /controller-revision-hash/,
);

/** Annotations that the package, Helm or Kubernetes itself writes. */
const OWN_ANNOTATIONS = anyOf(
  /cdktf-rollup-network\/.*/,
  /meta\.helm\.sh\/.*/,
  /deployment\.kubernetes\.io\/.*/,
  /kubectl\.kubernetes\.io\/last-applied-configuration/,
);

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(`^(${patterns.map(({ source }) => source).join("|")})$`);
}

export const isOwn = (kind: "label" | "annotation", key: string) =>
  (kind === "label" ? OWN_LABELS : OWN_ANNOTATIONS).test(key);

/** A registry with or without a path. Kubernetes takes a host without a dot or a port for a name of Docker Hub. */
export const REGISTRY =
  /^(localhost|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+|[-a-z0-9]+(?=:))(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;
export const REGISTRY_RULE =
  "must be a registry with or without a path, such as mirror.example.org/rollup or mirror:5000: no scheme, and a dot " +
  "or a port in its host";

/** A repository of charts. */
export const CHART_REPOSITORY = /^(https?|oci):\/\/[^\s/@]+(\/\S*)?$/;
export const CHART_REPOSITORY_RULE =
  "must be the URL of a chart repository, such as https://charts.example.org or oci://mirror.example.org/charts";
