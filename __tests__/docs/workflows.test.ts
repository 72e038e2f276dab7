import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { createProgram } from "../../cli/program";
import { scripts } from "../../package.json";
import { root } from "./markdown";

const folders = [".github/workflows", "examples/github-actions"];
const files = folders.flatMap(folder =>
  readdirSync(join(root, folder))
    .filter(name => name.endsWith(".yml"))
    .map(name => `${folder}/${name}`),
);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}
interface Workflow {
  readonly on: object;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = files.map(file => {
  const text = readFileSync(join(root, file), "utf8");
  return { file, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ place: `${file} ${name}`, job, workflow })),
);

/** What a job may do beyond reading the repository. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  ".github/workflows/version.yml version": ["contents: write", "pull-requests: write"],
  ".github/workflows/release.yml publish": ["id-token: write"],
  ".github/workflows/release.yml attach": ["contents: write"],
  "examples/github-actions/pull-request.yml comment": ["pull-requests: write"],
  "examples/github-actions/pull-request.yml lint": ["security-events: write"],
  "examples/github-actions/pull-request.yml plan": ["id-token: write"],
  "examples/github-actions/deploy.yml deploy": ["id-token: write"],
  "examples/github-actions/drift.yml drift": ["id-token: write"],
};

test("actions are pinned by commit, each to one, with its version beside it", () => {
  const lines = workflows.flatMap(({ file, text }) =>
    [...text.matchAll(/uses: *(.*)/g)].map(([, use = ""]) => ({ file, use })),
  );
  expect(lines.length).toBeGreaterThan(20);
  const commits = new Map<string, string>();
  for (const { file, use } of lines) {
    expect(`${file}: ${use}`).toMatch(/: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const [action = "", commit = ""] = use.split("@");
    expect(commit).toBe(commits.get(action) ?? commit);
    commits.set(action, commit);
  }
});

test("a job reads the repository at most, but for those that are listed", () => {
  const rights = jobs.map(({ place, job, workflow }) => {
    const granted = Object.entries(job.permissions ?? workflow.permissions ?? { all: "write" });
    return [
      place,
      granted.map(([scope, level]) => `${scope}: ${level}`).filter(right => right !== "contents: read"),
    ] as const;
  });
  expect(Object.fromEntries(rights.filter(([, granted]) => granted.length > 0))).toEqual(RIGHTS);
});

test("no checkout leaves its token behind, and no workflow runs a fork's code with the base's rights", () => {
  const checkouts = jobs.flatMap(({ job }) => job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")));
  expect(checkouts.length).toBeGreaterThan(8);
  for (const step of checkouts) expect(step.with).toMatchObject({ "persist-credentials": false });
  for (const { workflow } of workflows) expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
});

test("what a pull request says reaches a shell through the environment alone", () => {
  for (const { job } of jobs) for (const { run = "" } of job.steps) expect(run).not.toContain("${{");
});

const runs = jobs.flatMap(({ place, job }) => job.steps.map(({ run = "" }) => ({ place, run })));

test("every script of npm that they run is there", () => {
  const named = runs.flatMap(({ run }) =>
    [...run.matchAll(/npm (?:run (?:-s )?)([\w:]+)/g)].map(([, name = ""]) => name),
  );
  expect(named).toEqual(
    expect.arrayContaining(["lint", "types", "test:docs", "test:package", "test:cdktn", "test:cluster", "sbom"]),
  );
  for (const name of named) expect(scripts).toHaveProperty([name]);
});

test("every command of rollup-network that they run is there, with its options", () => {
  const commands = createProgram().commands;
  const lines = runs.flatMap(({ run }) => [...run.matchAll(/npx rollup-network (\S+)(.*)/g)]);
  expect(lines.length).toBeGreaterThan(8);
  for (const [, name = "", rest = ""] of lines) {
    const command = commands.find(each => each.name() === name);
    const options = [...rest.matchAll(/ (--[\w-]+)/g)].map(([, option]) => option);
    expect({ name, options: command?.options.map(({ long }) => long) }).toEqual({
      name,
      options: expect.arrayContaining(options),
    });
  }
});
