import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { manifestsOf } from "../../../testing";
import { loadEnvironments } from "../../../values/load/load";
import { buildApp } from "../build-app";
import { reviewed } from "../snapshots";

/** The environments of docs/platforms.md, by their headings. */
const PLATFORMS = [
  ...readFileSync("docs/platforms.md", "utf8").matchAll(/^## (.+)\n(?:(?!^## )[\s\S])*?```yaml\n([\s\S]*?)```/gm),
].map(([, name = "", text = ""]) => [name, text] as const);

/** What the objects of an environment are, a line each. */
function lines(text: string): string[] {
  const dir = mkdtempSync(join(tmpdir(), "documented-"));
  try {
    writeFileSync(join(dir, "it.yaml"), text);
    const { stacks } = buildApp(loadEnvironments({ dir }), { outdir: join(dir, "out") });
    return stacks.flatMap(stack => reviewed(manifestsOf(stack)).split("\n"));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function withoutPlatform(text: string): string {
  const document = parseDocument(text);
  const { contents } = document;
  const levels = [contents, document.get("p2p"), document.getIn(["p2p", "nodes", 0])];
  for (const level of levels) if (isMap(level)) level.delete("kubernetes");
  return String(document);
}

test("there are platforms", () => {
  expect(PLATFORMS.map(([name]) => name)).toEqual([
    "EKS",
    "GKE",
    "AKS",
    "Rancher",
    "Air-gapped",
    "IPv6 first",
    "OpenShift",
    "Containers, volumes and CAs of your own",
  ]);
});

test.each(PLATFORMS)("what differs on %s", (_, text) => {
  const plain = new Set(lines(withoutPlatform(text)));
  expect([...new Set(lines(text).filter(line => !plain.has(line)))].join("\n")).toMatchSnapshot();
});
