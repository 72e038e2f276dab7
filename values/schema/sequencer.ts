import { z } from "zod";
import { durationOf } from "../../constructs/kubernetes/duration";
import { CATCHUP_MS, LEASE_TIMINGS } from "../../constructs/sequencer/lease/protocol";
import {
  apiServer,
  cidr,
  destination,
  dnsLabel,
  duration,
  endpoint,
  imageReference,
  keyValues,
  objectName,
  resources,
  secretName,
  storageOf,
  url,
} from "./fields";
import type { Named, ValuesSection } from "./section";

const execution = z
  .union([
    z.literal("testapp"),
    z.strictObject({
      evm: z
        .strictObject({
          image: imageReference.describe("Image of ev-reth, by digest or by a fixed tag."),
          jwtSecret: secretName.describe("Secret whose key jwt.hex ev-node and ev-reth share."),
          genesisConfigMap: objectName.describe("ConfigMap whose key genesis.json is the chain's."),
          genesisHash: z
            .string()
            .regex(/^0x[0-9a-fA-F]{64}$/, "must be a hash of 32 bytes in hex (0x…)")
            .describe("Hash of block 0."),
          feeRecipient: z
            .string()
            .regex(/^0x[0-9a-fA-F]{40}$/, "must be an address of 20 bytes in hex (0x…)")
            .describe("Who receives the fees."),
        })
        .describe("ev-reth beside every member."),
    }),
  ])
  .describe("How transactions are executed: testapp is upstream's key-value store for trials.");

const raftSettings = z.strictObject({
  heartbeatTimeout: duration.optional().describe("Default: 4 × rttMax, at least 160ms."),
  electionTimeout: duration.optional().describe("Default: 16 × rttMax, at least 160ms and the heartbeat timeout."),
  leaderLeaseTimeout: duration
    .optional()
    .describe("Default: half the heartbeat timeout, at least 160ms where that is as long."),
  sendTimeout: duration.optional().describe("Default: 3 × rttMax, at least 250ms."),
  snapCount: z.int().min(1).optional().describe("Snapshot files kept. Default: 3."),
  snapshotThreshold: z
    .int()
    .min(1)
    .optional()
    .describe("Log entries after which a snapshot is taken. Default: a quarter of trailingLogs, at least 500."),
  trailingLogs: z
    .int()
    .min(1)
    .optional()
    .describe("Log entries kept behind a snapshot. Default: the maintenance window's."),
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
        .describe("That Secret's manifest, relative to this file: its names are checked at synth."),
    }),
    z.strictObject({
      certManager: z
        .strictObject({
          issuer: objectName.describe("Issuer whose CA vouches for members."),
          kind: z.enum(["Issuer", "ClusterIssuer"]).default("Issuer").describe("Kind of the issuer."),
        })
        .describe("A Certificate of cert-manager."),
    }),
  ])
  .describe("How members know each other; plain for clusters whose network is encrypted.");

const raft = z.strictObject({
  members: z.int().min(0).default(3).describe("3, 5 or 7, for the life of the chain: none can be added or removed."),
  rttMax: duration.default("10ms").describe("Largest round trip between two members; timings follow from it."),
  maintenanceWindow: duration.default("1h").describe("How long a member may be away and still catch up from the log."),
  mesh,
  settings: raftSettings.prefault({}).describe("Single raft settings, over what follows from rttMax."),
});

const lease = z.strictObject({
  duration: duration
    .default(durationOf(LEASE_TIMINGS.duration.usual))
    .describe("How long a lost holder keeps the other from taking over."),
  renewDeadline: duration
    .default(durationOf(LEASE_TIMINGS.renewDeadline.usual))
    .describe("A holder that could not renew for so long ends its sequencer."),
  retry: duration
    .default(durationOf(LEASE_TIMINGS.retry.usual))
    .describe("Time between renewals, and between attempts to acquire."),
  killGrace: duration
    .default(durationOf(LEASE_TIMINGS.killGrace.usual))
    .describe("From SIGTERM to SIGKILL; renewDeadline + killGrace must end before duration."),
  catchupTimeout: duration
    .default(durationOf(CATCHUP_MS))
    .describe("How long a new holder looks for blocks it has not seen."),
  agentImage: imageReference
    .optional()
    .describe("A Node.js image for the agent. Default: a release of Node.js, by tag."),
});

const ha = z
  .union([
    z.strictObject({ raft: raft.describe("3, 5 or 7 members on ev-node's raft.") }),
    z.strictObject({ lease: lease.describe("Two members behind a Kubernetes Lease.") }),
    z.strictObject({ single: z.strictObject({}).describe("One aggregator without raft.") }),
  ])
  .describe("One raft-less aggregator, a pair behind a Lease, or a raft of 3, 5 or 7.");

const signer = z
  .union([
    z.strictObject({
      secret: secretName.describe("Secret with signer.json and passphrase, the same key for all members."),
    }),
    z.strictObject({
      kms: z
        .union([
          z.strictObject({
            aws: z
              .strictObject({
                keyId: z.string().min(1).describe("Id, ARN or alias of the key."),
                region: z.string().min(1).describe("Its region."),
              })
              .describe("AWS KMS."),
          }),
          z.strictObject({
            gcp: z
              .strictObject({ keyName: z.string().min(1).describe("Resource name of the key version.") })
              .describe("Google Cloud KMS."),
          }),
        ])
        .describe("A key in a cloud's KMS."),
    }),
  ])
  .describe("The key that signs blocks.");

