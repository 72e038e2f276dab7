import type { Problem } from "../../kubernetes/problem";

/** What a peer does in the network. */
export type PeerRole = "bootstrap" | "full" | "rpc" | "archive" | "prover";

/** What works for a prover node, and is no peer: its queue of jobs, and who does the jobs. */
export type ProverRole = "prover-broker" | "prover-agent";

/** What a pod of the software works as. */
export type P2pRole = PeerRole | ProverRole;

/** A variable of the environment, and what is wrong with a node that lacks it or has it. */
export interface SoftwareVariable extends Problem {
  readonly env: string;
}

/**
 * All that is specific to one p2p node software: plain data, so that another one is another object and not another
 * construct.
 */
export interface P2pSoftware {
  /** `app.kubernetes.io/name` of its pods. */
  readonly name: string;
  /**
   * By digest or by a fixed tag. Beside the node it needs Node.js 20, a POSIX shell, curl and getent, for the scripts
   * and the agent.
   */
  readonly image: string;
  /** Release line of the image, where its name does not say it: `guard` compares lines. @default - that of the tag */
  readonly release?: number;
  /** Program and arguments, by role; those of a broker and of agents only where the software has them. */
  readonly command: Readonly<Record<PeerRole, readonly string[]> & Partial<Record<ProverRole, readonly string[]>>>;
  /** Environment of every role. `DATA_DIRECTORY` has to be in it. */
  readonly env: Readonly<Record<string, string>>;
  /** Environment of single roles, over that of every role. */
  readonly roleEnv: Readonly<Partial<Record<P2pRole, Readonly<Record<string, string>>>>>;
  /** Where the volume is mounted; everything the node keeps is below. */
  readonly dataMount: string;
  /** TCP port of JSON-RPC and of the status path. */
  readonly rpcPort: number;
  /** Answers 200 as soon as the node serves: what probes ask. */
  readonly statusPath: string;
  /** JSON-RPC methods that answer with the peers: the routing table of a bootstrap node, the peers of the others. */
  readonly peersMethod: { readonly bootstrap: string; readonly node: string };
  /** JSON-RPC method of the other nodes whose answer says `treesAreSynched`, for their readiness. */
  readonly syncMethod: string;
  /** JSON-RPC method that answers with a bootstrap node's live ENR. */
  readonly enrMethod: string;
  /** Options of the Node.js process; the heap's size is added to them. */
  readonly nodeOptions: readonly string[];
  /**
   * The module whose `defaultConfig.enrUpdate` decides whether peers may vote the record to another address; absent for
   * software that does not drift.
   */
  readonly enrVotingModule?: string;
  /** Further ports that the software binds in its pod. */
  readonly reservedPorts: readonly number[];
  /**
   * Endpoints that every role calls, and those that only the nodes beside the bootstrap nodes call, for egress rules.
   */
  readonly upstreams: { readonly all: readonly string[]; readonly node: readonly string[] };
  /** Collectors that every role sends its telemetry to, for egress rules. @default - none */
  readonly collectors?: readonly string[];
  /** Variables that hold endpoints of L1, for those that are given by Secrets. @default - none */
  readonly l1Env?: readonly string[];
  /** What a node beside the bootstrap nodes needs, from its software or in its own environment. @default - nothing */
  readonly needs?: readonly SoftwareVariable[];
  /** What no node may be given in its own environment. @default - nothing */
  readonly refused?: readonly SoftwareVariable[];
  /**
   * The named network whose configuration is read before a start, with the URLs of it that are asked in turn. Own
   * bootnodes are added to the network's. @default - none
   */
  readonly network?: { readonly name: string; readonly urls: readonly string[] };
  /** What is wrong with what it was made of, at places in it: every node refuses it. @default - nothing */
  readonly problems?: readonly Problem[];
  /** The CRS; `CRS_PATH` in the environment of a role is where it is kept. @default - no role needs one */
  readonly crs?: {
    /** Hosts that the software loads it from. */
    readonly urls: readonly string[];
    /** What nodes need, which verify proofs, and what agents need, which make them. */
    readonly verifying: readonly CrsFile[];
    readonly proving: readonly CrsFile[];
  };
  /** Services that the node asks for its public address. @default - it asks none */
  readonly publicAddressUrls?: readonly string[];
  /** Names of variables by which a prover is wired. @default - the software has no broker and no publisher */
  readonly proving?: { readonly brokerUrl: string; readonly publisherKey: string };
}

/** A file of the CRS, of which a role needs the beginning. */
export interface CrsFile {
  /** Its name in the folder of the CRS. */
  readonly name: string;
  /** Its name on the hosts that have it. */
  readonly remote: string;
  readonly bytes: number;
  /** What the software keeps beside it where it loads the file itself. @default 0 */
  readonly besidesBytes?: number;
}
