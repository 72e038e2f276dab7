import { z } from "zod";
import { DURATION, type Duration } from "../../constructs/kubernetes/duration";
import { API_SERVER_PORTS } from "../../constructs/kubernetes/network/api-server-ports";
import {
  LABEL_VALUE,
  LABEL_VALUE_RULE,
  METADATA_KEY,
  METADATA_KEY_RULE,
} from "../../constructs/kubernetes/vocabulary/grammar";

/** A DNS-1123 label. Workload names stop at 52, so that a StatefulSet's revision label fits into 63 characters. */
export const dnsLabel = (longest: number) =>
  z
    .string()
    .max(longest, `must have at most ${longest} characters`)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "must be a DNS label: lower-case letters, digits and dashes");

export const secretName = z
  .string()
  .max(253, "must have at most 253 characters")
  .regex(
    /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    "must be the name of a Secret: lower-case letters, digits, dashes and dots",
  );

/** The name of an object that may have dots in it, such as a StorageClass. */
export const objectName = z
  .string()
  .max(253, "must have at most 253 characters")
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be a Kubernetes name: lower-case letters, digits, dashes and dots");

/** A name with a domain before it, such as the class of a load balancer. */
export const objectPath = z.string().regex(METADATA_KEY, METADATA_KEY_RULE);

export const port = z.int().min(1).max(65535);
export const ipv4 = z.ipv4("must be an IPv4 address");
export const cidr = z.cidrv4("must be an IPv4 range such as 10.0.0.0/24");
export const url = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .regex(/^[^\s,]+$/, "must not contain spaces or commas")
  .refine(
    text => !URL.canParse(text) || !new URL(text).username,
    "must not carry credentials: put the URL into a Secret (secretEnv)",
  );

/** Addresses of replicas, in their order. */
export const addresses = z
  .array(ipv4)
  .min(1)
  .refine(list => new Set(list).size === list.length, "must not name an address twice: every replica needs its own");
export const enrText = z.string().regex(/^enr:[A-Za-z0-9_-]+$/, "must be an ENR (enr:…)");
export const imageReference = z.string().min(1, "must not be empty");
export const keyValues = z.record(z.string(), z.string());

/** Labels and annotations, by the grammar of Kubernetes. */
const metadataKey = z.string().regex(METADATA_KEY, METADATA_KEY_RULE);
export const labels = z.record(metadataKey, z.string().regex(LABEL_VALUE, LABEL_VALUE_RULE));
export const annotations = z.record(metadataKey, z.string());

const size = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)?(k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$/, "must be a Kubernetes quantity such as 2Gi");
const cpu = z.string().regex(/^[0-9]+(\.[0-9]+)?m?$/, "must be a Kubernetes CPU quantity such as 500m or 2");

export const resources = z.strictObject({
  cpu: cpu.describe("CPU request. There is no CPU limit, because throttling delays p2p answers."),
  memory: size.describe("Memory request."),
  memoryLimit: size.describe("Memory limit. The heap gets three quarters of it."),
});

/** A volume that outlives its pod. */
export const storageOf = (usual: string) =>
  z.strictObject({
    size: size
      .default(usual)
      .describe(
        "Size, fixed at creation: Kubernetes does not resize a claim template, and Terraform reports a change as " +
          "done without making it.",
      ),
    className: objectName
      .optional()
      .describe("StorageClass. Default: the default class of the cluster, which then decides where the data is."),
  });

export const storage = storageOf("2Gi");

/** A time such as `200ms`, `5s`, `10m` or `1h`. */
export const duration = z
  .string()
  .regex(DURATION, "must be a time above 0 such as 200ms, 5s, 10m or 1h") as unknown as z.ZodType<Duration, Duration>;

const RANGE = "must be a range such as 10.0.0.5/32 or fd00::5/128";
const anyCidr = z
  .string()
  .regex(/^[0-9a-fA-F.:]+\/[0-9]{1,3}$/, { message: RANGE, abort: true })
  .refine(text => z.union([z.cidrv4(), z.cidrv6()]).safeParse(text).success, RANGE);

/** Where the Kubernetes API server is; `use` says what for, where not everything needs it. */
export const apiServer = (use = "") => ({
  apiServer: z
    .array(anyCidr)
    .default([])
    .describe(
      `Addresses of the endpoints of the Kubernetes API server${use}, never of its Service. A protected environment ` +
        "must name them. Default: its ports on every host and pod.",
    ),
  apiServerPorts: z
    .array(port)
    .min(1)
    .default([...API_SERVER_PORTS])
    .describe("Ports of those endpoints."),
});

const pods = {
  namespace: dnsLabel(63).describe("Pods of this namespace."),
  podLabels: keyValues.default({}).describe("Only pods with these labels."),
};
const blocks = { cidr: cidr.describe("A range of IPv4 addresses.") };
const ports = {
  ports: z.array(port).default([]).describe("TCP ports. Default: every port."),
};

/** Who may reach a port, or be reached: pods of another namespace, or addresses. */
export const endpoint = z.union([z.strictObject(pods), z.strictObject(blocks)]);

/** What pods call beside their wiring. */
export const destination = z.union([z.strictObject({ ...pods, ...ports }), z.strictObject({ ...blocks, ...ports })]);
