/** What labels select, for whoever reads manifests. */
export type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Label that the controller of a StatefulSet gives each of its pods. */
export const POD_NAME = "statefulset.kubernetes.io/pod-name";

/** The pods of a StatefulSet. */
export const podNames = (name: string, replicas: number) => Array.from({ length: replicas }, (_, i) => `${name}-${i}`);

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
