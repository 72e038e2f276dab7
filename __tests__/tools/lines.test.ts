import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const program = join(__dirname, "..", "..", "tools", "lines.mjs");
const long = "word ".repeat(25);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lines-"));
  spawnSync("git", ["init", "-q"], { cwd: folder });
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(files: Readonly<Record<string, string>>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const { status, stderr } = spawnSync(process.execPath, [program], { cwd: folder, encoding: "utf8" });
  return { status, told: stderr.trim().split("\n") };
}

test("lists the lines that are too long, by file", () => {
  expect(check({ "a.ts": `${long}\nshort\n${long}\n`, "docs/b.md": `\n- ${long}\n` })).toEqual({
    status: 1,
    told: ["a.ts  2: 1, 3", "docs/b.md  1: 2", "3 lines in 2 files have more than 120 characters: break them"],
  });
});

test.each([
  ["a line of 120 characters, not bytes", { "a.ts": "é".repeat(120) }],
  ["a line with a URL", { "a.sh": `# https://example.org/ ${long}` }],
  ["a word that nobody can break", { "a.ts": `"enr:${"x".repeat(130)}"` }],
  ["a row of a table", { "a.md": `| ${long} |` }],
  ["what a program printed", { "a.md": `\`\`\`text\n${long}\n\`\`\`\n` }],
  ["a lock file", { "bench/package-lock.json": long }],
  ["a record of a run", { "docs/evidence/a.md": long }],
  ["a file that git ignores", { ".gitignore": "dist/", "dist/a.js": long }],
  ["a file that is not text", { "a.bin": `\0${long}` }],
])("passes %s", (_, files) => {
  expect(check(files as Readonly<Record<string, string>>)).toEqual({ status: 0, told: [""] });
});

test.each([
  ["a row of what only looks like a table", { "a.ts": `| ${long} |` }],
  ["a command in a document", { "a.md": `\`\`\`sh\n${long}\n\`\`\`\n` }],
  ["a line after what a program printed", { "a.md": `\`\`\`text\n\`\`\`\n${long}\n` }],
])("fails for %s", (_, files) => {
  expect(check(files as Readonly<Record<string, string>>).status).toBe(1);
});
