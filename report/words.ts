import { type LabelSelector, NAMESPACE_NAME } from "../manifests/read/labels";

/** `a=b, c in (d)`, as kubectl writes it. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const texts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(
      ({ key, operator, values }) => `${key} ${operator}${values ? ` (${values.join(", ")})` : ""}`,
    ),
  ];
  return texts.join(", ");
}

/** The namespace that a selector names, if it is only one. */
export function namespaceNamed({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string | undefined {
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 1
    ? matchLabels[NAMESPACE_NAME]
    : undefined;
}

/** `40400 TCP+UDP; 7331, 8080 TCP`. */
export function portsText(ports: readonly { readonly port?: string | number; readonly protocol?: string }[]): string {
  const protocols = new Map<string, Set<string>>();
  for (const { port = "all", protocol = "TCP" } of ports) {
    protocols.set(String(port), (protocols.get(String(port)) ?? new Set()).add(protocol));
  }
  const numbers = new Map<string, string[]>();
  for (const [port, names] of protocols) {
    const text = [...names].sort().join("+");
    numbers.set(text, [...(numbers.get(text) ?? []), port]);
  }
  return [...numbers].map(([text, list]) => `${list.join(", ")} ${text}`).join("; ") || "every port";
}
