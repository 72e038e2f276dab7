/** Stands in the view for a value that only the cluster knows: `<clusterIP of Service ns/name>`. */
export interface Address {
  readonly field: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function placeholder({ field, kind, namespace, name }: Address): string {
  return `<${field} of ${kind} ${namespace}/${name}>`;
}

const PLACEHOLDER = /<(\w+) of (\w+) ([a-z0-9-]+)\/([a-z0-9.-]+)>/g;

/** The text with each placeholder in it replaced. */
export function parsePlaceholders(text: string, replace: (address: Address, placeholder: string) => string): string {
  return text.replace(PLACEHOLDER, (whole, field, kind, namespace, name) =>
    replace({ field, kind, namespace, name }, whole),
  );
}
