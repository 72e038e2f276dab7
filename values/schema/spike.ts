import { z } from "zod";
import {
  apiServer,
  duration,
  endpoint,
  existingNamespace,
  existingNamespaceOfPart,
  imageReference,
  labels,
  namespaceName,
  storageOf,
} from "./fields";
import { kubernetes } from "./kubernetes";
import type { ValuesSection } from "./section";

const chartVersion = z.string().describe("An exact release of the chart; a range is refused.");
const chartFile = (chart: string) =>
  z
    .string()
    .min(1)
    .optional()
    .describe(
      `File with the chart \`${chart}\`, as \`helm pull\` writes it, relative to this file. Synthesis checks that it ` +
        "is the release, and copies it to what Terraform runs. Default: a repository.",
    );
const digest = z.string().optional().describe("Digest of the image, `sha256:…`.");
const values = z
  .record(z.string(), z.unknown())
  .default({})
  .describe("Values of the chart. They override what the package sets.");

export const spike = z.strictObject({
  namespace: namespaceName(57).describe(
    "Namespace that the section creates and owns. No other environment may use it.",
  ),
  existingNamespace,
  ...kubernetes,
  version: z
    .string()
    .describe(
      "Release of SPIKE's images, 0.8.0 or later. One without known images needs `digests`, or images in `values`.",
    ),
  keeperVersion: z
    .string()
    .optional()
    .describe("Release of the keepers during an upgrade, which takes Nexus first and the keepers in a later deploy."),
  digests: z
    .strictObject({ keeper: digest, nexus: digest, pilot: digest, bootstrap: digest })
    .prefault({})
    .describe("Digests of SPIKE's images."),
  trustDomain: z.string().describe("Trust domain of SPIRE and SPIKE."),
  clusterName: z
    .string()
    .min(1)
    .optional()
    .describe("Name of the cluster in SPIRE's node attestation. Required without `spire.existing`."),
  keepers: z
    .int()
    .max(99)
    .default(3)
    .describe("Number of keepers, 3 or more. Each has one share of the root key in memory."),
  threshold: z
    .int()
    .optional()
    .describe("Number of shares that make the root key. Default: the majority of the keepers."),
  backendStore: z
    .enum(["sqlite", "memory"])
    .default("sqlite")
    .describe("Where Nexus keeps secrets. `memory` loses them with the pod of Nexus."),
  storage: storageOf("1Gi").prefault({}).describe("Volume of Nexus. Default: 1Gi."),
  chartVersion: chartVersion.optional(),
  chartFile: chartFile("spire"),
  values,
  spire: z
    .strictObject({
      namespace: namespaceName(63)
        .optional()
        .describe("Namespace of SPIRE, with Pod Security level `privileged`. Default: `<namespace>-spire`."),
      existingNamespace: existingNamespaceOfPart,
      chartVersion: chartVersion.optional(),
      chartFile: chartFile("spire"),
      crdsVersion: chartVersion.optional(),
      crdsFile: chartFile("spire-crds"),
      values,
      gateImage: imageReference
        .optional()
        .describe("A Node.js image, for the wait for SPIRE's agents. Default: `bootstrap.gateImage`."),
      existing: z
        .strictObject({
          className: z.string().min(1).describe("Class of the ClusterSPIFFEIDs that its controller manager reads."),
          csiDriver: z.string().min(1).default("csi.spiffe.io").describe("Name of its CSI driver."),
          socket: z.string().min(1).default("spire-agent.sock").describe("Name of its socket in the driver's volume."),
        })
        .optional()
        .describe("A SPIRE that the cluster has already, of the same trust domain. Nothing of SPIRE is installed."),
    })
    .prefault({})
    .describe("SPIRE, which gives SPIKE's parts their identities."),
  bootstrap: z
    .union([
      z.literal(false),
      z.strictObject({
        keeperMaxRetries: z.int().default(5).describe("Attempts per keeper."),
        keeperTimeout: duration.default("30s").describe("Time limit of all attempts on a keeper."),
        svidTimeout: duration.default("30s").describe("How long the bootstrap waits for its identity."),
        verificationTimeout: duration.default("5m").describe("How long Nexus may take to decrypt with the new key."),
        image: imageReference.optional().describe("Image of the bootstrap. Default: upstream's image of the version."),
        gateImage: imageReference
          .optional()
          .describe("A Node.js image, for the preflight. Default: a release of Node.js, by tag."),
        force: z
          .string()
          .optional()
          .describe("Replace the root key that exists. The value must be the sentence that says what is lost."),
      }),
    ])
    .prefault({})
    .describe("The Job that creates the root key. `false` for a store that needs none."),
  networkPolicies: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("Create a default-deny policy, and policies for the connections that are needed."),
      ...apiServer(", for the bootstrap"),
      clients: z.array(endpoint).default([]).describe("Workloads that may ask Nexus for secrets."),
    })
    .prefault({})
    .describe("What the policies cannot derive from the other values."),
  monitoring: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe(
          "Create alerts. Needs the Prometheus operator's CRDs in the cluster, `runbookBase`, and " +
            "kube-state-metrics: SPIKE's parts have no metrics of their own.",
        ),
      labels: labels.default({}).describe("Labels by which Prometheus selects the PrometheusRule."),
    })
    .prefault({})
    .describe("Alerts through the Prometheus operator."),
});

export type SpikeValues = z.output<typeof spike>;

/** SPIRE's own namespace: the one that is named, or one beside SPIKE's. */
export function spireNamespace({ namespace, spire }: Pick<SpikeValues, "namespace" | "spire">): string {
  return spire.namespace ?? `${namespace}-spire`;
}

export const spikeSection = {
  schema: spike,
  is: "The secrets root, SPIKE",
  onePerCluster: { thing: "SPIRE", reason: "whose custom resources and driver are the whole cluster's" },
  furtherNamespaces: values =>
    values.spire.existing
      ? []
      : [
          {
            name: spireNamespace(values),
            path: ["spire", "namespace"],
            existing: values.spire.existingNamespace ?? false,
            onHost: true,
          },
        ],
} satisfies ValuesSection<SpikeValues>;
