import { z } from "zod";
import { RULE_IDS } from "../../lint/rule-ids";

const waiver = z.strictObject({
  rule: z.enum(RULE_IDS).describe("A rule of docs/lint-rules.md."),
  object: z
    .string()
    .regex(/^[A-Z]\w+(\/[a-z0-9.-]+){1,2}$/, "must be Kind/namespace/name, such as Deployment/devnet-p2p/full")
    .optional()
    .describe("Kind/namespace/name; without it, every object of the environment."),
  reason: z.string().regex(/\S/, "must say why it may stay").describe("Why the finding may stay."),
  expires: z.iso.date("must be a date such as 2027-03-31").describe("The last day of the waiver, in UTC."),
});

/** What `rollup-network lint` is told about an environment. */
export const lint = z.strictObject({
  waivers: z.array(waiver).default([]).describe("Findings that may stay for a while."),
});
