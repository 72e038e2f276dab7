import { z } from "zod";
import { durationOf } from "../../constructs/kubernetes/duration";
import { KMS_KEY, REGION } from "../../constructs/kubernetes/grammar/backend";
import { CATCHUP_MS, LEASE_TIMINGS } from "../../constructs/sequencer/lease/protocol";
import { REGISTRY_CHAIN } from "../../constructs/sequencer/software/op-stack/registry";
import { da, evNode } from "./ev-node";
import {
  apiServer,
  cidr,
  destination,
  dnsLabel,
  duration,
  durationAtMost,
  endpoint,
  existingNamespace,
  following,
  imageReference,
  labels,
  listOfUnique,
  namespaceName,
  objectName,
  secretName,
  storageOf,
  targetPorts,
  url,
  workloadName,
} from "./fields";
import { kubernetes } from "./kubernetes";
import type { Named, ValuesSection } from "./section";
import { batcher, proposer } from "./submitters";

const raftSettings = z.strictObject({
  heartbeatTimeout: duration.optional().describe("Default: 4 × rttMax, at least 160ms."),
  electionTimeout: duration.optional().describe("Default: 16 × rttMax, at least 160ms and the heartbeat timeout."),
  leaderLeaseTimeout: duration
    .optional()
    .describe("Default: half the heartbeat timeout. At least 160ms, if the heartbeat timeout is that long."),
  sendTimeout: duration.optional().describe("Default: 3 × rttMax, at least 250ms."),
  snapCount: z.int().min(1).max(1000).optional().describe("Number of snapshot files to keep. Default: 3."),
  snapshotThreshold: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .describe(
      "Number of log entries after which a member takes a snapshot. Default: a quarter of `trailingLogs`, at least " +
        "500.",
    ),
  trailingLogs: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .describe("Number of log entries to keep after a snapshot. Default: those of the maintenance window."),
});

const mesh = z
  .union([
    z.literal("plain"),
    z.strictObject({
      secret: secretName.describe("Secret made by `rollup-network keys mesh`."),
      file: z
        .string()
        .min(1)
        .optional()
        .describe("Manifest of that Secret, relative to this file. Synthesis checks the names in it."),
    }),
    z.strictObject({
      certManager: z
        .strictObject({
          issuer: objectName.describe("Issuer that signs the members' certificate."),
          kind: z.enum(["Issuer", "ClusterIssuer"]).default("Issuer").describe("Kind of the issuer."),
        })
        .describe("A Certificate of cert-manager."),
    }),
  ])
  .describe("How members authenticate each other. `plain` is for clusters with an encrypted network.");

const rttMax = duration
  .default("10ms")
  .describe("Largest round-trip time between two members. The raft timings follow from it.");

const raft = z.strictObject({
  members: z
    .int()
    .min(0)
    .max(99)
    .default(3)
    .describe("3, 5 or 7 members for the life of the chain. Members cannot be added or removed."),
  rttMax,
  maintenanceWindow: durationAtMost("720h")
    .default("1h")
    .describe("How long a member may be down and still catch up from the log."),
  mesh,
  settings: raftSettings.prefault({}).describe("Raft settings that replace what follows from `rttMax`."),
});

const lease = z.strictObject({
  duration: duration
    .default(durationOf(LEASE_TIMINGS.duration.usual))
    .describe("How long the standby waits before it takes over from a lost holder."),
  renewDeadline: duration
    .default(durationOf(LEASE_TIMINGS.renewDeadline.usual))
    .describe("A holder that cannot renew for this time stops its sequencer."),
  retry: duration
    .default(durationOf(LEASE_TIMINGS.retry.usual))
    .describe("Time between renewals, and between attempts to acquire."),
  killGrace: duration
    .default(durationOf(LEASE_TIMINGS.killGrace.usual))
    .describe(
      "Time from SIGTERM to SIGKILL. `renewDeadline` and `killGrace` together must be shorter than `duration`.",
    ),
  catchupTimeout: duration
    .default(durationOf(CATCHUP_MS))
    .describe("How long a new holder looks for blocks that it does not have."),
  agentImage: imageReference
    .optional()
    .describe("A Node.js image for the agent. Default: a release of Node.js, by tag."),
});

