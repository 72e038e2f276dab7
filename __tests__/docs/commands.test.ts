import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { createProgram } from "../../cli/program";
import { scripts } from "../../package.json";
import { loadEnvironments } from "../../values/load/load";
import { throwing } from "../cli/throwing";
import { buildApp } from "../stacks/build-app";
import { blocks, type Document, guides, root } from "./markdown";
import { even, shown, steps } from "./steps";

/** Lines that are not run here, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "npm ci": "a long install; .ci/run does it",
  "npm test": ".ci/run does it",
  "npm run deploy -- devnet": "needs a cluster, and downloads the CDKTF CLI",
  "npm run deploy -- op-stack": "needs a cluster, and downloads the CDKTF CLI",
  "npm run deploy -- devnet --degraded": "needs a cluster, and downloads the CDKTF CLI",
  "npm run deploy -- devnet --skip-provider-lock": "needs a cluster, and downloads the CDKTF CLI",
  "npm run -s rollup-network -- manifests devnet --resolve": "needs a cluster",
  "npm run -s rollup-network -- check devnet": "needs a cluster",
  "npm run -s rollup-network -- check devnet --probe": "needs a cluster",
  "npm run -s lint": ".ci/run does it",
  "npm run -s types": ".ci/run does it",
  "npm run -s build": "__tests__/package does it",
  "npm run -s prepare": "npm ci does it",
  "npm run -s docs": ".ci/run does it; its tables are compared by reference.test.ts",
  "npm run -s bench -- --quick": ".ci/run does it",
  "npm run -s bench -- --out docs/evidence/bench.md": "takes minutes",
  "npm ci --prefix bench/cdk8s": "a long install, for figures alone",
  "go install helm.sh/helm/v3/cmd/helm@v3.19.0": "a long build, for figures alone",
  "npm run -s test:docs": "this very run",
  "npx jest __tests__/stacks -u": "would write snapshots",
  "CLUSTER=/path/to/cluster npm run verify": "needs a cluster",
  "CLUSTER=/path/to/cluster npm run verify -- --changed --record": "needs a cluster",
  "CLUSTER=/path/to/cluster npm run verify -- --rounds 10 sequencer/raft": "needs a cluster",
  "npm run verify -- --list": "fetches HAProxy where there is none; the program is run by __tests__/tools",
  "CLUSTER=/path/to/cluster npm run test:cluster": "needs a cluster",
  "CLUSTER=/path/to/cluster ROUNDS=10 EVIDENCE=docs/evidence/raft-failover.md npm run test:cluster -- raft.test":
    "needs a cluster",
  "apt-get install -y openssl curl prometheus libfaketime faketime busybox-static":
    "changes the machine; .ci/run does it",
  "CLUSTER=/path/to/cluster EVIDENCE=docs/evidence/enr-stability.md npm run test:cluster": "needs a cluster",
  "KIND_CLUSTER=kind npm run test:cluster": "needs a cluster",
  "E2E_DEPLOY=terraform KIND_CLUSTER=kind npm run test:cluster -- bootnodes.test": "needs a cluster",
};
const PROGRAMS: Readonly<Record<string, string>> = {
  kubectl: "needs a cluster; the names in it are checked below",
  curl: "needs a cluster",
  terraform: "needs a cluster and providers; the names in it are checked below",
  sops: "a program of others",
  kind: "makes a cluster",
  cd: "the walk in a folder of its own is below",
  mkdir: "as above",
  diff: "compares what two commands before it wrote",
  "npm init": "__tests__/package does it",
  "npm install": "__tests__/package does it",
  "npm pack": "__tests__/package does it",
  "npx rollup-network deploy": "needs a cluster, and downloads the CDKTF CLI",
  "npx rollup-network check": "needs a cluster",
  "npm run -s rollup-network -- sequencer": "needs a cluster; that there is such a command is checked below",
  "npm run -s rollup-network -- drill": "needs a cluster; that there is such a command is checked below",
};

/** What the charts make, which the manifests do not show. */
const OF_CHARTS = [
  ...["statefulset/spike-keeper", "statefulset/spike-spike-nexus", "deployment/spike-spike-pilot"],
  "pod/spike-spike-nexus-0",
];

const all = guides().flatMap(blocks);
const home = process.cwd();
let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "commands-")));
  cpSync(join(root, "values"), join(folder, "values"), { recursive: true });
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** A page that is followed from its beginning to its end, in a folder of its own. */
const WALKED = "docs/getting-started.md";
const walked = (place: string) => place.startsWith(`${WALKED}:`);

const written = guides().flatMap(steps);
const lines = written.flatMap(step => ("command" in step ? [step] : []));
const files = written.flatMap(step => ("file" in step ? [step.place] : []));

