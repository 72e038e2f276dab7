import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "../../cli/write-whole";

let dir: string;
const at = (name: string) => join(dir, name);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "whole-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (...names: string[]) =>
  writeWhole(
    names.map(name => ({ file: at(name), text: "new" })),
    "file",
    "--out",
  );

test("writes new files, over old ones, and where a link leads", () => {
  writeFileSync(at("old"), "old", { mode: 0o600 });
  symlinkSync("old", at("link"));
  write("new", "link");
  expect(["new", "old"].map(name => readFileSync(at(name), "utf8"))).toEqual(["new", "new"]);
  expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
  expect(lstatSync(at("old")).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir).sort()).toEqual(["link", "new", "old"]);
});

test("gives a pipe its text, and replaces no pipe", () => {
  execFileSync("mkfifo", [at("pipe")]);
  const reader = `cat "${at("pipe")}" > "${at("read")}" & node -r ./tools/ts.cjs -e '
    require("./cli/write-whole").writeWhole([{ file: process.argv[1], text: "new" }], "file", "--out")' "$0"; wait`;
  expect(spawnSync("bash", ["-c", reader, at("pipe")], { encoding: "utf8", timeout: 25_000 }).stderr).toBe("");
  expect(readFileSync(at("read"), "utf8")).toBe("new");
  expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
});

test("fails for each target that cannot be written, and leaves all as it was", () => {
  writeFileSync(at("old"), "old");
  mkdirSync(at("folder"));
  symlinkSync("nowhere/at/all", at("dangling"));
  symlinkSync("loop", at("loop"));
  execFileSync("mkfifo", [at("pipe")]);
  const before = readdirSync(dir).sort();
  for (const [name, why] of [
    ["old/x", "ENOTDIR: not a directory"],
    ["none/x", "ENOENT: no such file or directory"],
    ["folder", "EISDIR: illegal operation on a directory"],
    ["dangling", "ENOENT: no such file or directory"],
    ["loop", /ELOOP: too many symbolic links encountered.*/],
    ["pipe", "ENXIO: no such device or address"],
    ["a".repeat(300), "ENAMETOOLONG: name too long"],
  ] as const) {
    const { source } = why instanceof RegExp ? why : { source: why };
    expect(() => write("old", name)).toThrow(
      new RegExp(`^cannot write ${at(name)}: ${source} → name a file that can be written with --out$`),
    );
  }
  expect(readFileSync(at("old"), "utf8")).toBe("old");
  expect(readdirSync(dir).sort()).toEqual(before);
});

describe("the command, where no file may be larger than 8 KiB", () => {
  const program = `node -r ${process.cwd()}/tools/ts.cjs ${process.cwd()}/cli/main.ts`;
  const run = (command: string) =>
    spawnSync("bash", ["-c", `trap "" XFSZ; ulimit -f 8; ${program} ${command}`], { cwd: dir, encoding: "utf8" });

  beforeEach(() => {
    mkdirSync(at("values"));
    writeFileSync(
      at("values/net.yaml"),
      `profile: dev
p2p:
  namespace: net
  chain: { l1ChainId: 1, network: devnet }
  image: aztec:4.1.2
  bootstrap: [{ name: boot }]
`,
    );
  });

  test.each([
    ["schema --out new", "new", "name a file that can be written with --out"],
    ["report net --out new/page.html", "new/page.html", "name a file that can be written with --out"],
    ["lint net --sarif new", "new", "name a file that can be written with --sarif"],
    ["manifests net --out new", "new/net-p2p.yaml", "name a folder that can be written with --out"],
    ["synth", "the Terraform configuration", "make it a folder that can be written and has room"],
  ])("fails in a line and leaves nothing half written: %s", (command, what, remedy) => {
    const { status, stdout, stderr } = run(command);
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: `cannot write ${what}: EFBIG: file too large, write → ${remedy}\n`,
    });
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => !entry.isDirectory());
    expect(files.map(({ name }) => name)).toEqual(["net.yaml"]);
    expect(existsSync(at("cdktf.out")) ? readdirSync(at("cdktf.out")) : ["stacks"]).toEqual(["stacks"]);
  });
});
