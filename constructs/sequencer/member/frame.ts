import type { FailFastGate } from "../../kubernetes/fail-fast-gate";
import type { Container, Volume } from "../../kubernetes/framework/provider";
import type { Construct } from "../../kubernetes/framework/terraform";
import type { Problem } from "../../kubernetes/problem";
import type { Scripts } from "../../kubernetes/scripts";
import type { SequencerAccess } from "../access";
import type { Engine } from "../engine";
import type { ExecutionParts } from "../execution/execution";
import type { MeshAdditions } from "../mesh/config";
import type { MeshSecurity } from "../mesh/member-mesh";
import type { Upstream } from "../mesh/upstream";
import type { MemberProps } from "../sequencer";
import type { SubmitterWorkload } from "../submitter";
import type { MemberPart } from "./part";

/** What only one engine has. */
export interface EngineParts {
  readonly engine: Engine;
  /** What its node software puts into the frame. */
  readonly node: NodeParts;
  readonly members: number;
  /** Everything that is wrong with the props. */
  readonly problems: readonly Problem[];
  /** How members know each other, where they have a mesh. */
  readonly security?: MeshSecurity;
  /** What it adds to the pod of every member. */
  readonly part?: MemberPart;
}

/** What every part of a sequencer is made of: the props with their defaults, and the engine. */
export interface Frame extends MemberProps, EngineParts {
  readonly name: string;
  readonly blockTimeMs: number;
  /** The longest time between two blocks: longer than the block time where the chain is lazy. */
  readonly longestBlockMs: number;
  readonly clusterDomain: string;
  readonly haproxyImage: string;
  readonly isProtected: boolean;
  readonly selector: Record<string, string>;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> };
}

/** What a sequencer's node software puts into the frame, made from the props of the construct. */
export interface NodeParts {
  /** In labels, as `app.kubernetes.io/name`. */
  readonly name: string;
  /** Where transactions go: the port of the pod and its name in Services. */
  readonly writePort: number;
  /** The longest time between two blocks, in milliseconds. @default - the block time */
  readonly longestBlockMs?: number;
  readonly execution: Pick<ExecutionParts, "client" | "metricsPort">;
  /** What it dials outside of the cluster of members; a mesh carries it. */
  readonly upstreams: readonly Upstream[];
  /** URLs that it calls by itself, past the mesh, such as a collector's. @default - none */
  readonly calls?: readonly string[];
  /** Whether its key is in a cloud's KMS, which it then has to reach. */
  readonly signerInKms: boolean;
  /** Every name of its signing key. */
  readonly signers: readonly string[];
  /** Its images, with their places in the props. */
  readonly images: readonly (readonly [path: string[], image: string])[];
  /** ConfigMap `<name>-config`: scripts and configuration. */
  readonly config: (scope: Construct, frame: Frame) => Scripts;
  /** What has a starting member wait. @default - nothing */
  readonly gate?: (scope: Construct, frame: Frame) => FailFastGate | undefined;
  /** What members take from Secrets and ConfigMaps that exist before them. */
  readonly referenced: readonly MemberPart[];
  /** The node's container first. */
  readonly containers: (frame: Frame, parts: readonly MemberPart[]) => readonly Container[];
  readonly volumes?: readonly Volume[];
  /** Makes the pods that take its blocks to another chain. @default - none */
  readonly submitters?: (scope: Construct, frame: Frame) => readonly SubmitterWorkload[];
  /** Pods of these submitters, which call it beside those that the props name. @default - none */
  readonly callers?: (
    named: Pick<Frame, "name" | "namespace">,
  ) => Required<Pick<SequencerAccess, "writers" | "submitters">>;
  /** What the mesh has for it beside raft, p2p and upstreams. @default - nothing */
  readonly mesh?: MeshAdditions;
}
