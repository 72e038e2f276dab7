import { accessSync, constants, mkdirSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { milliseconds } from "../../constructs/kubernetes/duration";
import type { Engine } from "../../constructs/sequencer/engine";
import { ENGINES } from "../../constructs/sequencer/engines";
import { checkConfirmable } from "../confirm";
import { type ValuesOptions, withValues } from "../environments";
import { type Kubectl, withKubectl } from "../kubernetes/kubectl";
import { CommandLock } from "../lock";
import { orNameAnother } from "../output";
import { type ActionOptions, begin, checkReason, say } from "../sequencer/request";
import { readStatus } from "../sequencer/status";
import { allowedBy, type Target, targetOf } from "../sequencer/target";
import { type DrillKind, HARMS } from "./harm";
import { seconds, verdictOf, verdictText, writeReport } from "./report";
import type { Drill, Objective } from "./result";
import { type Round, runRound } from "./rounds";

interface DrillOptions extends ValuesOptions, ActionOptions {
  readonly kind: DrillKind;
  readonly rounds: number;
  readonly out: string;
  readonly json?: boolean;
}

/** `rollup-network drill`: cause a failover and measure it. */
export function registerDrill(program: Command): void {
  withValues(program.command("drill"))
    .description("cause failovers of a running sequencer, and measure the gap between its blocks")
    .argument("<env>", "name of the environment")
    .addOption(
      new Option("--kind <kind>", "choose what happens to the leader").choices(Object.keys(HARMS)).default("kill"),
    )
    .option("--rounds <n>", "run this many rounds", wholeNumber, 1)
    .option("--out <dir>", "write the report to this folder", "drills")
    .option("--json", "print the result as JSON")
    .option("--yes", "do not ask")
    .option("--reason <text>", "record this reason in the Event")
    .option("--protected-environment <name>", "repeat the name of the environment, if it is protected")
    .addHelpText(
      "after",
      `\n${Object.entries(HARMS)
        .map(([kind, { text, effect }]) => `  ${kind.padEnd(14)} ${text}: ${effect}${exceptions(kind)}`)
        .join("\n")}

Before and after every round the command waits until the sequencer is healthy. It compares the blocks of all members.
It repairs what it did, after Ctrl-C too. It leaves an Event, and a report with a picture. It needs the Role
<name>-drill.
Exit code: 0 within the objective (sequencer.objective of the values), without two leaders, without a height conflict
and without a height that fell; 1 otherwise; 130 interrupted.`,
    )
    .action(async (name: string, options: DrillOptions) => {
      const target = targetOf(name, options);
      checkDrill(target, options);
      const passed = await withKubectl(target.environment.values.cluster, kubectl => drill(kubectl, target, options));
      process.exitCode = passed ? 0 : 1;
    });
}

/** Names the engines that a kind is not for. */
function exceptions(kind: string): string {
  const engines = Object.values<Engine>(ENGINES).filter(({ undrilled }) => undrilled?.[kind]);
  return engines.length > 0 ? ` (not for a ${engines.map(({ noun }) => noun).join(" or a ")})` : "";
}

/** Checks the request itself, before the cluster is asked anything. */
function checkDrill(target: Target, options: DrillOptions): void {
  const { environment, name, engine } = target;
  if (!engine.leaderCheck)
    throw new Error(
      `sequencer ${name} is alone: nobody takes over, so there is nothing to drill ` +
        "→ choose another way at sequencer.ha",
    );
  const refused = engine.undrilled?.[options.kind];
  if (refused) throw new Error(`--kind ${options.kind} is not for sequencer ${name}, a ${engine.noun}: ${refused}`);
  checkReason(options);
  checkConfirmable(environment, options);
  orNameAnother(options.out, "folder", "--out", () => {
    mkdirSync(options.out, { recursive: true });
    accessSync(options.out, constants.W_OK);
  });
}

async function drill(
  kubectl: Kubectl,
  target: Target,
  { kind, rounds, out, json, ...options }: DrillOptions,
): Promise<boolean> {
  const role = allowedBy(target, "drill");
  const { status, uid } = await readStatus(kubectl, target, "drill");
  if (!status.healthy) {
    throw new Error(
      `${target.name} is not healthy, and a drill needs all of it: ${status.problems.join(", ")} ` +
        `→ sequencer status ${status.environment} shows all of it`,
    );
  }
  const { text, effect } = HARMS[kind];
  const often = rounds === 1 ? "once" : `${rounds} times`;
  const height = Math.max(...status.members.map(member => member.height ?? 0));
  const request = {
    event: "DrillRequested",
    action:
      `${text}, ${often}: ` +
      `${target.name} has ${target.members.length} members, ${status.leaders} leads, height ${height}`,
    effects: [effect],
    uid,
    allowedBy: role,
  };
  const who = await begin(kubectl, target, request, options);
  if (who === undefined) return false;
  const lock = await CommandLock.take(kubectl, target, "drill", who);
  const done: Round[] = [];
  const result: Drill = {
    target,
    cluster: kubectl.cluster,
    who,
    kind,
    startedAt: new Date(),
    objective: objectiveOf(target),
    rounds: done,
  };
  try {
    while (done.length < rounds) {
      say(`round ${done.length + 1} of ${rounds}: waiting until everything is well`);
      const round = await runRound(kubectl, target, kind, role);
      done.push(round);
      const { leader, heir = "nobody", gap } = round;
      say(`round ${done.length} of ${rounds}: ${leader} led, ${heir} leads, longest gap ${seconds(gap.ms / 1000)}`);
    }
  } finally {
    await lock.release();
    if (done.length > 0) tell(result, writeReport(out, result), json);
  }
  return verdictOf(result).passed;
}

function tell(result: Drill, report: string, json?: boolean): void {
  const verdict = verdictOf(result);
  if (!json) {
    console.log(`${verdictText(verdict)}\nreport: ${report}`);
    return;
  }
  const rounds = result.rounds.map(({ leader, heir, gap, overlaps, conflicts, decreases }) => ({
    leader,
    heir,
    gapSeconds: gap.ms / 1000,
    overlaps,
    conflicts,
    decreases,
  }));
  console.log(
    JSON.stringify(
      { environment: result.target.environment.name, kind: result.kind, ...verdict, report, results: rounds },
      null,
      2,
    ),
  );
}

function objectiveOf({ values: { objective } }: Target): Objective {
  return { p50: milliseconds(objective.p50) / 1000, p95: milliseconds(objective.p95) / 1000 };
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It has to be a whole number from 1 to 9999.");
}
