import { z } from "zod";
import {
  AZURE_ACCOUNT,
  AZURE_CONTAINER,
  AZURE_GROUP,
  BUCKET,
  PG_SCHEMA,
  REGION,
  SUFFIX,
} from "../../constructs/kubernetes/grammar/backend";
import { ENV_NAME } from "../../constructs/kubernetes/grammar/names";
import { anyUrl, dnsDomain, dnsLabel, following, listOfUnique, publicUrl, text } from "./fields";
import { kubernetes } from "./kubernetes";
import { lint } from "./lint";
import { sectionShape } from "./sections";

/** Terraform's are of Go, and JavaScript's are near enough to find what is no expression. */
const patterns = listOfUnique(text.refine(isPattern, "must be a regular expression")).default([]);

function isPattern(expression: string): boolean {
  try {
    return new RegExp(expression) !== undefined;
  } catch {
    return false;
  }
}

const cluster = z.strictObject({
  kubeconfig: text.default("~/.kube/config").describe("The kubeconfig file."),
  context: text
    .optional()
    .describe("Context of the kubeconfig. Default: the current context at the time of the command."),
  inCluster: z
    .boolean()
    .default(false)
    .describe(
      "Connect with the service account of the pod that runs the command or Terraform, for runners in the cluster, " +
        "such as tofu-controller's or a CI runner. Its Roles have to allow what a deploy makes.",
    ),
  domain: dnsDomain.default("cluster.local").describe("DNS domain of the cluster."),
  exec: z
    .strictObject({
      host: anyUrl.describe("URL of the API server."),
      caCertificateFile: text.describe("PEM file with the cluster's certificate authority."),
      apiVersion: text.default("client.authentication.k8s.io/v1").describe("Version of the plugin's protocol."),
      command: text.describe("Command of the plugin."),
      args: z.array(z.string()).default([]).describe("Arguments of the plugin."),
      env: z
        .record(following(ENV_NAME), z.string())
        .default({})
        .describe(
          "Environment of the plugin, such as `AWS_PROFILE` of EKS, and never a secret: it stands in the " +
            "configuration that `synth` writes.",
        ),
    })
    .optional()
    .describe("Connect through a credential plugin instead of a kubeconfig."),
  ignoreAnnotations: patterns.describe(
    "Regular expressions of annotations that others write on the package's objects, and that are no change, such as " +
      "`field\\.cattle\\.io/.*` of Rancher, `cloud\\.google\\.com/.*` of GKE, or `argocd\\..*`. Quote them.",
  ),
  ignoreLabels: patterns.describe(
    "The same for labels, such as `field\\.cattle\\.io/.*` of Rancher on its namespaces.",
  ),
});

const prefix = z.string().default("").describe("Prefix of the name, such as `rollup/`.");

const backend = z.union([
  z.strictObject({
    local: z
      .strictObject({ dir: text.default("state").describe("Folder, relative to the project.") })
      .describe("A file `<stack>.tfstate` on this machine."),
  }),
  z.strictObject({
    s3: z
      .strictObject({
        bucket: following(BUCKET).describe("The bucket."),
        region: following(REGION).describe("Its region."),
        prefix,
        encrypt: z.boolean().default(true).describe("Server-side encryption."),
        lockTable: text
          .optional()
          .describe("DynamoDB table for locks. Default: locks in S3 itself, which need Terraform 1.10 or later."),
      })
      .describe("An object `<prefix><stack>.tfstate`."),
  }),
  z.strictObject({
    gcs: z
      .strictObject({ bucket: following(BUCKET).describe("The bucket."), prefix })
      .describe("An object below `<prefix><stack>`."),
  }),
  z.strictObject({
    azurerm: z
      .strictObject({
        resourceGroup: following(AZURE_GROUP).describe("Resource group of the account."),
        storageAccount: following(AZURE_ACCOUNT).describe("The account."),
        container: following(AZURE_CONTAINER).describe("Its container."),
        prefix,
      })
      .describe("A blob `<prefix><stack>.tfstate`."),
  }),
  z.strictObject({
    pg: z
      .strictObject({ schema: following(PG_SCHEMA).describe("Name of the schema, to which `_<section>` is appended.") })
      .describe("A PostgreSQL database. Terraform reads the connection string from PG_CONN_STR."),
  }),
  z.strictObject({
    kubernetes: z
      .strictObject({
        namespace: dnsLabel(63).describe("Namespace of the Secret."),
        suffix: following(SUFFIX)
          .optional()
          .describe("Suffix of its name, to which `-<section>` is appended. Default: the name of the stack."),
      })
      .describe("A Secret in the cluster."),
  }),
]);

/**
 * One environment: a profile with the environment's file merged over it. Each component has a section of its own and
 * becomes a stack `<env>-<section>`.
 */
export const environmentSchema = z.strictObject({
  profile: z.enum(["dev", "prod"]).describe("The defaults to start from: `values/profiles/<profile>.yaml`."),
  protected: z
    .boolean()
    .default(false)
    .describe(
      "Terraform refuses to destroy namespaces, bootstrap nodes' StatefulSets, p2p Services and published ENRs. Of a " +
        "sequencer it refuses to destroy what holds blocks, raft state or addresses. `prod` sets it.",
    ),
  requireDigests: z
    .boolean()
    .default(false)
    .describe("Refuse images that are named by tag, but those of SPIRE's chart: pin them in its values."),
  publicUrls: listOfUnique(publicUrl)
    .default([])
    .describe(
      "URLs that look as if they held a key or a password in their path or query, and hold none. Write each one " +
        "whole, as where it is used.",
    ),
  cluster: cluster.prefault({}).describe("How commands and Terraform connect to the cluster."),
  backend: backend.prefault({ local: {} }).describe("Where Terraform keeps the state."),
  runbookBase: anyUrl
    .optional()
    .describe(
      "Where every alert links to its runbook: the URL of `docs/runbooks` in your repository, or of your own " +
        "runbooks with the same names. Required with `monitoring.enabled` of a section.",
    ),
  ...kubernetes,
  ...sectionShape,
  lint: lint.optional().describe("Settings of `rollup-network lint`."),
});

export type EnvironmentValues = z.output<typeof environmentSchema>;
export type BackendValues = z.output<typeof backend>;
export type ClusterValues = z.output<typeof cluster>;