const conductor = z.strictObject({
  members: z.int().min(0).default(3).describe("3, 5 or 7 members."),
  rttMax,
  mesh,
  founding: z
    .enum(["members", "command"])
    .optional()
    .describe(
      "Who founds the raft: the members, on the genesis block; or `sequencer found`, for a chain that has blocks. " +
        "Default: members, and for a chain that `software.opStack.network` names the command.",
    ),
});

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits in lower case");

const opStack = z.strictObject({
  execution: z
    .enum(["op-reth", "op-geth"])
    .default("op-reth")
    .describe("Which execution client `images.execution` is. Only op-geth was run with this package."),
  images: z
    .strictObject({
      node: imageReference.describe("Image of op-node. Tried: v1.16.5."),
      conductor: imageReference
        .optional()
        .describe("Image of op-conductor. Tried: v1.16.5. Required by `ha.conductor`; `ha.single` takes none."),
      execution: imageReference.describe(
        "Image of the execution client. Tried: op-geth v1.101604.0. A tag of op-geth or op-reth must be of a line " +
          "whose flags are known: op-geth 1.101604, op-reth 1 or 2.",
      ),
    })
    .describe("Images, by digest or by a fixed tag."),
  network: following(REGISTRY_CHAIN)
    .optional()
    .describe(
      "Name of the chain in the superchain registry, such as `op-sepolia`, in place of `rollup` and `genesis`. " +
        "The raft of such a chain is founded by `sequencer found`. Default: the chain of the two files.",
    ),
  rollup: z
    .strictObject({ file: z.string().min(1).describe("File with the chain's `rollup.json`, relative to this file.") })
    .optional()
    .describe("Rollup configuration of the chain. Synthesis compares it with the genesis. Default: that of `network`."),
  snapshot: z
    .strictObject({
      url: url.describe(
        "URL of an archive with the content of a client's data folder: `geth` of op-geth is at its top, and `db` of " +
          "op-reth.",
      ),
      sha256: sha256.describe("SHA-256 of the archive. Members start with nothing else."),
      format: z
        .enum(["tar", "tar.gz"])
        .optional()
        .describe("Format of the archive. Default: what the path of the URL ends with (`.tar`, `.tar.gz`, `.tgz`)."),
    })
    .optional()
    .describe(
      "Data that a member brings to its execution client's volume before it starts, if that volume is empty. The " +
        "volume holds the archive and what is in it for a while. Default: none.",
    ),
  l1: z
    .strictObject({
      endpoints: z
        .array(url)
        .min(1)
        .describe("JSON-RPC URLs of L1, in the order of preference. Members switch to the next one when one is lost."),
      beacon: z
        .array(url)
        .default([])
        .describe("URLs of the beacon API. Without one, batches in blobs cannot be read."),
      chainConfig: z
        .strictObject({ file: z.string().min(1).describe("File with the configuration, relative to this file.") })
        .optional()
        .describe("Chain configuration of an L1 that op-node does not know, with its blob schedule."),
    })
    .describe("The L1 of the chain."),
  batcher: batcher.optional().describe("An op-batcher, which writes blocks into L1. Default: you run one elsewhere."),
  proposer: proposer.optional().describe("An op-proposer, which proposes outputs on L1. Default: none."),
});

const ha = z
  .union([
    z.strictObject({ raft: raft.describe("3, 5 or 7 members on ev-node's raft.") }),
    z.strictObject({ lease: lease.describe("Two members behind a Kubernetes Lease.") }),
    z.strictObject({ conductor: conductor.describe("3, 5 or 7 members of an OP Stack chain under op-conductor.") }),
    z.strictObject({
      single: z
        .strictObject({})
        .describe("One sequencer that nobody takes over from: ev-node, or an OP Stack chain's."),
    }),
  ])
  .describe("How the sequencer fails over: a raft, a pair with a Lease, op-conductor, or not at all.");

