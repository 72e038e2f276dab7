import type { Engine } from "../../constructs/sequencer/engine";
import { engineNamed } from "../../constructs/sequencer/engines";
import { EV_NODE } from "../../constructs/sequencer/member/ev-node";
import { membersOf } from "../../constructs/sequencer/members";
import type { CommandRules } from "../../constructs/sequencer/role-rules";
import { OP_STACK } from "../../constructs/sequencer/software/op-stack/ports";
import type { SequencerEnvironment } from "../../stacks/sequencer/props";
import { type Environment, stackName } from "../../values/load/environment";
import { engineValues, type SequencerValues } from "../../values/schema/sequencer";
import { environmentsOf, type ValuesOptions } from "../environments";

/** The sequencer of an environment, as its commands need it. */
export interface Target {
  readonly environment: Environment;
  readonly values: SequencerValues;
  readonly namespace: string;
  readonly name: string;
  readonly engine: Engine;
  /** Names of the pods, in their order. */
  readonly members: readonly string[];
}

export function targetOf(name: string, options: ValuesOptions): Target {
  const [environment] = environmentsOf([name], options) as [Environment];
  if (!environment.values.sequencer)
    throw new Error(`environment ${name} has no sequencer → add the section sequencer to ${environment.file}`);
  return targetFor(environment as Environment<SequencerEnvironment>);
}

export function targetFor(environment: Environment<SequencerEnvironment>): Target {
  const { sequencer } = environment.values;
  const { name, namespace } = sequencer;
  const chosen = engineValues(sequencer);
  const engine = engineOf(sequencer);
  const count = chosen.own.members ?? (engine.members[0] as number);
  const members = membersOf(count).map(ordinal => `${name}-${ordinal}`);
  return { environment, values: sequencer, namespace, name, engine, members };
}

/** The way that the values choose. */
export function engineOf(sequencer: SequencerValues): Engine {
  const software = "opStack" in sequencer.software ? OP_STACK : EV_NODE;
  return engineNamed(engineValues(sequencer).name, software.name) as Engine;
}

/** Whether the values say that the chain has blocks: its members never found their raft by themselves. */
export function hasBlocks({ values: { ha, software } }: Target): boolean {
  const { network } = "opStack" in software ? software.opStack : {};
  return network !== undefined || ("conductor" in ha && ha.conductor.founding === "command");
}

/** What to do when the sequencer is not in the cluster. */
export function deployFirst({ environment: { name } }: Target): string {
  return `deploy the stack ${stackName(name, "sequencer")} first, or correct cluster.context`;
}

/** A command with a Role of its own. */
export type Allowed = keyof CommandRules;

/** The Role that allows a command, for the error of users who lack it. */
export function allowedBy({ name, namespace }: Target, command: Allowed): string {
  return `the Role ${name}-${command} of namespace ${namespace}`;
}
