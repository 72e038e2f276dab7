import type { Container } from "../../../kubernetes/framework/provider";
import type { Resources } from "../../../kubernetes/resources";
import type { NodeParts } from "../../member/frame";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { container, EXECUTION_MOUNT, MOUNTS, podEnv, probes } from "./container";
import { genesisDelivery } from "./genesis";
import type { OpStack, OpStackExecution } from "./op-stack";
import { OP_STACK_PORTS as PORTS } from "./ports";
import { nameForReth } from "./registry";
import { snapshotBringer } from "./snapshot";

const DATA = EXECUTION_MOUNT.mountPath;
/** Made by the execution client's start script, in memory: nobody else needs it. */
export const JWT = "/jwt/jwt.hex";

const RESOURCES: Resources = { cpu: "1", memory: "2Gi", memoryLimit: "4Gi" };

/** What a client is told of its chain: a file with the genesis, or a name in the superchain registry. */
interface Chain {
  readonly genesis?: string;
  readonly network?: string;
}

/** The program and its arguments. The Engine API is on loopback; on the network are `eth`, `net` and `web3` alone. */
const COMMANDS: Readonly<Record<OpStackExecution, (chain: Chain) => string[]>> = {
  "op-geth": ({ network }) => [
    "geth",
    ...(network ? [`--op-network=${network}`] : []),
    `--datadir=${DATA}`,
    "--state.scheme=hash",
    "--gcmode=archive",
    "--syncmode=full",
    // Without --networkid or --op-network it takes itself for Ethereum's, and 4096 MB: all that it may have.
    "--cache=1024",
    "--nodiscover",
    "--maxpeers=0",
    "--ipcdisable",
    "--authrpc.addr=127.0.0.1",
    `--authrpc.port=${PORTS.engine}`,
    `--authrpc.jwtsecret=${JWT}`,
    "--http",
    "--http.addr=0.0.0.0",
    `--http.port=${PORTS.rpc}`,
    "--http.vhosts=*",
    "--http.api=eth,net,web3",
    "--ws",
    "--ws.addr=0.0.0.0",
    `--ws.port=${PORTS.rpc}`,
    "--ws.api=eth,net,web3",
    "--metrics",
    "--metrics.addr=0.0.0.0",
    `--metrics.port=${PORTS.executionMetrics}`,
  ],
  "op-reth": ({ genesis, network }) => [
    "op-reth",
    "node",
    `--chain=${network ? nameForReth(network) : genesis}`,
    `--datadir=${DATA}`,
    "--disable-discovery",
    "--max-inbound-peers=0",
    "--max-outbound-peers=0",
    "--ipcdisable",
    "--authrpc.addr=127.0.0.1",
    `--authrpc.port=${PORTS.engine}`,
    `--authrpc.jwtsecret=${JWT}`,
    "--http",
    "--http.addr=0.0.0.0",
    `--http.port=${PORTS.rpc}`,
    "--http.api=eth,net,web3",
    "--ws",
    "--ws.addr=0.0.0.0",
    `--ws.port=${PORTS.rpc}`,
    "--ws.api=eth,net,web3",
    `--metrics=0.0.0.0:${PORTS.executionMetrics}`,
  ],
};

const METRICS_PATHS: Readonly<Record<OpStackExecution, string>> = {
  "op-geth": "/debug/metrics/prometheus",
  "op-reth": "/metrics",
};

/** The execution client beside op-node, with its data on a volume of its own. */
export function opStackExecution(software: OpStack): NodeParts["execution"] {
  const { execution } = software;
  const { path, part } = genesisDelivery(software) ?? {};
  const snapshot = snapshotBringer(software);
  const initContainers = [...(snapshot ? [snapshot] : []), ...(part?.initContainers ?? [])];
  return {
    client: { container: clientOf(software, path), ...part, initContainers },
    metricsPort: { name: "eth-metrics", port: PORTS.executionMetrics, path: METRICS_PATHS[execution] },
  };
}

function clientOf({ execution, images, network }: OpStack, genesis?: string): Container {
  return {
    ...container("execution", "start-execution.sh", images.execution, RESOURCES),
    args: COMMANDS[execution]({ genesis, network }),
    env: podEnv({
      HOME: "/tmp",
      RUN_DIR: PATHS.run,
      JWT,
      // op-reth reads the genesis by itself.
      ...(execution === "op-geth" && genesis && { INIT: `geth init --datadir=${DATA} --state.scheme=hash ${genesis}` }),
    }),
    port: [
      { name: "rpc", containerPort: PORTS.rpc, protocol: "TCP" },
      { name: "eth-metrics", containerPort: PORTS.executionMetrics, protocol: "TCP" },
    ],
    ...probes("eth-metrics", METRICS_PATHS[execution]),
    volumeMount: [EXECUTION_MOUNT, { name: "config", mountPath: "/jwt" }, ...MOUNTS],
  };
}