const signer = z
  .union([
    z.strictObject({
      secret: secretName.describe(
        "Secret with the keys `signer.json` and `passphrase`. All members have the same signing key. For an OP Stack " +
          "chain: with the key `sequencer.key`, the p2p sequencer key as 64 hex digits.",
      ),
    }),
    z.strictObject({
      kms: z
        .union([
          z.strictObject({
            aws: z
              .strictObject({
                keyId: following(KMS_KEY).describe("ID, ARN or alias of the key."),
                region: following(REGION).describe("Region of the key."),
              })
              .describe("AWS KMS."),
          }),
          z.strictObject({
            gcp: z
              .strictObject({ keyName: following(KMS_KEY).describe("Resource name of the key version.") })
              .describe("Google Cloud KMS."),
          }),
        ])
        .describe("A key in a cloud's KMS."),
    }),
  ])
  .describe("The key that signs blocks.");

export const sequencer = z.strictObject({
  namespace: namespaceName(63).describe(
    "Namespace that the section creates and owns. No other environment may use it.",
  ),
  existingNamespace,
  name: workloadName(40).default("seq").describe("Name of the StatefulSet, and prefix of all other names."),
  software: z
    .union([
      z.strictObject({ evNode }),
      z.strictObject({ opStack: opStack.describe("op-node and an execution client, under op-conductor or alone.") }),
    ])
    .describe(
      "The node software. An OP Stack chain takes `ha.conductor` or `ha.single`; ev-node `raft`, `lease` or `single`.",
    ),
  ha,
  blockTime: duration.default("1s").describe("Time between blocks."),
  da: da.optional(),
  signer,
  signerAddress: z
    .string()
    .regex(/^(0x)?([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/, "must be an address in hex")
    .optional()
    .describe(
      "Address of the signer. Synthesis compares it with the proposer in the genesis of ev-node, and op-node with " +
        "the `unsafeBlockSigner` on L1.",
    ),
  nodeKeys: z
    .strictObject({
      secret: secretName.describe(
        "Secret with one key per pod name, made by `rollup-network keys sequencer` or `keys op-stack`.",
      ),
      peerIds: z.array(z.string().min(1)).describe("The peer IDs of those keys, in the order of the pods."),
    })
    .describe("libp2p keys of the members."),
  genesis: z
    .union([
      z.strictObject({
        configMap: objectName.describe(
          "ConfigMap with the key `genesis.json`; for an OP Stack chain also `genesis.json.gz`.",
        ),
      }),
      z.strictObject({ file: z.string().min(1).describe("File with the `genesis.json`, relative to this file.") }),
      z.strictObject({
        url: url.describe(
          "URL of the `genesis.json` of an OP Stack chain, packed by gzip or not. Members fetch it when they start.",
        ),
        sha256: sha256.describe("SHA-256 of what is at the URL. Members start with nothing else."),
      }),
    ])
    .optional()
    .describe("Genesis of the chain. Required, except for an OP Stack chain with `network`."),
  haproxyImage: imageReference
    .optional()
    .describe(
      "HAProxy image for mesh and proxy: a release of the lines 3.2 or 3.4, with Lua. Default: a release of HAProxy, " +
        "by tag.",
    ),
  gateImage: imageReference
    .optional()
    .describe("A Node.js image, for the wait for the DA. Default: a release of Node.js, by tag."),
  ...kubernetes,
  spread: z.enum(["hard", "soft"]).describe("Whether members must (hard) or should (soft) run on different hosts."),
  zones: z
    .array(dnsLabel(63))
    .optional()
    .describe("Zones to run in, with members spread evenly. Default: different zones are preferred."),
  storage: storageOf("10Gi").prefault({}).describe("Volume of each member, for blocks and raft state. Default: 10Gi."),
  executionStorage: storageOf("50Gi").prefault({}).describe("Volume of each execution client. Default: 50Gi."),
  networkPolicies: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe("Create a default-deny policy, and policies for the connections that are needed."),
      ...apiServer(", for a Lease pair"),
      da: listOfUnique(cidr)
        .default([])
        .describe(
          "Addresses of the DA, at the ports of its endpoints. Hosts with private addresses must be named. " +
            "Default: these ports on the internet.",
        ),
      kms: listOfUnique(cidr)
        .default([])
        .describe(
          "Addresses of private endpoints of the KMS and of AWS STS, or of the signer of a batcher or proposer. " +
            "Default: the internet.",
        ),
      peers: z.array(destination).default([]).describe("Full nodes of the chain. They may dial members over p2p."),
      writers: z.array(endpoint).default([]).describe("Who may send transactions."),
      readers: z.array(endpoint).default([]).describe("Who may call ev-node's RPC."),
      submitters: z
        .array(endpoint)
        .default([])
        .describe("An op-batcher or op-proposer of your own. They may call op-node, as far as that is let through."),
      egress: z.array(destination).default([]).describe("More destinations of the members. A KMS needs no entry."),
      targetPorts,
      monitoring: dnsLabel(63).optional().describe("Namespace whose pods may scrape metrics."),
    })
    .prefault({})
    .describe("What the policies cannot derive from the other values."),
  objective: z
    .strictObject({
      p50: duration.default("15s").describe("Time that half of all failovers may take at most."),
      p95: duration.default("45s").describe("Time that 95% of all failovers may take at most."),
    })
    .prefault({})
    .describe("Service objective that drills compare with."),
  monitoring: z
    .strictObject({
      enabled: z
        .boolean()
        .default(false)
        .describe("Create alerts. Needs the Prometheus operator's CRDs in the cluster, and `runbookBase`."),
      labels: labels.default({}).describe("Labels by which Prometheus selects the objects."),
      dashboard: z
        .boolean()
        .default(true)
        .describe("Create a ConfigMap with a Grafana dashboard, labelled for Grafana's sidecar."),
    })
    .prefault({})
    .describe("Alerts through the Prometheus operator."),
});

