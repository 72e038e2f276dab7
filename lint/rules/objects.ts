import type { Rule } from "../rule";

const CLUSTER_WIDE = ["Namespace", "PriorityClass", "ClusterSPIFFEID"];

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

/** What holds for every object. */
export const objects: readonly Rule[] = [
  {
    id: "namespace",
    severity: "error",
    holds: "every object is in a namespace that the environment makes, or says that it uses",
    why: "the namespace carries the Pod Security level and the default deny",
    remedy: "use the namespace that the stack creates or reads",
    alike: ["CK 21", "CIS 5.7"],
    *check(view) {
      for (const object of view.objects) {
        const { namespace } = object.metadata;
        const there = view.find("Namespace", undefined, namespace) || view.existingNamespaces.includes(namespace ?? "");
        if (!CLUSTER_WIDE.includes(object.kind) && !there) {
          yield {
            object,
            path: "metadata.namespace",
            found: `is in ${namespace ?? "no namespace"}, which is not among the manifests`,
          };
        }
      }
    },
  },
  {
    id: "pod-security-level",
    severity: "error",
    holds: "every namespace enforces Pod Security restricted",
    why: "it refuses what the other rules find, whoever deploys it",
    remedy: "set the label pod-security.kubernetes.io/enforce: restricted",
    alike: ["PSS restricted", "CIS 5.7"],
    *check(view) {
      for (const object of view.kind("Namespace")) {
        const level = object.metadata.labels?.["pod-security.kubernetes.io/enforce"];
        if (level !== "restricted") {
          yield {
            object,
            path: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
            found: `enforces ${level ?? "nothing"}`,
          };
        }
      }
    },
  },
  {
    id: "stable-api",
    severity: "error",
    holds: "every object uses a stable API version",
    why: "alpha and beta versions disappear with an upgrade of the cluster",
    remedy: "use the version without alpha or beta",
    alike: ["KS stable-version"],
    *check({ objects }) {
      for (const object of objects) {
        if (/v\d+(alpha|beta)\d+$/.test(object.apiVersion))
          yield { object, path: "apiVersion", found: `is ${object.apiVersion}` };
      }
    },
  },
  {
    id: "label-values",
    severity: "error",
    holds: "every label has a value that Kubernetes accepts",
    why: "the API server refuses the object otherwise, in the middle of a deploy",
    remedy: "use at most 63 letters, digits, dashes, dots and underscores",
    alike: ["KS label-values"],
    *check({ objects }) {
      for (const object of objects) {
        for (const [key, value] of Object.entries(object.metadata.labels ?? {})) {
          if (!LABEL_VALUE.test(value))
            yield { object, path: `metadata.labels["${key}"]`, found: `${key} has the value ${value}` };
        }
      }
    },
  },
];
