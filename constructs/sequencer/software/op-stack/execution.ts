import type { Container } from "../../../kubernetes/framework/provider";
import { CONTAINER_SECURITY } from "../../../kubernetes/pod-security";
import type { Resources } from "../../../kubernetes/resources";
import { Scripts } from "../../../kubernetes/scripts";
import type { ExecutionParts } from "../../execution/execution";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { NODE_ALIVE, NODE_STARTS } from "../../probes";
import type { OpStack, OpStackExecution } from "./op-stack";
import { OP_STACK_PORTS as PORTS } from "./ports";

const DATA = "/execution";
const GENESIS = `${Scripts.MOUNT_PATH}/genesis.json`;
/** Made by the execution client's start script, in memory: nobody else needs it. */
export const JWT = "/jwt/jwt.hex";

const RESOURCES: Resources = { cpu: "1", memory: "2Gi", memoryLimit: "4Gi" };

/** The program and its arguments. The Engine API is on loopback; on the network are `eth`, `net` and `web3` alone. */
const COMMANDS: Readonly<Record<OpStackExecution, readonly string[]>> = {
  "op-geth": [
    "geth",
    `--datadir=${DATA}`,
    "--state.scheme=hash",
    "--gcmode=archive",
    "--syncmode=full",
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
    "--metrics",
    "--metrics.addr=0.0.0.0",
    `--metrics.port=${PORTS.executionMetrics}`,
  ],
  "op-reth": [
    "op-reth",
    "node",
    `--chain=${GENESIS}`,
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
    `--metrics=0.0.0.0:${PORTS.executionMetrics}`,
  ],
};

/** The execution client beside op-node, with its data on a volume of its own. */
export function opStackExecution({ execution, images }: OpStack): ExecutionParts {
  return {
    command: [],
    writePort: PORTS.rpc,
    client: (resources = RESOURCES) => ({ container: container(execution, images.execution, resources) }),
    metricsPort: { name: "eth-metrics", port: PORTS.executionMetrics },
    images: [[["software", "images", "execution"], images.execution]],
    problems: [],
  };
}

function container(execution: OpStackExecution, image: string, resources: Resources): Container {
  return {
    name: "execution",
    image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/start-execution.sh`],
    args: [...COMMANDS[execution]],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      ...Object.entries({
        HOME: "/tmp",
        RUN_DIR: PATHS.run,
        JWT,
        // op-reth reads the genesis by itself.
        ...(execution === "op-geth" && { INIT: `geth init --datadir=${DATA} --state.scheme=hash ${GENESIS}` }),
      }).map(([name, value]) => ({ name, value })),
    ],
    port: [
      { name: "rpc", containerPort: PORTS.rpc, protocol: "TCP" },
      { name: "eth-metrics", containerPort: PORTS.executionMetrics, protocol: "TCP" },
    ],
    startupProbe: { tcpSocket: [{ port: "rpc" }], ...NODE_STARTS },
    livenessProbe: { tcpSocket: [{ port: "rpc" }], ...NODE_ALIVE },
    resources: {
      requests: { cpu: resources.cpu, memory: resources.memory },
      limits: { memory: resources.memoryLimit },
    },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "execution", mountPath: DATA },
      { name: "config", mountPath: "/jwt" },
      { name: "run", mountPath: PATHS.run },
      { name: "tmp", mountPath: "/tmp" },
      { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
    ],
  };
}
