import { type EvNode, evNode } from "../../constructs/sequencer/ev-node";
import type { LeaseSequencerProps } from "../../constructs/sequencer/lease/lease-sequencer";
import type { MeshSecurity } from "../../constructs/sequencer/mesh/member-mesh";
import type { RaftSequencerProps } from "../../constructs/sequencer/raft/props";
import type { SequencerProps, Signer } from "../../constructs/sequencer/sequencer";
import type { EnvironmentValues } from "../../values/schema/environment";
import { milliseconds } from "../../values/schema/fields";
import type { SequencerValues } from "../../values/schema/sequencer";
import type { FileText } from "../section";

/** An environment that has a sequencer section. */
export interface SequencerEnvironment extends EnvironmentValues {
  readonly sequencer: SequencerValues;
}

/** What every sequencer takes from the environment. */
export function sequencerProps(
  { sequencer, cluster, ...env }: SequencerEnvironment,
  fileText: FileText,
): SequencerProps {
  const { enabled, ...access } = sequencer.networkPolicies;
  const { authToken, endpoints, namespace, blockTime, wait } = sequencer.da;
  return {
    namespace: sequencer.namespace,
    name: sequencer.name,
    software: softwareOf(sequencer),
    blockTimeMs: milliseconds(sequencer.blockTime),
    da: {
      endpoints,
      namespace,
      blockTimeMs: milliseconds(blockTime),
      authToken,
      waitMs: wait === undefined ? undefined : milliseconds(wait),
    },
    signer: signerOf(sequencer),
    nodeKeys: sequencer.nodeKeys,
    genesis: "file" in sequencer.genesis ? { text: fileText(sequencer.genesis.file) } : sequencer.genesis,
    resources: sequencer.resources,
    executionResources: sequencer.executionResources,
    storage: sequencer.storage,
    executionStorage: sequencer.executionStorage,
    haproxyImage: sequencer.haproxyImage,
    gateImage: sequencer.gateImage,
    clusterDomain: cluster.domain,
    spread: sequencer.spread,
    zones: sequencer.zones,
    nodeSelector: sequencer.nodeSelector,
    priorityClassName: sequencer.priorityClassName ?? sequencer.namespace,
    imagePullSecrets: sequencer.imagePullSecrets,
    serviceAccountAnnotations: sequencer.serviceAccountAnnotations,
    requireDigest: env.requireDigests,
    networkAccess: enabled && access,
    protected: env.protected,
  };
}

type Ha<K extends string> = Extract<SequencerValues["ha"], Record<K, unknown>>[K &
  keyof Extract<SequencerValues["ha"], Record<K, unknown>>];

/** What a raft takes beside that; the number of members is checked by the construct's rules. */
export function raftProps({ members, rttMax, maintenanceWindow, mesh, settings }: Ha<"raft">) {
  const { heartbeatTimeout, electionTimeout, leaderLeaseTimeout, sendTimeout, ...counts } = settings;
  const times = {
    heartbeatTimeoutMs: heartbeatTimeout,
    electionTimeoutMs: electionTimeout,
    leaderLeaseTimeoutMs: leaderLeaseTimeout,
    sendTimeoutMs: sendTimeout,
  };
  return {
    members: members as RaftSequencerProps["members"] & number,
    rttMaxMs: milliseconds(rttMax),
    maintenanceWindowMs: milliseconds(maintenanceWindow),
    mesh: meshOf(mesh),
    raft: defined({ ...inMilliseconds(times), ...counts }),
  };
}

/** What a pair takes beside that. */
export function leaseProps({ duration, renewDeadline, retry, killGrace, catchupTimeout, agentImage }: Ha<"lease">) {
  const times = {
    durationMs: duration,
    renewDeadlineMs: renewDeadline,
    retryMs: retry,
    killGraceMs: killGrace,
    catchupTimeoutMs: catchupTimeout,
  };
  return { timing: inMilliseconds(times), agentImage } satisfies Partial<LeaseSequencerProps>;
}

function softwareOf({ software: { evNode: values } }: SequencerValues): EvNode {
  const { version, image, execution } = values;
  return evNode({
    version,
    image,
    execution: execution === "testapp" ? { kind: "testapp" } : { kind: "evm", ...execution.evm },
  });
}

function signerOf({ signer: values, signerAddress: address }: SequencerValues): Signer {
  if ("secret" in values) return { kind: "file", secret: values.secret, address };
  return "aws" in values.kms
    ? { kind: "aws", ...values.kms.aws, address }
    : { kind: "gcp", ...values.kms.gcp, address };
}

function meshOf(values: Ha<"raft">["mesh"]): MeshSecurity {
  if (values === "plain") return { kind: "plain" };
  if ("secret" in values) return { kind: "secret", secret: values.secret };
  return { kind: "certManager", issuer: values.certManager.issuer, issuerKind: values.certManager.kind };
}

function inMilliseconds<K extends string>(times: Record<K, string | undefined>): { [name in K]?: number } {
  const entries = Object.entries<string | undefined>(times).map(([name, text]) => [name, text && milliseconds(text)]);
  return defined(Object.fromEntries(entries));
}

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