const words = (command: string) =>
  [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");

/** The arguments of `rollup-network` that a line comes to; none for other programs. */
function ours(command: string): string[] | undefined {
  const [, installed] = /^npx rollup-network (.*)$/.exec(command) ?? [];
  const [, script, rest = ""] = /^npm (?:run (?:-s )?)?([a-z:-]+)(?: -- (.*))?$/.exec(command) ?? [];
  const run = script ? ((scripts as Record<string, string>)[script] ?? "") : "";
  const [file, ...args] = run.replace(/^node -r \S+ /, "").split(" ");
  const all = [...args, ...words(installed ?? rest)];
  // What acts on a cluster, or asks one, never runs from a test.
  const acts = ["deploy", "sequencer", "check", "drill"].includes(all[0] ?? "") || all.includes("--resolve");
  return (installed || file === "cli/main.ts") && !acts ? all : undefined;
}

/** Runs a command in this process; the message of its error counts as printed. */
async function run(args: readonly string[]): Promise<{ printed: string; failed: boolean }> {
  const printed: string[] = [];
  const spies = [
    jest.spyOn(console, "log").mockImplementation(text => void printed.push(`${text}\n`)),
    jest.spyOn(process.stdout, "write").mockImplementation(text => printed.push(String(text)) > 0),
    jest.spyOn(process.stderr, "write").mockImplementation(text => printed.push(String(text)) > 0),
  ];
  let failed = false;
  try {
    await throwing(createProgram()).parseAsync(args, { from: "user" });
  } catch (error) {
    failed = true;
    printed.push((error as Error).message);
  } finally {
    for (const spy of spies) spy.mockRestore();
    failed ||= Number(process.exitCode ?? 0) !== 0;
    process.exitCode = 0;
  }
  return { printed: printed.join(""), failed };
}

const here = lines.filter(({ command, place }) => ours(command) && !walked(place));
const elsewhere = lines.filter(({ command }) => !ours(command));

test.each(here.map(line => [line.place, line.command, line] as const))("%s  %s", async (_, command, line) => {
  const { printed, failed } = await run(ours(command) as string[]);
  compare(line.printed, printed, failed);
});

function compare(expected: string | undefined, printed: string, failed: boolean): void {
  expect(failed).toBe(/nothing was written|that nobody accepted/.test(expected ?? ""));
  const really = printed.split("\n").map(even);
  for (const text of shown(expected)) expect(really).toContain(even(text));
}

describe(`${WALKED}, in an empty folder`, () => {
  let home: string;
  beforeAll(() => {
    home = process.cwd();
    process.chdir(mkdtempSync(join(folder, "walk-")));
  });
  afterAll(() => process.chdir(home));

  const page = guides().find(({ file }) => file === WALKED) as Document;
  const todo = steps(page).filter(step => "file" in step || ours(step.command) || step.command === "mkdir values");
  test.each(todo.map(step => [step.place, "file" in step ? step.file : step.command, step] as const))(
    "%s  %s",
    async (_, __, step) => {
      if ("file" in step) return writeFileSync(step.file, step.text);
      const args = ours(step.command);
      if (!args) return void mkdirSync("values");
      const { printed, failed } = await run(args);
      // From the sources the CLI names scripts of this project, and from the package its own commands.
      compare(step.printed, printed.replace(/npm run (?:-s )?(manifests|deploy) --/g, "npx rollup-network $1"), failed);
    },
  );

  test("ends with the files that it speaks of", () => {
    const { objects } = JSON.parse(
      JSON.stringify({ objects: parseAllDocuments(readFileSync("manifests/devnet-p2p.yaml", "utf8")) }),
    );
    expect(objects.length).toBeGreaterThan(20);
    expect(JSON.parse(readFileSync("cdktf.json", "utf8"))).toMatchObject({ language: "typescript" });
    expect(statSync("cdktf.out/stacks/devnet-p2p/cdk.tf.json").isFile()).toBe(true);
  });
});

test("every other line is listed, with the reason, and nothing else is", () => {
  const [exact, programs] = [Object.keys(ELSEWHERE), Object.keys(PROGRAMS)];
  const unlisted = elsewhere.filter(
    ({ command }) => !(command in ELSEWHERE) && !programs.some(program => command.startsWith(`${program} `)),
  );
  expect(unlisted).toEqual([]);
  expect(exact.filter(command => !elsewhere.some(line => line.command === command))).toEqual([]);
  expect(programs.filter(program => !elsewhere.some(line => line.command.startsWith(`${program} `)))).toEqual([]);
  for (const command of exact) {
    const [, script] = /npm run (?:-s )?([a-z:-]+)/.exec(command) ?? [];
    if (script) expect(scripts).toHaveProperty([script]);
  }
});

test("keys are where the guide says, readable by their owner alone", () => {
  const secret = parse(readFileSync("boot-keys.secret.yaml", "utf8"));
  expect(Object.keys(secret.stringData)).toEqual(["boot-0", "boot-1"]);
  expect(secret.metadata).toEqual({ name: "boot-keys", namespace: "mainnet-p2p" });
  expect(statSync("boot-keys.secret.yaml").mode & 0o777).toBe(0o600);
});

test.each(
  lines
    .filter(({ command }) => /rollup-network -- (sequencer|drill) /.test(command))
    .map(({ place, command }) => [place, command]),
)("%s  %s", async (_, command) => {
  const [, line = ""] = (command as string).split(" -- ");
  const [group, name, ...rest] = words(line);
  const parent = createProgram().commands.find(each => each.name() === group);
  const found = group === "drill" ? parent : parent?.commands.find(each => each.name() === name);
  const known = found?.options.map(({ long }) => long);
  expect(known).toEqual(expect.arrayContaining(rest.filter(word => word.startsWith("--"))));
});

const NAMESPACES = /-n (devnet-p2p|devnet-seq|devnet-spike|devnet-spike-spire|pair-seq|seq-op-stack) /;

test("kubectl lines name objects that devnet or an example has", async () => {
  const { printed } = await run(["manifests", "devnet"]);
  const examples = await Promise.all(
    ["lease", "raft-5", "op-stack"].map(name => run(["manifests", name, "--values", join(root, "examples/sequencer")])),
  );
  const objects = [printed, ...examples.map(example => example.printed)]
    .flatMap(text => parseAllDocuments(text))
    .map(document => document.toJS())
    .filter(Boolean);
  const names = new Set(objects.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`));
  for (const { kind, metadata, spec } of objects) {
    if (kind !== "StatefulSet") continue;
    for (let i = 0; i < Number(spec.replicas); i++) {
      names.add(`pod/${metadata.name}-${i}`);
      for (const claim of spec.volumeClaimTemplates ?? [])
        names.add(`pvc/${claim.metadata.name}-${metadata.name}-${i}`);
    }
  }
  for (const name of OF_CHARTS) names.add(name);
  const containers = objects
    .flatMap(({ spec }) => [...(spec?.template?.spec.containers ?? []), ...(spec?.template?.spec.initContainers ?? [])])
    .map(({ name }: { name: string }) => name);
  const kubectl = lines.filter(({ command }) => command.startsWith("kubectl ") && !command.startsWith("kubectl apply"));
  for (const { place, command } of kubectl) {
    expect(`${place} ${command}`).toMatch(NAMESPACES);
    const named = [...command.matchAll(/ ([a-z]+\/[a-z0-9-]+)| (configmap) ([a-z0-9-]+)/g)];
    for (const [, name, kind, of] of named) expect(names).toContain(name ?? `${kind}/${of}`);
    const [, container] = / -c (\S+)/.exec(command) ?? [];
    if (container) expect(containers).toContain(container);
  }
});

test("terraform lines name stacks and resources that are there", async () => {
  await run(["synth"]);
  const terraform = lines.filter(({ command }) => command.startsWith("terraform "));
  for (const { command } of terraform) {
    const [, stack] = /^terraform -chdir=(\S+)/.exec(command) ?? [];
    const { resource } = JSON.parse(readFileSync(join(String(stack), "cdk.tf.json"), "utf8"));
    const named = [...command.matchAll(/\b(kubernetes_\w+|helm_\w+|terraform_data)\.([\w-]+)/g)];
    for (const [, type = "", id] of named.slice(command.includes(" state mv ") ? 1 : 0)) {
      expect(Object.keys(resource[type])).toContain(id);
    }
  }
});

const yaml = all
  .filter(({ language, place }) => language === "yaml" && !files.includes(place))
  .map(({ place, text }) => [place, text]);

test.each(yaml)("%s is a Kubernetes object or a values file", (_, text = "") => {
  const { kind, apiVersion, metadata, ...sections } = parse(text);
  if (kind) {
    expect({ apiVersion, name: metadata.name }).toEqual({ apiVersion: expect.any(String), name: expect.any(String) });
    return;
  }
  const dir = mkdtempSync(join(folder, "values-"));
  writeFileSync(join(dir, "example.yaml"), text);
  const { stacks } = buildApp(loadEnvironments({ dir }), { outdir: join(folder, "example.out") });
  const wanted = ["p2p", "sequencer", "spike"].filter(section => section in sections);
  expect(wanted).not.toEqual([]);
  expect(stacks.map(({ node }) => node.id)).toEqual(wanted.map(section => `example-${section}`));
});
