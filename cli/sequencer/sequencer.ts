import type { Command } from "commander";
import { type ValuesOptions, withValues } from "../environments";
import { type Kubectl, withKubectl } from "../kubernetes/kubectl";
import { checkFound, found } from "./found/found";
import { checkHandoff, type HandoffOptions, handoff } from "./handoff";
import { handoffConductors } from "./handoff-conductors";
import { checkMembers, type MembersOptions, members, removeMember } from "./members";
import { checkOverride, type OverrideOptions, override } from "./override";
import { checkPause, pause, resume } from "./pause";
import { pauseConductors } from "./pause-conductors";
import type { ActionOptions } from "./request";
import { readStatus } from "./status";
import { statusText } from "./table";
import { type Target, targetOf } from "./target";

const CONNECTION = `
The command runs your kubectl, with the connection in the values' section "cluster". It needs the Roles
<name>-<command>, which the package creates (<name>-pause for resume as well). Bind them to your operators.`;

const RECORD = `
The command says what it will do, and asks. Without a terminal it needs --yes. It leaves an Event on the StatefulSet.
Exit code: 0 done; 1 declined, refused or failed; 130 interrupted. The cluster completes what it was asked before that.
${CONNECTION}`;

const PAUSE = `
A paused Lease is held by nobody: no member makes blocks. Paused op-conductors neither start nor stop op-nodes: the
leader goes on making blocks, and nobody takes over when it is lost. A restarted op-conductor is no longer paused.`;

const MEMBERS = `
Without --remove: exit code 0 if every member of the values votes and nobody else is in the raft; 1 otherwise. Members
are added by a deployment: the leader takes in a member whose raft volume is empty, and lets it vote once it is level.
--remove hands leadership over first. It is refused while a member that stays is not healthy, and when fewer voters
would stay than the quorum of the members that the values name.`;

const OVERRIDE = `
Only for a raft that has lost its quorum for good, or for longer than you can be without blocks. The member makes blocks
that no other has to store. If other members run where this command cannot see them, two members make different blocks
of the same heights. Blocks that only the lost members had are made again. It is refused while a member leads, while
another member is overridden, and for a member that lacks blocks. --end stops the member, deletes its pod, and has the
leader of the raft go on from its newest block.`;

const FOUND = `
For a raft of op-conductors whose leader cannot start: it is poisoned, lost, or from a backup; and for members that take
over a chain with blocks. Blocks are in the execution clients, and stay. It is refused while a leader makes blocks, when
two members have different blocks of one height, and while a member does not answer: with its old raft it would bring
the old state back. A member without a volume for its data may be missing.
The command restarts all members, which put their old rafts away and found one that knows no block. It waits until they
have read all of L1, and has the one with the newest block lead and go on from it. Repeat it after a failure: it
checks what is done already.`;

/** `rollup-network sequencer`: operate a running sequencer through the Kubernetes API. */
export function registerSequencer(program: Command): void {
  const sequencer = program.command("sequencer").description("show and operate a running sequencer");

  withValues(sequencer.command("status"))
    .description("show members, leader, heights, quorum or Lease, and proxies")
    .argument("<env>", "name of the environment")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      `\nExit code: 0 with exactly one leader and everything ready; 1 otherwise; 130 interrupted.\n${CONNECTION}`,
    )
    .action((name: string, options: ValuesOptions & { json?: boolean }) => {
      const target = targetOf(name, options);
      return connected(target, async kubectl => {
        const { status } = await readStatus(kubectl, target);
        console.log(options.json ? JSON.stringify(status, null, 2) : statusText(status));
        return status.healthy;
      });
    });

  action(sequencer.command("handoff"))
    .description(
      "make another member lead: pass a Lease on, have op-conductor transfer, or delete the leader's pod of a raft",
    )
    .option("--to <member>", "choose the next leader, with a Lease or op-conductors (default: another member)")
    .action((name: string, options: ValuesOptions & HandoffOptions) => {
      const target = targetOf(name, options);
      checkHandoff(target, options);
      const act = target.engine.handoff === "transfer" ? handoffConductors : handoff;
      return connected(target, kubectl => act(kubectl, target, options));
    });

  const lease = { pause, resume };
  for (const [command, description] of [
    ["pause", "pause a Lease: no blocks until you resume it; or op-conductors: no failover until then"],
    ["resume", "resume a paused Lease, or paused op-conductors"],
  ] as const) {
    action(sequencer.command(command))
      .description(description)
      .option("--json", "print the outcome as JSON")
      .addHelpText("after", PAUSE)
      .action((name: string, options: ValuesOptions & ActionOptions) => {
        const target = targetOf(name, options);
        checkPause(target, command, options);
        return connected(target, kubectl =>
          target.engine.conductor
            ? pauseConductors(kubectl, target, command, options)
            : lease[command](kubectl, target, options),
        );
      });
  }

  action(sequencer.command("members"))
    .description("list who is in the raft of op-conductors, or take a member out of it")
    .option("--remove <member>", "take this member out: before its pod goes, or before its volume is replaced")
    .option("--json", "print JSON")
    .addHelpText("after", MEMBERS)
    .action((name: string, options: ValuesOptions & MembersOptions) => {
      const target = targetOf(name, options);
      checkMembers(target, options);
      const { remove } = options;
      return connected(target, kubectl =>
        remove === undefined ? members(kubectl, target, options) : removeMember(kubectl, target, remove, options),
      );
    });

  action(sequencer.command("found"))
    .description("found the raft of op-conductors again, on the newest block, when it is lost or poisoned")
    .option("--json", "print the outcome as JSON")
    .addHelpText("after", FOUND)
    .action((name: string, options: ValuesOptions & ActionOptions) => {
      const target = targetOf(name, options);
      checkFound(target, options);
      return connected(target, kubectl => found(kubectl, target, options));
    });

  action(sequencer.command("override"))
    .description("LAST RESORT: have one member make blocks without the raft of op-conductors, or end that")
    .option("--member <member>", "the member that makes blocks: the one with the newest block")
    .option("--end", "give the chain back to the raft, once that has a leader again")
    .option("--json", "print the outcome as JSON")
    .addHelpText("after", OVERRIDE)
    .action((name: string, options: ValuesOptions & OverrideOptions) => {
      const target = targetOf(name, options);
      checkOverride(target, options);
      return connected(target, kubectl => override(kubectl, target, options));
    });
}

function action(command: Command): Command {
  return withValues(command)
    .argument("<env>", "name of the environment")
    .option("--yes", "do not ask")
    .option("--reason <text>", "record this reason in the Event")
    .option("--protected-environment <name>", "repeat the name of the environment, if it is protected")
    .addHelpText("after", RECORD);
}

/** What the action returns becomes the exit code. */
async function connected(target: Target, act: (kubectl: Kubectl) => Promise<boolean>): Promise<void> {
  process.exitCode = (await withKubectl(target.environment.values.cluster, act)) ? 0 : 1;
}
