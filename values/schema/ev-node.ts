import { z } from "zod";
import {
  DA_ACCOUNT,
  DA_KEY_NAME,
  DA_PRIORITIES,
  LOG_FORMATS,
  LOG_LEVELS,
} from "../../constructs/sequencer/member/ev-node-words";
import {
  dataKey,
  duration,
  following,
  imageReference,
  objectName,
  otlpEndpoint,
  secretName,
  text,
  url,
} from "./fields";

const args = z.array(text).default([]);

const execution = z
  .union([
    z.literal("testapp"),
    z.strictObject({
      evm: z
        .strictObject({
          image: imageReference.describe("Image of ev-reth, by digest or by a fixed tag."),
          jwtSecret: secretName.describe("Secret with the key `jwt.hex`, which ev-node and ev-reth share."),
          genesisConfigMap: objectName.describe("ConfigMap with the key `genesis.json` of the chain."),
          genesisHash: z
            .string()
            .regex(/^0x[0-9a-fA-F]{64}$/, "must be a hash of 32 bytes in hex (0x…)")
            .describe("Hash of block 0."),
          feeRecipient: z
            .string()
            .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address of 20 bytes in hex (0x…)")
            .describe("Address that receives the fees."),
          args: args.describe(
            "Further arguments of ev-reth (emerald#107). Flags that the package sets are an error. Whether ev-reth " +
              "has the others is not checked.",
          ),
        })
        .describe("ev-reth beside every member."),
    }),
  ])
  .describe("What executes the transactions. `testapp` is upstream's key-value store, for trials.");

export const evNode = z
  .strictObject({
    version: z.string().describe("Release of ev-node, such as v1.2.2; raft needs v1.1.1 or later."),
    execution,
    image: imageReference
      .optional()
      .describe("Image of ev-node. Default: upstream's image with that release. A release without one is an error."),
    lazyInterval: duration
      .optional()
      .describe(
        "Lazy mode, for chains with few transactions: time between blocks while there are none. Longer than " +
          "`blockTime`. Members are ready, and alerts silent, for three intervals without a block. Default: a block " +
          "every `blockTime`.",
      ),
    maxPendingBlocks: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .describe(
        "Block production pauses while so many blocks wait for the DA (ev-node#1524). Above 64 ev-node checks at " +
          "every 64th block. Default: no limit.",
      ),
    log: z
      .strictObject({
        level: z.enum(LOG_LEVELS).default("info").describe("Least severe entries that are written."),
        format: z.enum(LOG_FORMATS).default("json").describe("Form of the entries; log collectors read JSON."),
      })
      .prefault({})
      .describe("Log of ev-node."),
    tracing: z
      .strictObject({
        endpoint: otlpEndpoint,
        sampleRate: z
          .number()
          .min(0)
          .max(1)
          .optional()
          .describe("Which part of the traces is sent, from 0 to 1. Default: 0.1, ev-node's."),
      })
      .optional()
      .describe("Where ev-node sends traces. Default: nowhere. ev-node has no other telemetry but its metrics."),
    args: args.describe(
      "Further arguments of ev-node's `start`. Flags that the package sets are an error, which names the value to " +
        "use. ev-node v1.2.2 lists its flags with `start --help`.",
    ),
  })
  .describe("ev-node.");

const submit = z.strictObject({
  gasPrice: z.number().positive().optional().describe("Price of a unit of gas, in utia. Default: an estimate."),
  maxGasPrice: z.number().positive().optional().describe("Highest price that an estimate may have, in utia."),
  gas: z.int().positive().optional().describe("Gas of a submission. Default: an estimate."),
  priority: z.enum(DA_PRIORITIES).optional().describe("How soon an estimated price is to have it included."),
  keyName: following(DA_KEY_NAME)
    .optional()
    .describe("Key in the DA node's keyring. Default: its default key, or `signingAddresses`."),
  feeGranter: following(DA_ACCOUNT).optional().describe("Account that pays the fees. Default: the one that signs."),
});

export const da = z
  .strictObject({
    endpoints: z
      .array(url)
      .min(1)
      .describe(
        "URLs, in the order of preference. Members switch to the next one when one is lost. Where the DA has " +
          "accounts, as Celestia, each endpoint needs a funded account of its own.",
      ),
    namespace: z.string().min(1).describe("Namespace of the rollup's blobs, the same for every node of the chain."),
    dataNamespace: text
      .optional()
      .describe(
        "A namespace of its own for the blocks' data, for nodes that read headers only. ev-node hashes both texts. " +
          "The same for every node of the chain. Default: `namespace`.",
      ),
    signingAddresses: z
      .array(following(DA_ACCOUNT))
      .default([])
      .describe(
        "Accounts in the keyring of the DA nodes, used in turns, for chains whose submissions wait for each other " +
          "(ev-node#2627). Default: the DA node's default key.",
      ),
    submit: submit
      .optional()
      .describe("How submissions are paid and signed, on Celestia. Default: the DA node decides it."),
    blockTime: duration.default("6s").describe("Average block time of the DA."),
    wait: duration
      .optional()
      .describe("How long a member waits for an endpoint before it starts anyway. Default: it does not wait."),
    pathSecrets: z
      .record(
        url,
        z.strictObject({
          secret: secretName.describe("Name of the Secret."),
          key: dataKey.describe("Key in the Secret. It holds the path, such as `/v1/<token>`."),
        }),
      )
      .optional()
      .describe(
        "Secrets with the path of single endpoints, by their URLs in `endpoints`, for providers that put a token " +
          "into the path (celestia-node#4486). The members' mesh adds it, so `ha.single` has none.",
      ),
    authToken: z
      .strictObject({
        secret: secretName.describe("Name of the Secret."),
        key: dataKey.default("token").describe("Key in the Secret."),
      })
      .optional()
      .describe("A token for the DA, from a Secret."),
  })
  .describe("Data availability of ev-node. An OP Stack chain has its L1 instead.");

export type EvNodeValues = z.output<typeof evNode>;
