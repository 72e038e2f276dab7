import { durationProblems, milliseconds } from "../../kubernetes/duration";
import { otlpProblems } from "../../kubernetes/network/otlp";
import type { Problem } from "../../kubernetes/problem";
import { blockTimeMs } from "../block-time";
import { executionParts } from "../execution/executions";
import { argProblems, flagsIn } from "../extra-args";
import type { DataAvailability, SequencerProps } from "../sequencer";
import { evNodeFlags } from "./ev-node-flags";
import type { EvNodeOptions } from "./ev-node-options";
import { LOG_FORMATS, LOG_LEVELS } from "./ev-node-words";

/** What is wrong with what ev-node is told; paths in the problems are paths in the props of a sequencer. */
export function optionProblems(
  props: Pick<SequencerProps, "software" | "blockTime" | "da" | "clusterDomain">,
): Problem[] {
  const { software, da, clusterDomain } = props;
  const { log = {}, args = [] } = software;
  const between = blockTimeMs(props);
  return [
    ...lazyProblems(software, between),
    ...pendingProblems(software, between, da),
    ...oneOf(["software", "log", "level"], log.level, LOG_LEVELS),
    ...oneOf(["software", "log", "format"], log.format, LOG_FORMATS),
    ...tracingProblems(software, clusterDomain),
    ...argProblems(["software", "args"], args, evNodeFlags(flagsIn(executionParts(software.execution).command))),
  ];
}

function lazyProblems({ lazyInterval }: EvNodeOptions, between: number): Problem[] {
  const path = ["software", "lazyInterval"];
  const problems = durationProblems([path, lazyInterval]);
  if (lazyInterval === undefined || problems.length > 0 || milliseconds(lazyInterval) > between) return problems;
  const message = `"${lazyInterval}" is not longer than blockTime: ev-node does not start`;
  return [{ path, message, remedy: "use a longer time, such as 60s, or leave it out" }];
}

/** Between two submissions this many blocks wait in any case. */
function pendingProblems({ maxPendingBlocks: most }: EvNodeOptions, between: number, da: DataAvailability): Problem[] {
  if (most === undefined) return [];
  const path = ["software", "maxPendingBlocks"];
  if (!Number.isInteger(most) || most < 1) {
    return [{ path, message: `${most} is no number of blocks`, remedy: "use 1 or more, or leave it out for no limit" }];
  }
  const perDaBlock = Math.ceil(milliseconds(da.blockTime ?? "6s") / between);
  if (most > perDaBlock) return [];
  const message = `${most} blocks are made within one block of the DA: production would pause before each`;
  return [{ path, message, remedy: `use ${2 * perDaBlock} or more` }];
}

function tracingProblems({ tracing }: EvNodeOptions, clusterDomain = "cluster.local"): Problem[] {
  if (!tracing) return [];
  const { endpoint, sampleRate = 0 } = tracing;
  const problems = otlpProblems(["software", "tracing", "endpoint"], endpoint, clusterDomain);
  if (sampleRate >= 0 && sampleRate <= 1) return problems;
  const message = `${sampleRate} is no part of all traces: ev-node does not start`;
  return [...problems, { path: ["software", "tracing", "sampleRate"], message, remedy: "use a number from 0 to 1" }];
}

function oneOf(path: Problem["path"], value: string | undefined, allowed: readonly string[]): Problem[] {
  if (value === undefined || allowed.includes(value)) return [];
  return [{ path, message: `"${value}" is none of ${allowed.join(", ")}`, remedy: "use one of these" }];
}
