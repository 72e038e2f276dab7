import type { KubernetesObject } from "../../../manifests/objects";

const labels = { app: "node" };

export function object(kind: string, spec: object, metadata: object = {}): KubernetesObject {
  return { apiVersion: "v1", kind, metadata: { name: "node", namespace: "net", ...metadata }, spec };
}

export const workload = (kind = "StatefulSet", spec: object = {}, pod: object = {}) =>
  object(kind, {
    ...spec,
    template: { metadata: { labels }, spec: { containers: [{ name: "main" }], ...pod } },
  });

export const service = (spec: object) => object("Service", spec);
