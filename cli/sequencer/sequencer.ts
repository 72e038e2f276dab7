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
It uses your kubectl, connected as the values' section "cluster" says. What it needs of the cluster the shipped Roles allow:
<name>-status, <name>-handoff, <name>-pause. Binding them is up to you.`;

const RECORD = `
It says what it will do and asks, or takes --yes; without a terminal it needs --yes. It leaves an Event on the StatefulSet.
Exit code: 0 done, 1 declined, refused or failed, 130 interrupted: what was asked of the cluster by then goes on.
${CONNECTION}`;

/** `rollup-network sequencer`: what operators do with a running sequencer, over the Kubernetes API. */
export function registerSequencer(program: Command): void {
  const sequencer = program.command("sequencer").description("look at a running sequencer, and act on it");

  withValues(sequencer.command("status"))
    .description("show members, leader, heights, quorum or Lease, proxies")
    .argument("<env>", "environment")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      `\nExit code: 0 with exactly one leader and everything ready, 1 otherwise, 130 interrupted.\n${CONNECTION}`,
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
    .description("have another member lead: a Lease passes on, the leader of a raft is deleted gracefully")
    .option("--to <member>", "who is to lead; of a Lease alone (default: the other member)")
    .action((name: string, options: ValuesOptions & HandoffOptions) => {
      const target = targetOf(name, options);
      checkHandoff(target, options);
      return connected(target, kubectl => handoff(kubectl, target, options));
    });

  const lease = { pause, resume };
  for (const [command, description] of [
    ["pause", "stop the sequencer of a Lease: nobody makes blocks until it is resumed"],
    ["resume", "let a member of a paused Lease sequence again"],
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
    .argument("<env>", "environment")
    .option("--yes", "do not ask")
    .option("--reason <text>", "why, for the Event")
    .option("--protected-environment <name>", "name of the environment once more, where it is protected")
    .addHelpText("after", RECORD);
}

/** The action's answer is the exit code. */
async function connected(target: Target, act: (kubectl: Kubectl) => Promise<boolean>): Promise<void> {
  process.exitCode = (await withKubectl(target.environment.values.cluster, act)) ? 0 : 1;
}
