import type { Duration } from "../kubernetes/duration";
import type { Shape } from "../kubernetes/known";
import type { Storage } from "../kubernetes/storage";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import type { SequencerAccess } from "./access";
import type { DaSubmit } from "./member/da-submit";
import type { EvNode } from "./member/ev-node";
import type { PathSecrets } from "./mesh/upstream";

/** What a sequencer offers to others. All addresses are inside the cluster. */
export interface Sequencer {
  readonly name: string;
  readonly namespace: string;
  /** Where transactions go: to the one member that may write. */
  readonly writeUrl: string;
  /** ev-node's RPC of any member that is ready. */
  readonly readUrl: string;
  /** Prometheus metrics of ev-node: on the pods with these labels, at this port. */
  readonly metrics: { readonly selector: Readonly<Record<string, string>>; readonly port: number };
}

/** The key that signs blocks: one for all members. */
export type Signer =
  /** A Secret with ev-node's encrypted `signer.json` and its `passphrase`. */
  | { readonly kind: "file"; readonly secret: string; readonly address?: string }
  /** A key of AWS KMS; pods authenticate by their ServiceAccount (`kubernetes.serviceAccountAnnotations`). */
  | { readonly kind: "aws"; readonly keyId: string; readonly region: string; readonly address?: string }
  /** A key version of Google Cloud KMS, by its resource name. */
  | { readonly kind: "gcp"; readonly keyName: string; readonly address?: string };

/** ev-node's genesis: in a ConfigMap under the key `genesis.json`, or as text. */
export type Genesis = { readonly configMap: string } | { readonly text: string };

/** Data availability. */
export interface DataAvailability {
  /** `http(s)://host[:port]`, in the order of preference. Names that end in `.svc` are of the cluster. */
  readonly endpoints: readonly string[];
  /**
   * The namespace of the rollup's blobs, the same for every node of the chain: ev-node would make up one per process.
   */
  readonly namespace: string;
  /**
   * A namespace of its own for the blocks' data, so that who follows the headers need not read it. ev-node hashes the
   * text, as it does with `namespace`. @default - `namespace`
   */
  readonly dataNamespace?: string;
  /**
   * Accounts in the keyring of every DA node, used in turns, so that one submission need not wait for the one before
   * (upstream #2627). @default - the DA node's default key
   */
  readonly signingAddresses?: readonly string[];
  /** @default - the DA node's choice */
  readonly submit?: DaSubmit;
  /** @default "6s" - Celestia's */
  readonly blockTime?: Duration;
  /**
   * How long a starting member waits for an endpoint to accept connections; then it starts all the
   * same, since members have to come back while the DA is away. @default - it does not wait
   */
  readonly wait?: Duration;
  /**
   * Secrets with the path of single endpoints, by their URLs in `endpoints`: for providers that put a token into the
   * path. Only the mesh reads it, so a single sequencer has none. @default - none
   */
  readonly pathSecrets?: PathSecrets;
  /** @default - none */
  readonly authToken?: { readonly secret: string; readonly key: string };
}

/** What every sequencer takes, whatever its software and however many members it has. */
export interface MemberProps extends KubernetesScope {
  /** Namespace, which exists or is made by a `NetworkNamespace`. */
  readonly namespace: string;
  /**
   * Name of the StatefulSet and stem of everything else: at most 40 characters of a DNS label. @default - the construct
   * id
   */
  readonly name?: string;
  /** Time between blocks. @default "1s" - upstream's */
  readonly blockTime?: Duration;
  /**
   * libp2p keys, made by `rollup-network keys sequencer`: a Secret with an entry per pod, and their peer ids in the
   * order of the pods.
   */
  readonly nodeKeys: { readonly secret: string; readonly peerIds: readonly string[] };
  /** Block data and raft state of a member. @default { size: "10Gi" } */
  readonly storage?: Storage;
  /** The execution client's data. @default { size: "50Gi" } */
  readonly executionStorage?: Storage;
  /** Image of HAProxy 3.2 or 3.4 with Lua, as upstream's are. @default - a release of the 3.2 line, by tag */
  readonly haproxyImage?: string;
  /** DNS domain of the cluster. @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Whether members must or should run on different hosts. @default "hard" */
  readonly spread?: "hard" | "soft";
  /** Zones to run in, evenly; without them zones are preferred to differ. @default - any */
  readonly zones?: readonly string[];
  /** Refuse images that are named by tag. @default false */
  readonly requireDigest?: boolean;
  /** What the NetworkPolicies cannot derive; `false` makes none. @default {} */
  readonly networkAccess?: SequencerAccess | false;
  /** Terraform refuses to destroy what holds blocks, raft state or addresses. @default false */
  readonly protected?: boolean;
}

/** What a sequencer of ev-node takes, however many members it has. */
export interface SequencerProps extends MemberProps {
  readonly software: EvNode;
  readonly da: DataAvailability;
  readonly signer: Signer;
  readonly genesis: Genesis;
  /** A Node.js image, 20 or later, for the wait for the DA. @default - a release of Node.js 22, by tag */
  readonly gateImage?: string;
}

/**
 * What decides the shape of a sequencer: names, times that others are computed from, the endpoints whose hosts and
 * ports mesh and policy need, and the address that is compared with the genesis and with other sequencers.
 */
export const SEQUENCER_SHAPE: Shape<SequencerProps> = {
  name: true,
  software: {
    name: true,
    version: true,
    execution: { kind: true, args: true },
    lazyInterval: true,
    log: { level: true, format: true },
    tracing: { endpoint: true },
    args: true,
  },
  blockTime: true,
  da: { endpoints: true, blockTime: true, wait: true, submit: { priority: true, keyName: true, feeGranter: true } },
  signer: { kind: true, address: "give the address, or leave it out" },
  spread: true,
};
