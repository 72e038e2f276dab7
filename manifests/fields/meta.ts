import { type Block, many, one, quantityMap, refused, stringMap, strings } from "./field";

export const notes: Block = { labels: stringMap, annotations: stringMap };

export const clusterMetadata: Block = {
  name: "string",
  generate_name: refused("names are known at synth: give metadata.name"),
  ...notes,
};

/** Metadata of a pod template or a claim template: its namespace is that of the object around it. */
export const templateMetadata: Block = { ...clusterMetadata, namespace: "string" };

export const metadata: Block = {
  name: "string",
  namespace: { shape: "string", default: "default" },
  ...clusterMetadata,
};

const requirement: Block = { key: "string", operator: "string", values: strings };

export const labelSelector: Block = {
  match_labels: stringMap,
  match_expressions: many(requirement),
};

export const nodeSelectorTerm: Block = {
  match_expressions: many(requirement),
  match_fields: many(requirement),
};

export const resources: Block = { requests: quantityMap, limits: quantityMap };

export const claimSpec: Block = {
  access_modes: strings,
  storage_class_name: "string",
  resources: one(resources),
  selector: one(labelSelector),
  volume_mode: "string",
  volume_name: "string",
};

export const fieldRef: Block = { api_version: "string", field_path: "string" };
export const resourceFieldRef: Block = { container_name: "string", resource: "string", divisor: "quantity" };
