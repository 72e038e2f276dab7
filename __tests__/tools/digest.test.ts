import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { changed, codeOf, digestsOf, type Sources } from "../../tools/verify/digest";
import * as alerts from "../cluster/alerts/stacks";
import * as aztec from "../cluster/aztec/examples";
import * as p2p from "../cluster/p2p/examples";
import * as sequencers from "../cluster/sequencer/examples";
import * as opStack from "../cluster/sequencer/opstack/example";
import { SUITES, type Suite } from "../cluster/suites";

// Every digest bundles the code of a suite: much work where other programs run, too.
jest.setTimeout(180_000);

const root = join(__dirname, "../..");
const named = (name: string) => SUITES.find(suite => suite.name === name) as Suite;
const [RAFT, PAIR, ENR] = [named("sequencer/raft"), named("sequencer/lease"), named("p2p/enr")];

const namespaceOf = (each: unknown) =>
  typeof each === "object" && each && "namespace" in each && !("dir" in each) ? [String(each.namespace)] : [];

/** Namespaces of all that tests deploy. */
const EXAMPLES = new Set([
  ...[sequencers, opStack, p2p, alerts, aztec].flatMap(module => Object.values<unknown>(module).flatMap(namespaceOf)),
  ...SUITES.flatMap(({ deploys = [] }) => deploys.flatMap(namespaceOf)),
]);

