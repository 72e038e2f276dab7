/** Somewhere outside the namespace: pods of another one, or addresses. */
export type Endpoint =
  | { readonly namespace: string; readonly podLabels?: Readonly<Record<string, string>> }
  | { readonly cidr: string };

/** An endpoint that pods call. */
export type Destination = Endpoint & {
  /** TCP ports of the pods, or of the addresses. @default - every port */
  readonly ports?: readonly number[];
};

/** An endpoint as a NetworkPolicy names it. */
export function peerOf(target: Endpoint) {
  if ("cidr" in target) return { ipBlock: { cidr: target.cidr } };
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": target.namespace } },
    ...(target.podLabels &&
      Object.keys(target.podLabels).length > 0 && { podSelector: { matchLabels: { ...target.podLabels } } }),
  };
}
