import { isTokenText } from "../../kubernetes/framework/token-text";
import { type Problem, refuse } from "../../kubernetes/problem";
import { EV_NODE_IMAGES, type Execution, executionParts } from "../execution/executions";
import type { NodeSoftware } from "../software/software";
import { EV_NODE_BLOCKS } from "./ev-node-blocks";
import type { EvNodeOptions } from "./ev-node-options";

/** A release of ev-node and how it executes transactions. */
export interface EvNodeProps extends EvNodeOptions {
  /**
   * Release of ev-node, such as `v1.2.2`. Raft needs v1.1.1 or later: before it, members could restart for ever
   * (upstream #3230).
   */
  readonly version: string;
  readonly execution: Execution;
  /** @default - upstream's image with that release and execution; a sequencer refuses a release that has none */
  readonly image?: string;
}

/**
 * ev-node as a software of sequencers: what its image is called, what it listens on and how it is told where its
 * execution client is.
 */
export interface EvNode extends EvNodeOptions {
  readonly name: string;
  readonly version: string;
  /** Undefined for a release of which no image is known; sequencers refuse it. */
  readonly image: string | undefined;
  readonly execution: Execution;
  /** The program and the arguments that only this execution knows. */
  readonly command: readonly string[];
  /** Where transactions go: the port of the pod and its name in Services. */
  readonly writePort: number;
}

/** Ports of ev-node. Upstream's defaults, but for raft, which has none: its documents use 5001. */
export const EV_NODE_PORTS = { rpc: 7331, metrics: 26660, p2p: 7676, raft: 5001 } as const;

/** ev-node, as the parts around it know it. */
export const EV_NODE: NodeSoftware = {
  name: "ev-node",
  ports: EV_NODE_PORTS,
  height: { metric: "evnode_sequencer_height" },
  blocks: EV_NODE_BLOCKS,
  submits: true,
};

const OP_CONDUCTOR_ONLY = "it is for members under op-conductor → use --kind kill";

/** Kinds of drill that members of ev-node cannot have. */
export const UNDRILLED_EV_NODE: Readonly<Record<string, string>> = {
  "kill-conductor": OP_CONDUCTOR_ONLY,
  "kill-execution": OP_CONDUCTOR_ONLY,
  hang: OP_CONDUCTOR_ONLY,
};

/**
 * ev-node as upstream runs it: image, program, flags and write port. Who signs is decided by the construct, not here.
 */
export function evNode({ version, execution, image, ...options }: EvNodeProps): EvNode {
  const message = "must be known at synthesis, and is a token";
  const tokens = shaping({ version, execution, ...options }).filter(([, value]) => isTokenText(String(value)));
  refuse(
    "evNode",
    tokens.map(([path, value]) => ({
      path,
      message,
      remedy: `give a ${typeof value === "number" ? "number" : "text"}`,
    })),
  );
  const { command, writePort } = executionParts(execution);
  return {
    ...options,
    name: EV_NODE.name,
    version,
    image: image ?? EV_NODE_IMAGES[execution.kind][version],
    execution,
    command,
    writePort,
  };
}

/** What decides the command and the configuration, or is compared. */
function shaping({ version, execution, lazyInterval, maxPendingBlocks, log = {}, ...more }: EvNodeProps): Place[] {
  const { tracing = {}, args = [] } = more;
  const added = "args" in execution ? (execution.args ?? []) : [];
  return [
    [["version"], version],
    [["execution", "kind"], execution.kind],
    [["lazyInterval"], lazyInterval],
    [["maxPendingBlocks"], maxPendingBlocks],
    ...Object.entries(log).map(([key, value]): Place => [["log", key], value]),
    ...Object.entries(tracing).map(([key, value]): Place => [["tracing", key], value]),
    ...args.map((arg, i): Place => [placeIn(["args"], i, arg), arg]),
    ...added.map((arg, i): Place => [placeIn(["execution", "args"], i, arg), arg]),
  ];
}

type Place = readonly [path: Problem["path"], value: unknown];

/** A list that is a token has one element, which is the token's own. */
const placeIn = (path: Problem["path"], i: number, arg: string) => (arg.startsWith("#{TfToken[") ? path : [...path, i]);
