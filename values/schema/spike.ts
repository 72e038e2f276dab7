import { z } from "zod";
import { apiServer, dnsLabel, duration, endpoint, imageReference, storageOf } from "./fields";
import type { ValuesSection } from "./section";

const chartVersion = z.string().describe("One release of the chart: no range.");
const digest = z.string().optional().describe("`sha256:…`.");
const values = z
  .record(z.string(), z.unknown())
  .default({})
  .describe("Values of the chart over those that are set here.");

export const spike = z.strictObject({
  namespace: dnsLabel(57).describe("Namespace that the section makes and owns; no other environment may use it."),
  version: z.string().describe("Release of SPIKE's images, such as 0.8.0; earlier ones are refused."),
  keeperVersion: z
    .string()
    .optional()
    .describe(
      "Release of the keepers, where it is another: an upgrade takes Nexus first, and keepers in a later deploy.",
    ),
  digests: z
    .strictObject({ keeper: digest, nexus: digest, pilot: digest, bootstrap: digest })
    .prefault({})
    .describe("Digests of the images of that release."),
  trustDomain: z.string().describe("Trust domain of SPIRE and of every part of SPIKE."),
  clusterName: z.string().min(1).describe("Name of the cluster in SPIRE's node attestation."),
  keepers: z.int().default(3).describe("Keepers, each with one share of the root key in memory; 3 or more."),
  threshold: z.int().optional().describe("How many shares make the root key. Default: the majority of the keepers."),
  backendStore: z
    .enum(["sqlite", "memory"])
    .default("sqlite")
    .describe("Where Nexus keeps secrets; memory loses them with its pod."),
  storage: storageOf("1Gi").prefault({}).describe("Volume of Nexus; 1Gi unless given."),
  chartVersion: chartVersion.optional(),
  values,
  spire: z
    .strictObject({
      namespace: dnsLabel(63)
        .optional()
        .describe("SPIRE's own namespace, whose Pod Security level is privileged. Default: `<namespace>-spire`."),
      chartVersion: chartVersion.optional(),
      crdsVersion: chartVersion.optional(),
      values,
    })
    .prefault({})
    .describe("SPIRE itself."),
  bootstrap: z
    .union([
      z.literal(false),
      z.strictObject({
        keeperMaxRetries: z.int().default(5).describe("Attempts per keeper."),
        keeperTimeout: duration.default("30s").describe("For all attempts on a keeper."),
        svidTimeout: duration.default("30s").describe("How long it waits for its identity."),
        verificationTimeout: duration.default("5m").describe("How long Nexus may take to decrypt with the new key."),
        image: imageReference.optional().describe("Default: upstream's image of the version."),
        gateImage: imageReference
          .optional()
          .describe("A Node.js image for the preflight. Default: a release of Node.js, by tag."),
        force: z.string().optional().describe("Make a new root key over one that is there, by saying what is lost."),
      }),
    ])
    .prefault({})
    .describe("The day-zero Job; false where the store needs none."),
  networkPolicies: z
    .strictObject({
      enabled: z.boolean().default(true).describe("Default deny, and what the wiring needs."),
      ...apiServer(", for the bootstrap"),
      clients: z.array(endpoint).default([]).describe("Whose workloads may ask Nexus for secrets."),
    })
    .prefault({})
    .describe("What the policies cannot derive from the wiring."),
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
  furtherNamespaces: values => [{ name: spireNamespace(values), path: ["spire", "namespace"] }],
} satisfies ValuesSection<SpikeValues>;
