/** How ev-node executes transactions. */
export type Execution =
  /** The key-value store of upstream's test application, for trials. Writes are `POST /tx`. */
  | { readonly kind: "testapp" }
  /** ev-reth beside every member, with a volume of its own. Writes are Ethereum JSON-RPC. */
  | EvmExecution;

/** ev-reth as the execution client of every member, and the chain that it runs. */
export interface EvmExecution {
  readonly kind: "evm";
  /** Image of ev-reth, by digest or by a fixed tag. */
  readonly image: string;
  /** Secret whose key `jwt.hex` authenticates ev-node to the Engine API, and ConfigMap whose key `genesis.json` is the chain's. */
  readonly jwtSecret: string;
  readonly genesisConfigMap: string;
  /** Hash of block 0, `0x` and 64 hex digits. */
  readonly genesisHash: string;
  /** Who receives the fees, `0x` and 40 hex digits. */
  readonly feeRecipient: string;
}

/** A release of ev-node and how it executes transactions. */
export interface EvNodeProps {
  /** Release of ev-node, such as `v1.2.2`. Raft needs v1.1.1 or later: before it, members could restart for ever (upstream #3230). */
  readonly version: string;
  readonly execution: Execution;
  /** @default - upstream's image of that version, `ghcr.io/evstack/ev-node-<execution>:<version>` */
  readonly image?: string;
}

/** ev-node as a software of sequencers: what its image is called, what it listens on and how it is told where its execution client is. */
export interface EvNode {
  readonly name: string;
  readonly version: string;
  readonly image: string;
  readonly execution: Execution;
  /** The program and the arguments that only this execution knows. */
  readonly command: readonly string[];
  /** Where transactions go: the port of the pod and its name in Services. */
  readonly writePort: number;
}

/** Ports of ev-node. Upstream's defaults, but for raft, which has none: its documents use 5001. */
export const EV_NODE_PORTS = { rpc: 7331, metrics: 26660, p2p: 7676, raft: 5001 } as const;

/** Ports and folders of the execution client beside a member; it is reached on loopback alone, but for its JSON-RPC. */
export const EV_RETH = {
  http: 8545,
  engine: 8551,
  metrics: 9001,
  data: "/execution",
  jwt: "/jwt/jwt.hex",
  genesis: "/genesis",
} as const;

/** ev-node as upstream runs it: image, program, flags and write port. Who signs is decided by the construct, not here. */
export function evNode({ version, execution, image }: EvNodeProps): EvNode {
  return {
    name: "ev-node",
    version,
    image: image ?? `ghcr.io/evstack/ev-node-${execution.kind}:${version}`,
    execution,
    ...(execution.kind === "evm"
      ? { command: ["evm", "start", ...evmFlags(execution)], writePort: EV_RETH.http }
      : { command: ["testapp", "start", "--kv-endpoint=0.0.0.0:9090"], writePort: 9090 }),
  };
}

function evmFlags({ genesisHash, feeRecipient }: EvmExecution): string[] {
  return [
    `--evm.eth-url=http://127.0.0.1:${EV_RETH.http}`,
    `--evm.engine-url=http://127.0.0.1:${EV_RETH.engine}`,
    `--evm.jwt-secret-file=${EV_RETH.jwt}`,
    `--evm.genesis-hash=${genesisHash}`,
    `--evm.fee-recipient=${feeRecipient}`,
  ];
}
