import { readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { toMermaid } from "../../report/mermaid";
import { blocks, documents } from "../docs/markdown";
import { drawn, reports } from "../report/reports";
import { chromiumProgram } from "./chromium";

const library = readFileSync(require.resolve("@mermaid-js/tiny"), "utf8");
const inDocuments = documents()
  .flatMap(blocks)
  .filter(({ language }) => language === "mermaid")
  .map(({ place, text }): [string, string] => [place, text]);
const ofEnvironments = [...reports()].map(([name, report]): [string, string] => [name, toMermaid(drawn(report))]);

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumProgram(), args: ["--no-sandbox"] });
  page = await browser.newPage();
  await page.setContent("<!doctype html><body>");
  await page.addScriptTag({ content: library });
});
afterAll(() => browser?.close());

/** What Mermaid draws: how many boxes and lines. */
function rendered(text: string): Promise<{ nodes: number; edges: number }> {
  const draw = `mermaid.render("picture", ${JSON.stringify(text)}).then(({ svg }) => {
    const count = selector => new DOMParser().parseFromString(svg, "text/html").querySelectorAll(selector).length;
    return {
      nodes: count("g.node, g.actor, rect.actor, g.statediagram-state"),
      edges: count("path.flowchart-link, .messageLine0, .messageLine1, path.transition"),
    };
  })`;
  return page.evaluate(draw) as Promise<{ nodes: number; edges: number }>;
}

test("the documents have pictures", () => expect(inDocuments.length).toBeGreaterThan(5));

test.each(inDocuments)("%s is drawn", async (_, text) => {
  const { nodes, edges } = await rendered(text);
  expect(nodes).toBeGreaterThan(1);
  expect(edges).toBeGreaterThan(0);
});

test.each(ofEnvironments)("the topology of %s is drawn, with every node and every connection", async (_, text) => {
  const count = (pattern: RegExp) => [...text.matchAll(pattern)].length;
  expect(await rendered(text)).toEqual({ nodes: count(/^ +n\d+\[/gm), edges: count(/^ +n\d+ [-=.]+>/gm) });
});
