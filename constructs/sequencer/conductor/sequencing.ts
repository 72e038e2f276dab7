import { gzipSync, constants as zlib } from "node:zlib";
import type { Container } from "../../kubernetes/framework/provider";
import type { Resources } from "../../kubernetes/resources";
import type { Frame } from "../member/frame";
import { SEQUENCER_PATHS as PATHS } from "../member/paths";
import { MESH } from "../mesh/ports";
import { filesOf, logWithoutBlock, seedOf, votersOf } from "../software/op-stack/chain";
import { container, MOUNTS, memberEnv, probes } from "../software/op-stack/container";
import { CONDUCTOR_MESH } from "../software/op-stack/mesh";
import { chainFlag, LOG, onLoopback } from "../software/op-stack/node";
import { OP_STACK_PORTS as PORTS } from "../software/op-stack/ports";
import { RAFT_FOLDER } from "../software/op-stack/raft-folder";
import type { Sequencing } from "../software/op-stack/sequencing";
import type { ConductorSequencerProps } from "./props";
import { conductorSettings } from "./timing";

const RESOURCES: Resources = { cpu: "100m", memory: "128Mi", memoryLimit: "512Mi" };

const START = "start-conductor.sh";

/** Whether the chain has blocks, so that its members wait for a command that founds their raft. */
const hasBlocks = ({ software, founding }: Pick<ConductorSequencerProps, "software" | "founding">) =>
  software.network !== undefined || founding === "command";

/** The leader of the op-conductors makes blocks. */
export function underConductor(props: ConductorSequencerProps, members: number): Sequencing {
  const { conductor: image } = props.software.images;
  return {
    flags: ["--conductor.enabled", `--conductor.rpc=${onLoopback(PORTS.conductor)}`],
    env: { CONDUCTOR_PORT: String(PORTS.conductor) },
    mounts: [],
    images: image === undefined ? [] : [[["software", "images", "conductor"], image]],
    scripts: [START, "keep-members.sh"],
    texts: frame => seeds(props, frame),
    containers: frame => [conductor(props, members, frame)],
    mesh: CONDUCTOR_MESH,
  };
}

/** The files that found the members' raft: by themselves on the genesis block, and by a command on no block. */
function seeds(props: ConductorSequencerProps, frame: Frame): Record<string, string> {
  const seed = {
    ...seedOf(hasBlocks(props) ? undefined : filesOf(props.software), frame, PORTS.raft),
    "raft-log-without-block.db": logWithoutBlock(frame, PORTS.raft),
  };
  return Object.fromEntries(
    Object.entries(seed).map(([name, bytes]) => [
      `${name}.gz.b64`,
      // They are almost all zeros. Runs alone: other strategies differ between releases of Node.js.
      `${gzipSync(bytes, { level: 9, strategy: zlib.Z_RLE }).toString("base64")}\n`,
    ]),
  );
}

function conductor(props: ConductorSequencerProps, members: number, frame: Frame): Container {
  const { images } = props.software;
  return {
    ...container("conductor", START, images.conductor ?? "", RESOURCES),
    args: command(props, members),
    env: memberEnv(frame, {
      RAFT_DIRECTORY: RAFT_FOLDER.path,
      RAFT_PORT: String(PORTS.raft),
      RPC_PORT: String(PORTS.rpc),
      NODE_PORT: String(PORTS.node),
      CONDUCTOR_PORT: String(PORTS.conductor),
      MESH_PORT: String(MESH.metricsPort),
      MESH_RAFT_PORT: String(MESH.raftPort),
      ROLE_PORT: String(PORTS.role),
      MEMBERS: votersOf(frame, PORTS.raft)
        .map(({ id, address }) => `${id}=${address}`)
        .join(" "),
      ...(hasBlocks(props) && { HAS_BLOCKS: "yes" }),
    }),
    port: [{ name: "conductor", containerPort: PORTS.conductorMetrics, protocol: "TCP" }],
    // It waits for its node and for those of others: until then there is no port to ask.
    ...probes("conductor"),
    volumeMount: [{ name: "data", mountPath: PATHS.data }, ...MOUNTS],
  };
}

function command(props: ConductorSequencerProps, members: number): string[] {
  const settings = conductorSettings(props, members);
  return [
    "op-conductor",
    `--consensus.port=${PORTS.raft}`,
    `--raft.storage.dir=${RAFT_FOLDER.path}`,
    `--raft.heartbeat-timeout=${settings.heartbeatTimeoutMs}ms`,
    `--raft.lease-timeout=${settings.leaseTimeoutMs}ms`,
    `--node.rpc=${onLoopback(PORTS.watchedNode)}`,
    `--execution.rpc=${onLoopback(PORTS.rpc)}`,
    `--healthcheck.interval=${settings.healthIntervalSeconds}`,
    `--healthcheck.unsafe-interval=${settings.unsafeIntervalSeconds}`,
    `--healthcheck.min-peer-count=${settings.minPeerCount}`,
    chainFlag(props.software),
    "--rpc.addr=127.0.0.1",
    `--rpc.port=${PORTS.conductor}`,
    "--rpc.enable-proxy=false",
    "--metrics.enabled",
    `--metrics.port=${PORTS.conductorMetrics}`,
    LOG,
  ];
}
