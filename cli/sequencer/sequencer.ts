import type { Command } from "commander";
import { type ValuesOptions, withValues } from "../environments";
import { type Kubectl, withKubectl } from "../kubernetes/kubectl";
import { checkHandoff, type HandoffOptions, handoff } from "./handoff";
import { checkPause, pause, resume } from "./pause";
import type { ActionOptions } from "./request";
import { readStatus } from "./status";
import { statusText } from "./table";
import { type Target, targetOf } from "./target";

const CONNECTION = `
The command runs your kubectl, with the connection in the values' section "cluster". It needs the Roles
<name>-status, <name>-handoff or <name>-pause, which the package creates. Bind them to your operators.`;

const RECORD = `
The command says what it will do, and asks. Without a terminal it needs --yes. It leaves an Event on the StatefulSet.
Exit code: 0 done; 1 declined, refused or failed; 130 interrupted. The cluster completes what it was asked before that.
${CONNECTION}`;

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
    .description("make another member lead: pass a Lease on, or delete the leader's pod of a raft gracefully")
    .option("--to <member>", "choose the next leader, only with a Lease (default: the other member)")
    .action((name: string, options: ValuesOptions & HandoffOptions) => {
      const target = targetOf(name, options);
      checkHandoff(target, options);
      return connected(target, kubectl => handoff(kubectl, target, options));
    });

  const lease = { pause, resume };
  for (const [command, description] of [
    ["pause", "pause a Lease: no member makes blocks until you resume it"],
    ["resume", "resume a paused Lease: a member makes blocks again"],
  ] as const) {
    action(sequencer.command(command))
      .description(description)
      .action((name: string, options: ValuesOptions & ActionOptions) => {
        const target = targetOf(name, options);
        checkPause(target, command, options);
        return connected(target, kubectl => lease[command](kubectl, target, options));
      });
  }
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
