export type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Label that the API server gives each namespace. */
export const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** Label that the controller of a StatefulSet gives each of its pods. */
export const POD_NAME = "statefulset.kubernetes.io/pod-name";

/** What an object or its pods are for, such as `bootstrap` or `sequencer`. */
export const componentOf = (labels: Labels = {}): string | undefined => labels["app.kubernetes.io/component"];

export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Whether a selector selects something with these labels. An empty one selects everything. */
export function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelector = {}, labels: Labels): boolean {
  return (
    hasLabels(labels, matchLabels) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        default:
          return value === undefined; // DoesNotExist
      }
    })
  );
}