export type SequencerValues = z.output<typeof sequencer>;

type Ha = SequencerValues["ha"];

export type OpStackValues = Extract<SequencerValues["software"], { opStack: unknown }>["opStack"];

/** What the engines have in `ha` of the values, as far as they have it. */
export interface EngineValues {
  readonly members?: number;
  readonly mesh?: Extract<Ha, { raft: unknown }>["raft"]["mesh"];
}

/** The engine that `ha` names, and what it says of it. */
export function engineValues({ ha }: Pick<SequencerValues, "ha">): {
  readonly name: string;
  readonly own: EngineValues;
} {
  const [[name = "", own = {}] = []] = Object.entries<EngineValues>(ha as Record<string, EngineValues>);
  return { name, own };
}

export const sequencerSection = {
  schema: sequencer,
  is: "The sequencer",
  clusterKinds: ["PriorityClass"],
  files: namedFiles,
} satisfies ValuesSection<SequencerValues>;

function namedFiles(values: SequencerValues): Named[] {
  const { genesis, software } = values;
  const { rollup, l1 } = "opStack" in software ? software.opStack : {};
  const ofChain = (file: string | undefined, ...path: string[]) =>
    file ? [{ name: file, path: ["software", "opStack", ...path, "file"] }] : [];
  const { name, own } = engineValues(values);
  const mesh = typeof own.mesh === "object" && "file" in own.mesh ? own.mesh.file : undefined;
  return [
    ...(genesis && "file" in genesis ? [{ name: genesis.file, path: ["genesis", "file"] }] : []),
    ...ofChain(rollup?.file, "rollup"),
    ...ofChain(l1?.chainConfig?.file, "l1", "chainConfig"),
    ...(mesh ? [{ name: mesh, path: ["ha", name, "mesh", "file"] }] : []),
  ];
}