export const sequencer = z.strictObject({
  namespace: dnsLabel(63).describe("Namespace that the section makes and owns; no other environment may use it."),
  name: dnsLabel(40).default("seq").describe("Name of the StatefulSet and stem of everything else."),
  software: z
    .strictObject({
      evNode: z
        .strictObject({
          version: z.string().describe("Release of ev-node, such as v1.2.2; raft needs v1.1.1 or later."),
          execution,
          image: imageReference.optional().describe("Default: upstream's image of the version."),
        })
        .describe("ev-node."),
    })
    .describe("The node software."),
  ha,
  blockTime: duration.default("1s").describe("Time between blocks."),
  da: z
    .strictObject({
      endpoints: z
        .array(url)
        .min(1)
        .describe("In the order of preference; members switch to the next when one is lost."),
      namespace: z.string().min(1).describe("Namespace of the rollup's blobs, the same for every node of the chain."),
      blockTime: duration.default("6s").describe("Average block time of the DA."),
      wait: duration
        .optional()
        .describe("How long a starting member waits for an endpoint; then it starts all the same. Default: not."),
      authToken: z
        .strictObject({
          secret: secretName.describe("Name of the Secret."),
          key: z.string().min(1).default("token").describe("Its key."),
        })
        .optional()
        .describe("A token for the DA, from a Secret."),
    })
    .describe("Data availability."),
  signer,
  signerAddress: z
    .string()
    .regex(/^(0x)?([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/, "must be an address in hex")
    .optional()
    .describe("Compared with the genesis' proposer."),
  nodeKeys: z
    .strictObject({
      secret: secretName.describe("Secret with one key per pod name, made by `rollup-network keys sequencer`."),
      peerIds: z.array(z.string().min(1)).describe("The public ids of those keys, in the order of the pods."),
    })
    .describe("libp2p keys of the members."),
  genesis: z
    .union([
      z.strictObject({ configMap: objectName.describe("ConfigMap with the key genesis.json.") }),
      z.strictObject({ file: z.string().min(1).describe("ev-node's genesis.json, relative to this file.") }),
    ])
    .describe("The start of the chain."),
  haproxyImage: imageReference.optional().describe("HAProxy 3.2 or later with Lua, for mesh and proxy."),
  gateImage: imageReference
    .optional()
    .describe("A Node.js image for the wait for the DA. Default: a release of Node.js, by tag."),
  imagePullSecrets: z.array(secretName).default([]).describe("Names of Secrets."),
  spread: z.enum(["hard", "soft"]).describe("Whether members must (hard) or should (soft) run on different hosts."),
  zones: z
    .array(dnsLabel(63))
    .optional()
    .describe("Zones to run in, evenly; without them zones are preferred to differ."),
  resources: resources.optional().describe("Of ev-node; 500m CPU, 512Mi to 1Gi of memory unless given."),
  executionResources: resources
    .optional()
    .describe("Of the execution client; 1 CPU, 2Gi to 4Gi of memory unless given."),
  storage: storageOf("10Gi")
    .prefault({})
    .describe("Block data and raft state, a volume per member; 10Gi unless given."),
  executionStorage: storageOf("50Gi").prefault({}).describe("Of the execution client; 50Gi unless given."),
  nodeSelector: keyValues.default({}).describe("Labels of the hosts it may run on."),
  priorityClassName: objectName
    .optional()
    .describe("An existing PriorityClass. Default: one is made for the environment."),
  serviceAccountAnnotations: keyValues.optional().describe("Such as a cloud role that may use the KMS key."),
  networkPolicies: z
    .strictObject({
      enabled: z.boolean().default(true).describe("Default deny, and what the wiring needs."),
      ...apiServer(", for a Lease pair"),
      da: z
        .array(cidr)
        .default([])
        .describe(
          "Addresses of the DA, at the ports of its endpoints. Empty opens these ports on the internet; hosts with " +
            "private addresses must be named.",
        ),
      kms: z
        .array(cidr)
        .default([])
        .describe("Addresses of private endpoints of the KMS and of AWS STS; empty opens port 443 on the internet."),
      peers: z
        .array(endpoint)
        .default([])
        .describe("Where full nodes of the chain live; they may dial members by p2p."),
      writers: z.array(endpoint).default([]).describe("Who may send transactions."),
      readers: z.array(endpoint).default([]).describe("Who may call ev-node's RPC."),
      egress: z
        .array(destination)
        .default([])
        .describe("Further destinations of the members; a KMS is reached without."),
      monitoring: dnsLabel(63).optional().describe("Namespace whose pods may scrape metrics."),
    })
    .prefault({})
    .describe("What the policies cannot derive from the wiring."),
  objective: z
    .strictObject({
      p50: duration.default("15s").describe("Half of all failovers take no longer."),
      p95: duration.default("45s").describe("Nineteen of twenty take no longer."),
    })
    .prefault({})
    .describe("Service objective that drills are held against."),
  monitoring: z
    .strictObject({
      enabled: z.boolean().default(false).describe("Needs the Prometheus operator's CRDs in the cluster."),
      labels: keyValues.default({}).describe("Labels by which Prometheus selects its objects."),
      runbookBase: z
        .string()
        .min(1)
        .optional()
        .describe("Where alerts find the runbooks, such as a URL. Default: docs/runbooks of this package."),
      dashboard: z
        .boolean()
        .default(true)
        .describe("A ConfigMap with a Grafana dashboard, labelled for Grafana's sidecar."),
    })
    .prefault({})
    .describe("Alerts through the Prometheus operator."),
});

export type SequencerValues = z.output<typeof sequencer>;

type Ha = SequencerValues["ha"];

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
  const { genesis } = values;
  const { name, own } = engineValues(values);
  const mesh = typeof own.mesh === "object" && "file" in own.mesh ? own.mesh.file : undefined;
  return [
    ...("file" in genesis ? [{ name: genesis.file, path: ["genesis", "file"] }] : []),
    ...(mesh ? [{ name: mesh, path: ["ha", name, "mesh", "file"] }] : []),
  ];
}