/** Paths in a file's text: beside it, or from the root. */
function pathsIn(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const strings = (list: string) => [...list.matchAll(/"([^"]+)"/g)].map(([, part = ""]) => part);
  const beside = [...text.matchAll(/join\(__dirname((?:, "[^"]+")+)\)/g)].map(([, parts = ""]) =>
    relative(root, join(root, dirname(file), ...strings(parts))),
  );
  const fromRoot = [...text.matchAll(/"((?:agents|bundles|cli|constructs|examples|tools|values)\/[\w./-]+\.\w+)"/g)];
  return [...beside, ...fromRoot.map(([, path = ""]) => path)];
}

/** The sources of this checkout, some of them changed; manifests are stand-ins that say what was to be rendered. */
function sources({ append = {} as Record<string, string>, ...more }: Partial<Sources> & { append?: object } = {}) {
  const files = new Set<string>();
  const read = (file: string) => {
    files.add(file);
    return readFileSync(join(root, file), "utf8") + ((append as Record<string, string>)[file] ?? "");
  };
  const render = (deployed: object) => ({ objects: [], releases: [], deployed });
  return { files, root, read, render: render as unknown as Sources["render"], release: () => "1", ...more };
}

test.each(["sequencer/raft", "sequencer/lease-agent", "p2p/enr"])(
  "%s: a change of any file that it depends on moves a digest",
  async name => {
    const suite = named(name);
    const known = sources();
    const before = await digestsOf(suite, known);
    const files = [...known.files].filter(file => file !== "package-lock.json");
    expect(files.length).toBeGreaterThan(10);
    // One program has a mark of every file of the code; what is read otherwise is changed by itself.
    const mark = (file: string) => `changed ${file}`;
    const marks = files.filter(file => /\.[jt]s$/.test(file)).map(file => [file, `\nconsole.log("${mark(file)}");\n`]);
    const all = sources({ append: Object.fromEntries(marks) });
    expect(changed(before, await digestsOf(suite, all))).toContain("code");
    const { code } = await codeOf(suite, all);
    const marked = Object.values(code).join();
    const others = files.filter(file => !marked.includes(`"${mark(file)}"`));
    const unmoved = others.map(async file => {
      const now = await digestsOf(suite, sources({ append: { [file]: "\n# changed\n" } }));
      return changed(before, now).length > 0 ? [] : [file];
    });
    expect((await Promise.all(unmoved)).flat()).toEqual([]);
  },
);

test("what a suite depends on is among its inputs: drill code, helpers, scripts, images, versions", async () => {
  const known = sources();
  await digestsOf(RAFT, known);
  expect([...known.files]).toEqual(
    expect.arrayContaining([
      "__tests__/cluster/sequencer/raft.test.ts",
      "__tests__/cluster/sequencer/drills.ts",
      "__tests__/cluster/sequencer/watch.mjs",
      "__tests__/cluster/sequencer/evnode/main.go",
      "__tests__/cluster/sequencer/evnode/go.sum",
      "__tests__/cluster/driver/rootfs.sh",
      "__tests__/cluster/haproxy/haproxy.sh",
      "cli/drill/gaps.ts",
      "cli/keys/mesh.ts",
      "jest.cluster.config.js",
      "package-lock.json",
    ]),
  );
  expect(
    [...known.files].filter(file =>
      /^(constructs|lint|stacks|values)\/(?!sequencer\/mesh|load\/(secret|text-file))/.test(file),
    ),
  ).toEqual([]);
});

test.each([
  [
    "an object of its manifests",
    { render: () => ({ objects: [{ kind: "Pod" }], releases: [] }) },
    "manifests seq-raft",
  ],
  ["a chart of its manifests", { render: () => ({ objects: [], releases: [{}] }) }, "manifests seq-raft"],
  ["the release of Node", { release: (program: string) => (program === "node" ? "2" : "1") }, "node"],
  ["the release of Go", { release: (program: string) => (program === "go" ? "2" : "1") }, "go"],
  ["the release of HAProxy", { release: (program: string) => (program === "haproxy" ? "2" : "1") }, "haproxy"],
])("%s moves its digest alone", async (_, other, input) => {
  const now = await digestsOf(RAFT, sources(other as unknown as Partial<Sources>));
  expect(changed(await digestsOf(RAFT, sources()), now)).toEqual([input]);
});

test("a package that its code imports moves a digest, with what that depends on, and no other does", async () => {
  const before = await digestsOf(RAFT, sources());
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const bumped = async (name: string) => {
    const packages = { ...lock.packages, [name]: { ...lock.packages[name], version: "99.0.0" } };
    const { read } = sources();
    const changedLock = (file: string) =>
      file === "package-lock.json" ? JSON.stringify({ ...lock, packages }) : read(file);
    return changed(before, await digestsOf(RAFT, sources({ read: changedLock })));
  };
  expect(await bumped("node_modules/yaml")).toEqual(["packages"]);
  expect(await bumped("node_modules/@peculiar/asn1-schema")).toEqual(["packages"]);
  expect(await bumped("node_modules/typedoc")).toEqual([]);
});

test("comments, types and what is called nowhere move nothing", async () => {
  const file = "__tests__/cluster/sequencer/drills.ts";
  const append = { [file]: "\n/** More. */\nexport interface More {}\nexport function more(): void {}\n" };
  expect(await digestsOf(RAFT, sources({ append }))).toEqual(await digestsOf(RAFT, sources()));
});

describe("in a copy of the project", () => {
  const folder = mkdtempSync(join(tmpdir(), "digests-"));
  const copy = join(folder, "copy");
  let before: ReturnType<typeof digests>;

  beforeAll(() => {
    const made = /^(\.git|node_modules|dist|build|api|cdktf\.out)$/;
    for (const name of readdirSync(root).filter(each => !made.test(each)))
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    // A HAProxy that is new enough is not fetched.
    writeFileSync(join(folder, "haproxy"), '#!/bin/sh\necho "HAProxy version 3.2.0"\n');
    chmodSync(join(folder, "haproxy"), 0o755);
    before = digests();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function digests(): Record<string, Record<string, string>> {
    const program = ["-r", "./tools/ts.cjs", "tools/verify/main.ts", "--json", RAFT.name, PAIR.name, ENR.name];
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const rows = JSON.parse(execFileSync(process.execPath, program, { cwd: copy, env, encoding: "utf8" }));
    return Object.fromEntries(rows.map(({ suite, digests: of }: { suite: string; digests: object }) => [suite, of]));
  }

  /** The digests of a suite that are not as they were. */
  function moved(now: typeof before, { name }: Suite): string[] {
    return changed(before[name] ?? {}, now[name] ?? {});
  }

  function edit(file: string, from: string | RegExp, to: string): void {
    const text = readFileSync(join(copy, file), "utf8");
    expect(text).toMatch(from);
    writeFileSync(join(copy, file), text.replace(from, to));
  }

  test("a comment of a rule, a document and another test move nothing", () => {
    appendFileSync(join(copy, "lint/rules/rbac.ts"), "// more\n");
    appendFileSync(join(copy, "constructs/sequencer/raft/raft-sequencer.ts"), "// more\n");
    appendFileSync(join(copy, "README.md"), "more\n");
    appendFileSync(join(copy, "__tests__/lint/mutations.ts"), "export const more = 1;\n");
    expect(digests()).toEqual(before);
  });

  test("a timing, a script of the pods and a value move the manifests that have them", () => {
    edit("constructs/sequencer/raft/timing.ts", "electionTimeout: 160", "electionTimeout: 170");
    appendFileSync(join(copy, "constructs/sequencer/lease/scripts/follow-lease.sh"), "# more\n");
    edit("values/local.yaml", /^p2p:$/m, "p2p:\n  networkPolicies: { rpcClients: [{ namespace: more }] }");
    const now = digests();
    expect([RAFT, PAIR, ENR].map(suite => moved(now, suite))).toEqual([
      ["manifests seq-raft"],
      ["manifests seq-pair"],
      ["manifests enr-pinned", "manifests enr-unpinned"],
    ]);
  });
});

describe.each(SUITES.map(suite => [suite.name, suite] as const))("%s", (_, suite) => {
  const deploys = suite.deploys ?? [];

  test("names every file that its code reads or runs by a path", async () => {
    const known = sources();
    await digestsOf(suite, known);
    const inputs = [...known.files, ...deploys.map(deployed => ("dir" in deployed ? "" : deployed.values))];
    const covered = (path: string) =>
      inputs.some(file => file === path || file.startsWith(`${path}/`)) ||
      ["", "cli/main.ts", "tools/ts.cjs"].includes(path) || // the project, and its commands, named by their modules
      path.startsWith("..");
    const tests = inputs.filter(file => /^__tests__\/cluster\/.*\.ts$/.test(file));
    expect(tests.flatMap(pathsIn).filter(path => !covered(path))).toEqual([]);
  });

  test("names the examples that its code deploys, and no others", async () => {
    const { code } = await codeOf(suite, sources());
    const used = [...EXAMPLES].filter(namespace => Object.values(code).join().includes(`namespace:"${namespace}"`));
    expect(deploys.flatMap(deployed => ("dir" in deployed ? [] : [deployed.namespace])).sort()).toEqual(used.sort());
  });
});

test("there are examples that tests deploy, and paths that they name", () => {
  expect(EXAMPLES.size).toBeGreaterThan(10);
  expect(pathsIn("__tests__/cluster/sequencer/watcher.ts")).toEqual([
    "__tests__/cluster/sequencer/watch.mjs",
    "__tests__/cluster/sequencer/writes.mjs",
  ]);
});
