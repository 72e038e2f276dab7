import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";

jest.setTimeout(30_000);

const PACKAGE = join(__dirname, "../..");
const root = mkdtempSync(join(tmpdir(), "scripts-"));
const endings: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  await Promise.all(endings.map(end => end()));
  rmSync(root, { recursive: true });
});

/** Ends what still writes to folders of the tests, before these are removed. */
export function atEnd(end: () => Promise<unknown>): void {
  endings.push(end);
}

/** A new folder that is gone after the tests. */
export function folder(): string {
  return mkdtempSync(join(root, "run-"));
}

/** The shells of this machine that can stand in for a container's `/bin/sh`, as their shebang lines name them. */
export const SHELLS = ["/bin/sh", "/usr/bin/busybox sh", "/usr/bin/bash --posix"].filter(shell =>
  existsSync(shell.split(" ")[0] as string),
);

/** Every script of the constructs, whatever pod mounts it. */
const SOURCES = readdirSync(join(PACKAGE, "constructs"), { recursive: true, encoding: "utf8" })
  .filter(path => /\/scripts\/[^/]+$/.test(path))
  .map(path => join(PACKAGE, "constructs", path));

const mounts = new Map<string, string>();

/** What the pod mounts at /scripts: the files of the ConfigMap, readable and executable. */
export function scripts(shell = "/bin/sh"): string {
  const mounted = mounts.get(shell) ?? folder();
  if (mounts.has(shell)) return mounted;
  mounts.set(shell, mounted);
  for (const source of SOURCES) {
    const target = join(mounted, basename(source));
    if (shell === "/bin/sh") copyFileSync(source, target);
    else writeFileSync(target, readFileSync(source, "utf8").replace(/^#!\/bin\/sh$/m, `#!${shell}`));
    chmodSync(target, 0o555);
  }
  return mounted;
}

/**
 * What a stub answers: shell text for every call, or for the n-th call with this last argument; the last text serves
 * all later ones.
 */
export type Stub = string | Readonly<Record<string, string | readonly string[]>>;

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The answer of a stub that prints a text. */
export const prints = (text: string) => `printf '%s\\n' ${quoted(text)}`;

/** The answer of a stub that fails. */
export const fails = (code: number, message?: string) =>
  `${message ? `echo ${quoted(message)} >&2; ` : ""}exit ${code}`;

/** Writes a stub of a program: a shell script that records its arguments in `$CALLS`, one call a line, and answers. */
function writeStub(bin: string, calls: string, name: string, stub: Stub): void {
  const cases = Object.entries(typeof stub === "string" ? {} : stub).flatMap(([last, answers]) =>
    [answers]
      .flat()
      .map((answer, i, { length }) => `${quoted(last)}" "${i + 1 === length ? "*" : i + 1}) ${answer} ;;`),
  );
  const lines = [
    "#!/bin/sh",
    `# Stub of ${name}, written by the tests.`,
    `CALLS=${quoted(calls)}`,
    `printf '%s\\n' "$*" >>"$CALLS/${name}"`,
    ...(typeof stub === "string"
      ? [stub]
      : [
          "for last; do :; done",
          `case "$last $(grep -cxF -e "$*" "$CALLS/${name}")" in`,
          ...cases,
          `*) ${fails(99, `unexpected call of ${name}`)} ;;`,
          "esac",
        ]),
  ];
  writeFileSync(join(bin, name), `${lines.join("\n")}\n`, { mode: 0o755 });
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number | undefined;
}

/** Runs a program with this environment alone; it is told to end when it says something on stderr. */
export function execute(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  termWhen?: string,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", data => (stdout += data));
    child.stderr.on("data", data => {
      stderr += data;
      if (termWhen && stderr.includes(termWhen)) child.kill("SIGTERM");
    });
    child.on("error", reject);
    child.on("close", code => resolve({ code, stdout, stderr, pid: child.pid }));
  });
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** By name; getent, curl and hostname fail unless they are here. */
  readonly stubs?: Readonly<Record<string, Stub>>;
  readonly shell?: string;
  /** Sends SIGTERM when the script has said this on stderr. */
  readonly termWhen?: string;
}

export interface Run extends Outcome {
  /** The calls of a stub, each as its arguments joined by spaces. */
  calls(stub: string): string[];
  /** What the script left in its folder of temporary files. */
  readonly left: string[];
}

/** Runs a script of the pods. No attempt waits for the next, unless `env` says so. */
export async function run(
  script: string,
  { env = {}, args = [], stubs = {}, shell, termWhen }: RunOptions,
): Promise<Run> {
  const dir = folder();
  const [bin, calls, tmp] = [join(dir, "bin"), join(dir, "calls"), join(dir, "tmp")];
  for (const made of [bin, calls, tmp]) mkdirSync(made);
  const all: Record<string, Stub> = { getent: {}, curl: {}, hostname: {}, ...stubs };
  for (const [name, stub] of Object.entries(all)) writeStub(bin, calls, name, stub);
  const given = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    TMPDIR: tmp,
    ANNOUNCE_INTERVAL_SECONDS: "0",
    ...env,
  };
  const outcome = await execute(join(scripts(shell), script), args, given, termWhen);
  return {
    ...outcome,
    calls: name => (existsSync(join(calls, name)) ? readFileSync(join(calls, name), "utf8").trimEnd().split("\n") : []),
    left: readdirSync(tmp),
  };
}

/** What a node answers to a JSON-RPC request. */
export function rpc(result: unknown): string {
  return prints(JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
}
