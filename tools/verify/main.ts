import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { SUITES, type Suite } from "../../__tests__/cluster/suites";
import { digestsOf } from "./digest";
import { missing } from "./install";
import { Jest } from "./jest";
import { mend } from "./mend";
import { Records } from "./record";
import { currentSources } from "./sources";
import { type Options, planned, verify, type World } from "./verify";

const ROOT = join(__dirname, "../..");
const RECORDS = "docs/evidence/verified.json";

interface CommandOptions extends Options {
  readonly busy?: boolean;
  readonly quiet?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

async function main(names: readonly string[], options: CommandOptions): Promise<void> {
  const suites = chosen(names, options);
  const jest = new Jest(options.rounds, say);
  const interrupted = new AbortController();
  const world: World = {
    digests: suite => digestsOf(suite, currentSources(ROOT)),
    records: new Records(join(ROOT, RECORDS)),
    run: (suite, pattern) => jest.run(suite, pattern),
    missing,
    mend,
    say,
    interrupted: interrupted.signal,
  };
  if (options.list || options.json) {
    say(await listed(suites, options.json === true, world));
    return;
  }
  if (names.length === 0) {
    for (const { name, unproven } of SUITES) if (unproven) say(`not run: ${name}: ${unproven}`);
  }
  // Once: the second one ends this program as it is.
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
    process.once(signal, () => {
      say(`${signal}: what runs is ended, and what it took away is given back`);
      process.exitCode = code;
      interrupted.abort();
      jest.interrupt();
    });
  }
  if (!(await verify(suites, options, world))) process.exitCode ??= 1;
}

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function listed(suites: readonly Suite[], json: boolean, world: World): Promise<string> {
  const steps = await planned(suites, world);
  if (!json) return steps.map(({ suite, run, why }) => `${suite.name}: ${run}, ${why}`).join("\n");
  return JSON.stringify(
    steps.map(({ suite, ...step }) => ({ suite: suite.name, ...step })),
    null,
    2,
  );
}

function chosen(names: readonly string[], { busy, quiet }: CommandOptions): Suite[] {
  const unknown = names.filter(name => !SUITES.some(suite => suite.name === name));
  if (unknown.length > 0) {
    const known = SUITES.map(({ name }) => name).join(", ");
    throw new InvalidArgumentError(`there is no suite ${unknown.join(", ")}: use some of ${known}`);
  }
  const named = SUITES.filter(({ name, unproven }) => (names.length === 0 ? !unproven : names.includes(name)));
  return busy === quiet ? named : named.filter(({ load }) => (load === "measures") === (quiet === true));
}

function rounds(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`${text} is no number of rounds.`);
}

new Command("verify")
  .description(
    "Run the cluster tests, each as soon as nothing runs that it would disturb or that would disturb it.\n" +
      `Green runs are recorded in ${RECORDS}, with digests of what they depend on, where --record says so.`,
  )
  .argument("[suite...]", "only these, such as sequencer/raft")
  .option("--changed", "skip what is unchanged since its record, but for the tests that always run")
  .option("--record", "record green runs")
  .option("--busy", "only what other work on this machine does not disturb")
  .option("--quiet", "only what measures, and wants the machine for itself")
  .option("--rounds <n>", "rounds of each drill; with 10 or more, figures are held to their aims", rounds, 1)
  .option("--list", "print what --changed would run, and why")
  .option("--json", "print the same as JSON, with the digests")
  .addHelpText(
    "after",
    "\nExit code: 0 when nothing failed, 1 when a suite did, 2 for a wrong argument, 130 or 143 when interrupted.",
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = error instanceof InvalidArgumentError ? 2 : 1;
  });
