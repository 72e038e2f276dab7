import { spawn, spawnSync } from "node:child_process";
import { ended } from "../../../cli/kubernetes/ended";

const sh = (script: string) => ended(spawn("sh", ["-c", script]));

test("what a program printed, and how it ended", async () => {
  expect(await sh("echo out; echo err >&2; exit 3")).toEqual({ how: 3, out: "out\n", err: "err\n" });
  expect(await sh("kill -9 $$")).toEqual({ how: "SIGKILL", out: "", err: "" });
});

test("keeps the end of a long complaint", async () => {
  const { err } = await sh("head -c 1000000 /dev/zero >&2; echo last >&2");
  expect([err.length, err.slice(-5)]).toEqual([2 ** 16, "last\n"]);
});

test("fails for a program that prints without an end, and ends it", async () => {
  const child = spawn("cat", ["/dev/zero"]);
  await expect(ended(child)).rejects.toThrow("printed more than 64 MiB");
  expect(child.killed).toBe(true);
});

test("a program that was abandoned keeps nobody, nor does what it started", () => {
  const program = `
    const { ended } = require("./cli/kubernetes/ended");
    const { spawn } = require("node:child_process");
    const child = spawn("sh", ["-c", "sleep 30; true"], { signal: AbortSignal.timeout(100) });
    ended(child).catch(error => console.log(error.name));`;
  const { stdout, signal } = spawnSync(process.execPath, ["-r", "./tools/ts.cjs", "-e", program], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect({ stdout, signal }).toEqual({ stdout: "AbortError\n", signal: null });
});
