import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGiven } from "../../cli/input";

const dir = mkdtempSync(join(tmpdir(), "input-"));
afterAll(() => rmSync(dir, { recursive: true }));

test("the text of a file, without a byte order mark", () => {
  const file = join(dir, "text");
  writeFileSync(file, "\ufeffa\n");
  expect(readGiven(file, "--plan")).toBe("a\n");
});

test("fails for what never ends, is too much, or is not there", () => {
  const [pipe, huge] = [join(dir, "pipe"), join(dir, "huge")];
  execFileSync("mkfifo", [pipe]);
  writeFileSync(huge, "");
  truncateSync(huge, 2 ** 31);
  expect(() => readGiven(pipe, "--ca")).toThrow(`${pipe} is a pipe, not a file → name a regular file`);
  expect(() => readGiven("/dev/zero", "--ca")).toThrow("/dev/zero is a device, not a file");
  expect(() => readGiven(dir, "--ca")).toThrow(`${dir} is a folder, not a file`);
  expect(() => readGiven(huge, "--ca")).toThrow(`${huge} has 2048 MiB; at most 16 MiB are read`);
  expect(() => readGiven(join(dir, "none"), "--ca")).toThrow("cannot be read (ENOENT) → name the right file with --ca");
});
