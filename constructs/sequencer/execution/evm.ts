import type { Container, Volume } from "../../kubernetes/framework/provider";
import { isTokenText } from "../../kubernetes/framework/token-text";
import { CONTAINER_SECURITY } from "../../kubernetes/pod-security";
import type { Problem } from "../../kubernetes/problem";
import { argProblems, type FlagRules, flagsIn } from "../extra-args";
import type { MemberPart } from "../member/part";
import { SEQUENCER_PATHS } from "../member/paths";
import { NODE_ALIVE, NODE_STARTS } from "../probes";
import { type ExecutionParts, upstreamImages } from "./execution";

/** ev-reth as the execution client of every member, and the chain that it runs. */
export interface EvmExecution {
  readonly kind: "evm";
  /** Image of ev-reth, by digest or by a fixed tag. */
  readonly image: string;
  /**
   * Secret whose key `jwt.hex` authenticates ev-node to the Engine API, and ConfigMap whose key `genesis.json` is the
   * chain's.
   */
  readonly jwtSecret: string;
  readonly genesisConfigMap: string;
  /** Hash of block 0, `0x` and 64 hex digits. */
  readonly genesisHash: string;
  /** Who receives the fees, `0x` and 40 hex digits. */
  readonly feeRecipient: string;
  /**
   * Further arguments of ev-reth, such as `--rpc.gascap=…`. Flags that the package sets are refused; whether ev-reth
   * has the others is not checked. @default - none
   */
  readonly args?: readonly string[];
}

/** Images of ev-node with it. There is none of ev-node v1.2.0. */
export const EVM_IMAGES = upstreamImages("evm", {
  "v1.0.0": "v1.0.0",
  "v1.1.0": "v1.1.0",
  "v1.1.1": "v1.1.1",
  "v1.1.2": "v1.1.2",
  "v1.1.3": "v1.1.3",
  "v1.1.4": "v1.1.4",
  "v1.2.1": "v1.2.1",
  "v1.2.2": "v1.2.2",
  "v1.2.3": "v1.2.3",
});

/** Ports and folders of the execution client beside a member; it is reached on loopback alone, but for its JSON-RPC. */
const EV_RETH = {
  http: 8545,
  engine: 8551,
  metrics: 9001,
  data: "/execution",
  jwt: "/jwt/jwt.hex",
  genesis: "/genesis",
} as const;

/** ev-reth beside every member. */
export function evm(execution: EvmExecution): ExecutionParts {
  const { image, genesisHash, feeRecipient, args = [] } = execution;
  return {
    command: ["evm", "start", ...flags(execution)],
    writePort: EV_RETH.http,
    client: client(execution),
    metricsPort: { name: "eth-metrics", port: EV_RETH.metrics },
    images: [[["software", "execution", "image"], image]],
    problems: [
      ...hex("genesisHash", genesisHash, 64),
      ...hex("feeRecipient", feeRecipient, 40),
      ...argProblems(["software", "execution", "args"], args, EV_RETH_FLAGS),
    ],
  };
}

function hex(field: string, value: string, digits: number): Problem[] {
  if (isTokenText(value) || new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(value)) return [];
  return [{ path: ["software", "execution", field], message: `"${value}" is not 0x and ${digits} hex digits` }];
}

function flags({ genesisHash, feeRecipient }: EvmExecution): string[] {
  return [
    `--evm.eth-url=http://127.0.0.1:${EV_RETH.http}`,
    `--evm.engine-url=http://127.0.0.1:${EV_RETH.engine}`,
    `--evm.jwt-secret-file=${EV_RETH.jwt}`,
    `--evm.genesis-hash=${genesisHash}`,
    `--evm.fee-recipient=${feeRecipient}`,
  ];
}

/** Flags as in upstream's compose file, but for its pool limits. */
const ARGS = [
  `--chain=${EV_RETH.genesis}/genesis.json`,
  `--datadir=${EV_RETH.data}`,
  `--metrics=0.0.0.0:${EV_RETH.metrics}`,
  "--authrpc.addr=127.0.0.1",
  `--authrpc.port=${EV_RETH.engine}`,
  `--authrpc.jwtsecret=${EV_RETH.jwt}`,
  "--http",
  "--http.addr=0.0.0.0",
  `--http.port=${EV_RETH.http}`,
  "--http.api=eth,net,web3,txpool",
  // Every block is on disk before ev-node signs the next one: a restart finds both at the same height.
  "--engine.persistence-threshold=0",
  "--engine.memory-block-buffer-target=0",
  "--disable-discovery",
];

const KEPT = "leave it out: ev-node, probes and Services are made for it";

/** What may be added to them. A flag without a value ends at the next one: clap knows its switches. */
const EV_RETH_FLAGS: FlagRules = {
  program: "ev-reth",
  taken: {
    ...Object.fromEntries(flagsIn(ARGS).map(name => [name, KEPT])),
    "authrpc.": KEPT,
    // They move ports.
    instance: KEPT,
    "with-unused-ports": KEPT,
    help: "leave it out: nothing would start",
    version: "leave it out: nothing would start",
  },
  switches: "any",
};

/** ev-node needs it for its last block: it stays until the node has ended, or the pod's grace period is almost over. */
const WAIT_FOR_NODE = `i=0; while [ -e ${SEQUENCER_PATHS.run}/running ] && [ $i -lt 25 ]; do sleep 1; i=$((i+1)); done`;

/**
 * ev-reth beside a member, with its data on a volume of its own (claim `execution`). It follows ev-node through the
 * Engine API on loopback alone, so no two members can share it; only its JSON-RPC is on the pod's address.
 */
function client({ image, jwtSecret, genesisConfigMap, args = [] }: EvmExecution): MemberPart {
  const container: Container = {
    name: "execution",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["ev-reth"],
    args: ["node", ...ARGS, ...args],
    env: [{ name: "HOME", value: "/tmp" }],
    port: [
      { name: "eth", containerPort: EV_RETH.http, protocol: "TCP" },
      { name: "eth-metrics", containerPort: EV_RETH.metrics, protocol: "TCP" },
    ],
    lifecycle: { preStop: [{ exec: { command: ["/bin/sh", "-c", WAIT_FOR_NODE] } }] },
    startupProbe: { tcpSocket: [{ port: "eth" }], ...NODE_STARTS },
    livenessProbe: { tcpSocket: [{ port: "eth" }], ...NODE_ALIVE },
    resources: { requests: { cpu: "1", memory: "2Gi" }, limits: { memory: "4Gi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "execution", mountPath: EV_RETH.data },
      { name: "tmp", mountPath: "/tmp" },
      { name: "run", mountPath: SEQUENCER_PATHS.run, readOnly: true },
      { name: "execution-genesis", mountPath: EV_RETH.genesis, readOnly: true },
      JWT_MOUNT,
    ],
  };
  const volumes: Volume[] = [
    { name: "execution-genesis", configMap: { name: genesisConfigMap } },
    {
      name: "jwt",
      secret: { secretName: jwtSecret, defaultMode: "0440", items: [{ key: "jwt.hex", path: "jwt.hex" }] },
    },
  ];
  return { container, volumes, mounts: [JWT_MOUNT], env: { ENGINE_PORT: String(EV_RETH.engine) } };
}

/** ev-node signs its calls to the Engine API with the same secret. */
const JWT_MOUNT = { name: "jwt", mountPath: "/jwt", readOnly: true } as const;
