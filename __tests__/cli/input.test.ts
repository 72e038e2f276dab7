import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
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

test("fails for a link to itself, and says in which line a text stops to be one", () => {
  const [loop, latin] = [join(dir, "loop"), join(dir, "latin")];
  symlinkSync("loop", loop);
  writeFileSync(latin, "a\ncaf\u00e9\n", "latin1");
  expect(() => readGiven(loop, "--ca")).toThrow("cannot be read (ELOOP) → name a regular file: its link leads back");
  expect(() => readGiven(latin, "--ca")).toThrow(`${latin} is not UTF-8 from line 2 on → save it as UTF-8`);
});

test("does not wait for a file that became a pipe after it was looked at", () => {
  const pipe = join(dir, "late");
  execFileSync("mkfifo", [pipe]);
  const program = `
    require("node:fs").statSync = () => ({ isFile: () => true, size: 1 });
    console.log(require("./values/load/text-file").readText(process.argv[1]).length);`;
  const words = ["-r", "./tools/ts.cjs", "-e", program, pipe];
  expect(spawnSync(process.execPath, words, { encoding: "utf8", timeout: 20_000 }).stdout).toBe("0\n");
});
