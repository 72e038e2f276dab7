import type { Problem } from "../../kubernetes/problem";
import type { Engine } from "../engine";
import type { ExecutionParts } from "../execution/execution";
import type { MeshSecurity } from "../mesh/member-mesh";
import type { RaftSettings } from "../raft/timing";
import type { SequencerProps } from "../sequencer";
import type { MemberPart } from "./part";

/** What only one engine has. */
export interface EngineParts {
  readonly engine: Engine;
  readonly members: number;
  /** Everything that is wrong with the props. */
  readonly problems: readonly Problem[];
  readonly raft?: RaftSettings;
  /** How members know each other, where they have a mesh. */
  readonly security?: MeshSecurity;
  /** Paths of further files that its pods mount. */
  readonly scripts?: readonly string[];
  /** What it adds to the pod of every member. */
  readonly part?: MemberPart;
}

/** What every part of a sequencer is made of: the props with their defaults, and the engine. */
export interface Frame extends SequencerProps, EngineParts {
  readonly name: string;
  readonly blockTimeMs: number;
  /** What `software.execution` asks of the parts around ev-node. */
  readonly execution: ExecutionParts;
  readonly clusterDomain: string;
  readonly haproxyImage: string;
  readonly isProtected: boolean;
  readonly selector: Record<string, string>;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> };
}
