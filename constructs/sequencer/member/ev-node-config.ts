import { milliseconds } from "../../kubernetes/duration";
import { yamlText } from "../../kubernetes/yaml";
import type { EngineNode } from "../engine";
import type { RaftSettings } from "../raft/timing";
import type { DataAvailability, Signer } from "../sequencer";
import { EV_NODE_PORTS } from "./ev-node";
import { SEQUENCER_PATHS } from "./paths";

export interface EvNodeConfigProps {
  readonly node: EngineNode;
  readonly blockTimeMs: number;
  readonly da: DataAvailability;
  /** Where ev-node finds the DA: the member's own proxy, or the endpoint itself. */
  readonly daAddress: string;
  readonly signer: Signer;
  readonly raft?: RaftSettings;
}

/** How far a ready member may be behind, in seconds: upstream's window, and three blocks where those take longer. */
export function readinessWindow(blockTimeMs: number): number {
  return Math.max(15, Math.ceil((3 * blockTimeMs) / 1000));
}

/**
 * ev-node's `evnode.yaml`, the same for every member; what differs from pod to pod comes as flags from the start
 * script. All paths are absolute: upstream's defaults are relative to the working directory or to a home that no volume
 * holds.
 */
export function evNodeConfig({ node, blockTimeMs, da, daAddress, signer, raft }: EvNodeConfigProps): string {
  const window = readinessWindow(blockTimeMs);
  return yamlText({
    db_path: "data",
    node: {
      aggregator: node.aggregator,
      block_time: `${blockTimeMs}ms`,
      readiness_window_seconds: window,
      // Upstream takes 15 where the file does not say it, whatever the block time.
      readiness_max_blocks_behind: node.blocksBehind ?? Math.ceil((window * 1000) / blockTimeMs),
    },
    da: { address: daAddress, namespace: da.namespace, block_time: `${milliseconds(da.blockTime ?? "6s")}ms` },
    rpc: { address: `0.0.0.0:${EV_NODE_PORTS.rpc}` },
    instrumentation: { prometheus: true, prometheus_listen_addr: `:${EV_NODE_PORTS.metrics}` },
    log: { level: "info", format: "json" },
    signer: signerConfig(signer),
    raft: raft ? { enable: true, raft_dir: `${SEQUENCER_PATHS.data}/raft`, ...raftConfig(raft) } : { enable: false },
  });
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
