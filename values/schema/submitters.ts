import { z } from "zod";
import { dataKey, durationAtMost, imageReference, keyValues, secretName, url } from "./fields";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address of 20 bytes in hex (0x…)");

const key = z
  .union([
    z.strictObject({
      secret: secretName.describe("Name of the Secret."),
      key: dataKey.default("private.key").describe("Key in the Secret: the private key, as 64 hex digits."),
    }),
    z.strictObject({
      signer: z
        .strictObject({
          endpoint: url.describe("URL of the signer."),
          address: address.describe("Address of the key."),
          tlsSecret: secretName
            .optional()
            .describe("Secret with `tls.crt`, `tls.key` and `ca.crt`, for a signer that wants a client's certificate."),
        })
        .describe("A signer that holds the key, such as op-signer."),
    }),
  ])
  .describe("The key that signs its transactions on L1. No other program may use it.");

const env = (program: string, prefix: string) =>
  keyValues
    .default({})
    .describe(`Further settings of ${program}, as its own variables, which begin with \`${prefix}\`.`);

/** Submitters of an OP Stack chain. */
export const batcher = z.strictObject({
  image: imageReference.describe("Image of op-batcher. Tried: v1.16.5."),
  key,
  dataAvailability: z
    .enum(["blobs", "calldata", "auto"])
    .default("blobs")
    .describe("Where batches go on L1. Blobs need `l1.beacon`."),
  maxChannelDuration: z
    .int()
    .min(1)
    .default(25)
    .describe("Number of L1 blocks after which a batch is sent, full or not. 25 are five minutes on Ethereum."),
  env: env("op-batcher", "OP_BATCHER_"),
});

export const proposer = z.strictObject({
  image: imageReference.describe("Image of op-proposer. Tried: v1.16.5."),
  key,
  gameFactory: address.describe("Address of the dispute game factory on L1."),
  gameType: z.int().min(0).default(0).describe("Type of the games."),
  proposalInterval: durationAtMost("720h").default("1h").describe("Time between proposals."),
  env: env("op-proposer", "OP_PROPOSER_"),
});
