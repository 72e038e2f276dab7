import { milliseconds } from "../../kubernetes/duration";
import { yamlText } from "../../kubernetes/yaml";
import type { EngineNode } from "../engine";
import type { RaftSettings } from "../raft/timing";
import type { DataAvailability, Signer } from "../sequencer";
import { submitOptions } from "./da-submit";
import { EV_NODE_PORTS } from "./ev-node";
import { type EvNodeOptions, lazyIntervalMs } from "./ev-node-options";
import { SEQUENCER_PATHS } from "./paths";

export interface EvNodeConfigProps {
  readonly node: EngineNode;
  readonly blockTimeMs: number;
  readonly da: DataAvailability;
  /** Where ev-node finds the DA: the member's own proxy, or the endpoint itself. */
  readonly daAddress: string;
  readonly signer: Signer;
  readonly raft?: RaftSettings;
  readonly options?: EvNodeOptions;
}

/**
 * How far a ready member may be behind, in seconds: upstream's window, and three blocks where those take longer, by the
 * longest time between two.
 */
export function readinessWindow(longestMs: number): number {
  return Math.max(15, Math.ceil((3 * longestMs) / 1000));
}

/**
 * ev-node's `evnode.yaml`, the same for every member; what differs from pod to pod comes as flags from the start
 * script. All paths are absolute: upstream's defaults are relative to the working directory or to a home that no volume
 * holds.
 */
export function evNodeConfig(props: EvNodeConfigProps): string {
  const { node, blockTimeMs, da, daAddress, signer, raft, options = {} } = props;
  const lazy = lazyIntervalMs(options);
  const window = readinessWindow(lazy ?? blockTimeMs);
  return yamlText({
    db_path: "data",
    node: {
      aggregator: node.aggregator,
      block_time: `${blockTimeMs}ms`,
      ...(lazy !== undefined && { lazy_mode: true, lazy_block_interval: `${lazy}ms` }),
      max_pending_headers_and_data: options.maxPendingBlocks,
      readiness_window_seconds: window,
      // Upstream takes 15 where the file does not say it, whatever the block time.
      readiness_max_blocks_behind: node.blocksBehind ?? Math.ceil((window * 1000) / blockTimeMs),
    },
    da: {
      address: daAddress,
      namespace: da.namespace,
      data_namespace: da.dataNamespace,
      block_time: `${milliseconds(da.blockTime ?? "6s")}ms`,
      signing_addresses: da.signingAddresses?.length ? da.signingAddresses : undefined,
      submit_options: da.submit && submitOptions(da.submit),
    },
    rpc: { address: `0.0.0.0:${EV_NODE_PORTS.rpc}` },
    instrumentation: {
      prometheus: true,
      prometheus_listen_addr: `:${EV_NODE_PORTS.metrics}`,
      ...(options.tracing && tracingConfig(options.tracing)),
    },
    log: { level: "info", format: "json", ...options.log },
    signer: signerConfig(signer),
    raft: raft ? { enable: true, raft_dir: `${SEQUENCER_PATHS.data}/raft`, ...raftConfig(raft) } : { enable: false },
  });
}

function tracingConfig({ endpoint, sampleRate }: NonNullable<EvNodeOptions["tracing"]>): object {
  // Upstream adds the path of traces only where the URL has none, not even a slash.
  return { tracing: true, tracing_endpoint: new URL(endpoint).origin, tracing_sample_rate: sampleRate };
}

function signerConfig(signer: Signer): object {
  if (signer.kind === "file") return { signer_type: "file", signer_path: SEQUENCER_PATHS.signer };
  const kms =
    signer.kind === "aws"
      ? { provider: "aws", aws: { key_id: signer.keyId, region: signer.region } }
      : { provider: "gcp", gcp: { key_name: signer.keyName } };
  return { signer_type: "kms", kms };
}

function raftConfig(raft: RaftSettings): object {
  return {
    heartbeat_timeout: `${milliseconds(raft.heartbeatTimeout)}ms`,
    election_timeout: `${milliseconds(raft.electionTimeout)}ms`,
    leader_lease_timeout: `${milliseconds(raft.leaderLeaseTimeout)}ms`,
    send_timeout: `${milliseconds(raft.sendTimeout)}ms`,
    snap_count: raft.snapCount,
    snapshot_threshold: raft.snapshotThreshold,
    trailing_logs: raft.trailingLogs,
  };
}
