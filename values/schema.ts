import { z } from "zod";
import { url } from "./fields";
import { p2p } from "./p2p-schema";
import { sequencer } from "./sequencer-schema";
import { spike } from "./spike-schema";

const text = z.string().min(1, "must not be empty");

const cluster = z.strictObject({
  kubeconfig: text.default("~/.kube/config"),
  context: text.optional().describe("Context of the kubeconfig; without it the current one, whatever that is at the time."),
  domain: text.default("cluster.local").describe("DNS domain of the cluster."),
  exec: z
    .strictObject({
      host: url.describe("URL of the API server."),
      caCertificateFile: text,
      apiVersion: text.default("client.authentication.k8s.io/v1"),
      command: text,
      args: z.array(z.string()).default([]),
    })
    .optional()
    .describe("Connect through a credential plugin instead of a kubeconfig."),
});

const backend = z.union([
  z.strictObject({ local: z.strictObject({ dir: text.default("state").describe("Relative to the project.") }) }),
  z.strictObject({
    s3: z.strictObject({
      bucket: text,
      region: text,
      prefix: z.string().default(""),
      encrypt: z.boolean().default(true),
      lockTable: text.optional().describe("DynamoDB table for locks; without it S3 itself locks, with Terraform 1.10 or later."),
    }),
  }),
  z.strictObject({ gcs: z.strictObject({ bucket: text, prefix: z.string().default("") }) }),
  z.strictObject({
    azurerm: z.strictObject({ resourceGroup: text, storageAccount: text, container: text, prefix: z.string().default("") }),
  }),
  z.strictObject({
    pg: z.strictObject({ schema: text }).describe("The connection string comes from PG_CONN_STR, never from here."),
  }),
  z.strictObject({ kubernetes: z.strictObject({ namespace: text, suffix: text.optional() }) }),
]);

/**
 * One environment: a profile with the environment's file merged over it. Each component has a section of its own and becomes a
 * stack `<env>-<section>`.
 */
export const environmentSchema = z.strictObject({
  profile: z.enum(["dev", "prod"]).describe("Defaults to start from: values/profiles/<profile>.yaml."),
  protected: z.boolean().default(false).describe("Terraform refuses to destroy identities."),
  requireDigests: z.boolean().default(false).describe("Refuse images that are named by tag."),
  cluster: cluster.prefault({}),
  backend: backend.prefault({ local: {} }),
  p2p: p2p.optional(),
  sequencer: sequencer.optional(),
  spike: spike.optional(),
});

export type EnvironmentValues = z.output<typeof environmentSchema>;
export type BackendValues = z.output<typeof backend>;
export type ClusterValues = z.output<typeof cluster>;
