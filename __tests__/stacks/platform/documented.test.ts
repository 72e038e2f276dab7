import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestsOf } from "../../../testing";
import { loadEnvironments } from "../../../values/load/load";
import { buildApp } from "../build-app";
import { reviewed } from "../snapshots";
import { PLATFORMS, withoutPlatform } from "./documented";

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
