import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Document, documents, root } from "../docs/markdown";
import { even, shown, steps } from "../docs/steps";

/** Steps that are not taken here: they need a cluster. The install of the clone itself is there already. */
const ELSEWHERE = /^(npm ci$|kind |kubectl |terraform |npx rollup-network (deploy|check) )/;

const page = documents().find(({ file }) => file === "docs/getting-started.md") as Document;
const folder = realpathSync(mkdtempSync(join(tmpdir(), "getting-started-")));
let cwd = join(folder, "clone");
beforeAll(() => mkdirSync(cwd));
afterAll(() => rmSync(folder, { recursive: true }));

const todo = steps(page).filter(step => "file" in step || !ELSEWHERE.test(step.command));

test.each(todo.map(step => [step.place, "file" in step ? step.file : step.command, step] as const))(
  "%s  %s",
  (_, __, step) => {
    if ("file" in step) return writeFileSync(join(cwd, step.file), step.text);
    if (step.command.startsWith("cd ")) {
      cwd = resolve(cwd, step.command.slice(3));
      return;
    }
    const packs = /^npm (run -s build$|pack )/.test(step.command);
    const command = packs ? step.command.replace(/ \.\.$/, ` '${folder}'`) : step.command;
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: packs ? root : cwd, encoding: "utf8" });
    const refused = /nothing was written/.test(step.printed ?? "");
    expect({ status: status !== 0, stderr: refused || stderr }).toEqual({ status: refused, stderr: refused || stderr });
    const really = `${stdout}\n${stderr}`.split("\n").map(even);
    for (const text of shown(step.printed)) expect(really).toContain(even(text));
  },
  600_000,
);
