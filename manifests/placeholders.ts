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
