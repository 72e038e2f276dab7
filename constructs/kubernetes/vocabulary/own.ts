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
