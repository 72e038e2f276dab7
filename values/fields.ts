import { z } from "zod";

/** A DNS-1123 label. Workload names stop at 52, so that a StatefulSet's revision label fits into 63 characters. */
export const dnsLabel = (longest: number) =>
  z
    .string()
    .max(longest, `must have at most ${longest} characters`)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be a DNS label: lower-case letters, digits and dashes");

export const secretName = z
  .string()
  .max(253, "must have at most 253 characters")
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be the name of a Secret: lower-case letters, digits, dashes and dots");

export const port = z.int().min(1).max(65535);
export const ipv4 = z.ipv4("must be an IPv4 address");
export const cidr = z.cidrv4("must be an IPv4 range such as 10.0.0.0/24");
export const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
export const enrText = z.string().regex(/^enr:[A-Za-z0-9_-]+$/, "must be an ENR (enr:…)");
export const imageReference = z.string().min(1, "must not be empty");
export const keyValues = z.record(z.string(), z.string());

/** The form the API server takes for sizes and CPU shares. */
export const quantity = z
  .string()
  .regex(/^([0-9]+(\.[0-9]+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?$/, "must be a Kubernetes quantity such as 2Gi or 500m");

export const resources = z.strictObject({
  cpu: quantity.describe("CPU request; no limit is set, since throttling delays p2p answers."),
  memory: quantity.describe("Memory request."),
  memoryLimit: quantity.describe("Memory limit; the heap is sized to three quarters of it."),
});

export const storage = z.strictObject({
  size: quantity.default("2Gi").describe("Fixed at creation: a claim template cannot be resized in place."),
  className: dnsLabel(63).optional().describe("StorageClass; without it the cluster's default decides where identities live."),
});
