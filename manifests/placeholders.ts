/** A value that only the cluster knows, as it is written in the view: `<clusterIP of Service ns/name>`. */
export interface Address {
  readonly field: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function placeholder({ field, kind, namespace, name }: Address): string {
  return `<${field} of ${kind} ${namespace}/${name}>`;
}

/** Puts `lookup`'s answer in the place of every placeholder in a text. */
export function fillIn(text: string, lookup: (address: Address) => string): string {
  return text.replace(/<(clusterIP) of (Service) ([^\s/>]+)\/([^\s/>]+)>/g, (_, field, kind, namespace, name) =>
    lookup({ field, kind, namespace, name }),
  );
}
