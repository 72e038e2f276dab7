import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { workersFor } from "../../../cli/work/work";

jest.setTimeout(120_000); // a test starts up to six processes

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workers-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs synth over `values`, says what it does line by line, and ends with what it made or why not. */
function program(workers: number, outdir: string): string[] {
  const script = `
    const children = require("node:child_process");
    const { fork } = children;
    const say = (what, value) => process.stdout.write(what + " " + JSON.stringify(value) + "\\n");
    children.fork = (...args) => {
      const child = fork(...args);
      say("worker", child.pid);
      return child;
    };
    const { openValues } = require("./values/load/load");
    const { inWorkers } = require("./cli/work/pool");
    const { inThisProcess } = require("./cli/work/work");
    const load = { dir: ${JSON.stringify(join(folder, "values"))} };
    const order = { job: "synth", load, outdir: ${JSON.stringify(join(folder, outdir))}, workers: ${workers} };
    const step = () => say("step", 1);
    const make = async () =>
      order.workers > 1 ? inWorkers(order, openValues(load), step) : inThisProcess(order, step);
    make().then(
      ({ environments, results }) => say("done", { environments, results }),
      error => say("failed", error.message),
    );`;
  return ["-r", "./tools/ts.cjs", "-e", script];
}

/** The last line: what was made, or why not. */
async function run(workers: number, outdir: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, program(workers, outdir));
  expect(stderr).toBe("");
  expect(stdout.split("\n").filter(line => line.startsWith("worker"))).toHaveLength(workers > 1 ? workers : 0);
  return stdout.trim().split("\n").at(-1) as string;
}

function written(outdir: string): Record<string, string> {
  const root = join(folder, outdir);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(file => file.endsWith(".json"));
  return Object.fromEntries(files.sort().map(file => [file, readFileSync(join(root, file), "utf8")]));
}

function environments(count: number, nodes = "[]"): void {
  mkdirSync(join(folder, "values"));
  for (let i = 10; i < 10 + count; i++) {
    const text = `profile: dev
cluster: { context: test }
p2p:
  namespace: net-${i}
  chain: { l1ChainId: 1, network: devnet }
  image: aztec:4.1.2
  bootstrap: [{ name: boot }]
  nodes: ${nodes}
`;
    writeFileSync(join(folder, "values", `net-${i}.yaml`), text);
  }
}

test("workers write and say what one process does, byte for byte", async () => {
  cpSync("values", join(folder, "values"), { recursive: true, filter: file => /values$|\.yaml$|profiles/.test(file) });
  const alone = await run(1, "alone");
  expect(await run(2, "shared")).toBe(alone);
  expect(alone).toMatch(/^done .*"devnet","local","mainnet","staging"/);
  expect(Object.keys(written("alone"))).toHaveLength(6);
  expect(written("shared")).toEqual(written("alone"));
});

/** In the values of one environment. */
function edit(name: string, from: string, to: string): void {
  const file = join(folder, "values", `${name}.yaml`);
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}

test.each<[string, [string, string, string][], RegExp]>([
  [
    "the form",
    [
      ["net-11", "chain:", "chains:"],
      ["net-12", "chain:", "chains:"],
    ],
    /net-11.yaml:5:3.*net-12.yaml:5:3.*2 errors; nothing was written/,
  ],
  [
    "what lies beyond it",
    [
      ["net-11", "aztec:4.1.2", "latest"],
      ["net-12", "aztec:4.1.2", "also:latest"],
    ],
    /net-11.yaml:6.*net-12.yaml:6.*2 errors; nothing was written/,
  ],
  [
    "two shares together",
    [["net-13", "namespace: net-13", "namespace: net-10"]],
    /net-13.yaml:4.*and so does .*net-10.yaml.*1 error; nothing was written/,
  ],
])("findings about %s come at once, as from one process, and nothing is written", async (_, edits, expected) => {
  environments(4, "[{ name: full }]");
  for (const each of edits) edit(...each);
  const alone = await run(1, "alone");
  expect(alone).toMatch(expected);
  expect(await run(2, "shared")).toBe(alone);
  expect([existsSync(join(folder, "alone")), existsSync(join(folder, "shared"))]).toEqual([false, false]);
});

test("of several errors in workers, the first of the order is told, as by one process", async () => {
  environments(4);
  for (const outdir of ["alone", "shared"]) {
    mkdirSync(join(folder, outdir, "stacks"), { recursive: true });
    for (const taken of ["net-11-p2p", "net-12-p2p"]) writeFileSync(join(folder, outdir, "stacks", taken), "");
  }
  const alone = await run(1, "alone");
  expect(alone).toMatch(/^failed "cannot write the Terraform configuration: E[A-Z]+: .*net-11-p2p/);
  expect(await run(2, "shared")).toBe(alone.replaceAll("alone", "shared"));
  expect(existsSync(join(folder, "shared", "manifest.json"))).toBe(false);
});

/** Runs synth in two workers, and does something once after the first environment. */
async function disturbed(
  disturb: (workers: number[], main: number) => void,
): Promise<{ said: string; pids: number[] }> {
  const child = spawn(process.execPath, program(2, "out"), { stdio: ["ignore", "pipe", "inherit"] });
  let [said, done] = ["", false];
  const pids = () => [...said.matchAll(/^worker (\d+)/gm)].map(([, pid]) => Number(pid));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (done || !said.includes("step")) return;
    done = true;
    disturb(pids(), child.pid as number);
  });
  await once(child, "close");
  return { said, pids: pids() };
}

function running(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("when the program is ended, its workers end after the environment that they are at", async () => {
  environments(40);
  const { said, pids } = await disturbed((_, main) => process.kill(main, "SIGINT"));
  expect(pids).toHaveLength(2);
  while (pids.some(running)) await setImmediate();
  expect(said).not.toMatch(/done|failed/);
  expect(readdirSync(join(folder, "out", "stacks")).length).toBeLessThan(40);
});

test("when a worker is ended, the program says so, and ends the others", async () => {
  environments(40);
  const { said, pids } = await disturbed(([first]) => process.kill(first as number, "SIGKILL"));
  expect(said).toMatch(/^failed "a worker process ended before its work was done \(SIGKILL\)/m);
  expect(pids.filter(running)).toEqual([]);
});

test("a few environments are done by one process, many by as many as there are cores", () => {
  expect([1, 99, 100, 149, 150, 1000].map(count => workersFor(count, 2))).toEqual([0, 1, 2, 2, 2, 2]);
  expect(workersFor(1000, 1)).toBe(1);
  expect(workersFor(400, 16)).toBe(8);
});
