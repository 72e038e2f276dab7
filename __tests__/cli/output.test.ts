import { spawnSync } from "node:child_process";
import { failureJson, failureText } from "../../cli/failure";
import { guardOutput } from "../../cli/output";
import { visible } from "../../manifests/hidden";
import { peerDependencies } from "../../package.json";
import { ValuesError } from "../../values/load/finding";

test("what a terminal would carry out is shown instead", () => {
  expect(visible("a\u001b[31mb\u009bc\r\u202ed\te\n")).toBe("a\\u001b[31mb\\u009bc\\r\\u202ed\te\n");
  expect(visible("a\u200bb\u2028c\u200f\ufeffd\u00ad👨\u200d👩")).toBe(
    "a\\u200bb\\u2028c\\u200f\\ufeffd\\u00ad👨\u200d👩",
  );
  expect(JSON.parse(visible(JSON.stringify({ a: "\u009b\u202e" })))).toEqual({ a: "\u009b\u202e" });
});

test("everything that is said passes through, but the line of progress", () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) > 0, on: () => stream };
  guardOutput([stream as never]);
  for (const text of ["\u001b[2J", "\r\u001b[K3/7 environments", "\r\u001b[K", "\r\u001b[Knothing is lost"])
    stream.write(text);
  expect(written).toEqual(["\\u001b[2J", "\r\u001b[K3/7 environments", "\r\u001b[K", "\\r\\u001b[Knothing is lost"]);
});

test("what others wrote into a message begins no line, and findings are laid out as they are", () => {
  expect(failureText(new Error("no pod a\nnet: nothing is lost"))).toBe("no pod a\n  net: nothing is lost");
  const finding = { file: "a\nb.yaml", line: 1, column: 2, path: "p2p", message: "is missing\nnet: nothing is lost" };
  expect(failureText(new ValuesError([finding]))).toBe(
    "a\\nb.yaml:1:2  p2p\n  is missing\n  net: nothing is lost\n1 error; nothing was written",
  );
});

test("a failure is JSON for programs, with every finding", () => {
  const finding = { file: "a.yaml", line: 1, column: 2, path: "p2p", message: "is missing" };
  const error = new ValuesError([finding]);
  expect(JSON.parse(failureJson(error))).toEqual({ error: error.message, findings: [finding] });
});

test("a peer that is not installed is named, with the command that installs it", () => {
  const missing = (name: string) => {
    const error = new Error(`Cannot find module '${name}'\nRequire stack:\n- x`);
    return failureText(Object.assign(error, { code: "MODULE_NOT_FOUND" }));
  };
  const peers = Object.entries(peerDependencies).map(([name, range]) => `'${name}@${range}'`);
  expect(missing("@cdktf/provider-kubernetes/lib/provider")).toBe(
    `the package @cdktf/provider-kubernetes is not installed, which this one needs → npm install ${peers.join(" ")}`,
  );
  expect(missing("left-pad")).toContain("Cannot find module 'left-pad'");
});

describe("the command", () => {
  const run = (command: string) => {
    const program = "node -r ./tools/ts.cjs cli/main.ts";
    const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", command.replace("RUN", program)], {
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  test("ends quietly when nobody reads on", () => {
    expect(run("RUN schema | head -c 1")).toEqual({ status: 141, stdout: "{", stderr: "" });
  });

  test("says that the disk is full, in a line", () => {
    const { status, stderr } = run("RUN schema > /dev/full");
    expect({ status, lines: stderr.trimEnd().split("\n") }).toEqual({
      status: 1,
      lines: [expect.stringContaining("ENOSPC")],
    });
  });

  test("fails for an option without a value, and for a target that cannot be written", () => {
    expect(run('RUN schema --out ""').stderr).toContain("error: --out is empty → give a value, or leave --out out");
    expect(run("RUN schema --out /dev/null/x").stderr).toMatch(
      /^cannot write \/dev\/null\/x: ENOTDIR.* → name a file that can be written with --out\n$/,
    );
  });

  test.each([
    ["an unknown option", "RUN schema --json", "unknown option '--json'"],
    ["a missing argument", "RUN values --json", "missing required argument 'env'"],
    ["an unknown command", "RUN sinth --json", "unknown command 'sinth'"],
    ["an empty option", 'RUN lint --json --sarif ""', "--sarif is empty"],
  ])("fails for %s in JSON, and says it once for people", (_, command, message) => {
    const { status, stdout, stderr } = run(command);
    expect(status).toBe(1);
    expect(JSON.parse(stdout).error).toContain(message);
    expect(stderr.split(message)).toHaveLength(2);
  });

  test("ends well after its help, which is no JSON", () => {
    expect(run("RUN schema --help --json")).toMatchObject({ status: 0, stderr: "" });
  });

  test("fails in JSON where it was asked for JSON, and checks the values that it prints", () => {
    const { status, stdout } = run("RUN values devnet --json --set p2p.image=aztec:latest");
    expect(status).toBe(1);
    expect(JSON.parse(stdout).findings).toEqual([expect.objectContaining({ path: "p2p.image" })]);
  });
});
