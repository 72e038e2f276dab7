/**
 * `npm run bench`: what the constructs cost beside raw provider classes, cdk8s-plus and a Helm chart that make the same
 * objects, and what the commands, their start and the types cost. Prints figures and aims. A missed aim is no failure,
 * unequal sides are.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Program, Runner } from "./measure";
import { objectsOfStacks, objectsOfYaml, unequal } from "./objects";
import { commands, LOADING, others, type Side, STARTS, SYNTHESIS, typeChecks } from "./programs";
import { asMarkdown, asTable, LARGE } from "./report";
import { LOAD, OURS, RAW, type Results, type Row, START, WITH, WITHOUT } from "./results";
import { differences } from "./same";

interface Options {
  readonly runs: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly out?: string;
}

function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      out: { type: "string" },
    },
  });
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: use a whole number from 1`);
  return { ...values, runs };
}

async function main({ runs, quick, json, out }: Options, runner: Runner): Promise<void> {
  const sizes = quick ? [1, 10] : [1, 10, 100, 1000];
  const { sides: also, missing } = others(runner.folder);
  const sides = { ...SYNTHESIS, ...also };
  await refuseUnequal(runner, sides);

  const measure = async (
    whats: readonly string[],
    programs: readonly Program[],
    environments?: number,
  ): Promise<Row[]> => {
    const figures = await runner.turns(programs, (environments ?? 0) >= LARGE ? 1 : runs);
    return figures.map((each, i) => ({ what: whats[i] ?? "", environments, ...each }));
  };
  const [synthesis, ofCommands]: [Row[], Row[]] = [[], []];
  const programs = new Map(sizes.map(size => [size, commands(runner.folder, size)]));
  for (const [size, ofSize] of programs) {
    const [whats, made] = [Object.keys(sides), Object.values(sides).map(side => side(size))];
    synthesis.push(...(await measure(whats, made, size)));
    ofCommands.push(...(await measure(namesOf(ofSize), ofSize, size)));
  }
  const [synth] = programs.get(1) as Program[];
  const starts = await measure([START, LOAD, ...namesOf(STARTS)], [synth as Program, LOADING, ...STARTS]);
  const types = await measure([WITH, WITHOUT], typeChecks(runner.folder));

  const machine = `Node ${process.version}, ${cpus().length} CPUs (${cpus()[0]?.model.trim() ?? "unknown"})`;
  const results: Results = { runs, machine, synthesis, commands: ofCommands, starts, types, missing };
  console.log(json ? JSON.stringify(results, null, 2) : asTable(results));
  if (out) writeFileSync(out, asMarkdown(results));
}

const namesOf = (programs: readonly Program[]) => programs.map(({ name }) => name);

/** Figures need equal sides: raw classes make the same resources, others the same objects by kind and name. */
async function refuseUnequal(runner: Runner, sides: Readonly<Record<string, Side>>): Promise<void> {
  const folders = new Map<string, string>();
  for (const [what, side] of Object.entries(sides)) folders.set(what, (await runner.run(side(2))).outdir);
  const ours = folders.get(OURS) as string;
  for (const [what, theirs] of folders) {
    const found =
      what === OURS || what === RAW
        ? differences(ours, theirs)
        : unequal(objectsOfStacks(ours), objectsOfYaml(yamlOf(theirs)));
    if (found.length === 0) continue;
    const more = found.length > SHOWN ? `\n  … and ${found.length - SHOWN} more` : "";
    throw new Error(
      `${what} in bench/ make other objects than the constructs: bring them up to date\n  ` +
        `${found.slice(0, SHOWN).join("\n  ")}${more}`,
    );
  }
}

const SHOWN = 20;

/** What a program printed, and the YAML files that it wrote. */
function yamlOf(outdir: string): string {
  const printed = readFileSync(`${outdir}.txt`, "utf8");
  if (printed.trim()) return printed;
  return readdirSync(outdir)
    .map(file => readFileSync(join(outdir, file), "utf8"))
    .join("\n---\n");
}

async function run(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort());
  const runner = new Runner(interrupt.signal, text => console.error(`bench: ${text}`));
  try {
    await main(options, runner);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    runner.close();
  }
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
