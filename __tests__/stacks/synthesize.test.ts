import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../../stacks/app";
import { terraformOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { buildApp } from "./build-app";

const folder = mkdtempSync(join(tmpdir(), "synthesize-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is written to a folder, by file. */
function written(outdir: string): Record<string, string> {
  const files = readdirSync(outdir, { recursive: true, encoding: "utf8" }).filter(file => file.endsWith(".json"));
  return Object.fromEntries(files.sort().map(file => [file, readFileSync(join(outdir, file), "utf8")]));
}

test("environments written in turn are those that an app writes all at once, with every stack in the manifest", () => {
  const environments = loadEnvironments({ dir: "values" });
  const [atOnce, inTurn] = [join(folder, "at-once"), join(folder, "in-turn")];
  buildApp(environments, { outdir: atOnce }).app.synth();
  const { results } = synthesize(environments, ({ node }) => node.id, { outdir: inTurn });
  expect(results).toEqual(Object.keys(JSON.parse(readFileSync(join(inTurn, "manifest.json"), "utf8")).stacks).sort());
  expect(Object.keys(written(inTurn))).toHaveLength(7);
  expect(written(inTurn)).toEqual(written(atOnce));
});

test("an environment that was written is let go before the next one is made, with the tokens of its resources", () => {
  const environments = loadEnvironments({ dir: "values", names: ["devnet", "local"] });
  const { results: stacks } = synthesize(
    environments,
    stack => ({ stack, beside: stack.node.scope?.node.children.length }),
    {
      outdir: folder,
    },
  );
  expect(stacks.map(({ beside }) => beside)).toEqual([3, 3, 3, 1]);
  for (const { stack } of stacks.filter(({ stack }) => "bootstrapNodes" in stack)) {
    expect(() => terraformOf(stack)).toThrow(/unrecognized token/i);
  }
});
