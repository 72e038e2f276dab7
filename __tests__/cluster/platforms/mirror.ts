import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackManifests } from "../../../manifests/objects";
import type { WorkloadSpec } from "../../../manifests/read/workload";
import { driver } from "../driver/driver";
import { hasPods } from "../driver/pod-of";
import { run } from "../driver/run";

const HERE = join(__dirname, "..");
/** Root folders by the last part of an image's name. */
const FOLDERS: Readonly<Record<string, string>> = {
  aztec: "standin",
  "ev-node-testapp": "images/evnode",
  haproxy: "images/haproxy",
  node: "images/node",
};

/** Puts every image of the stacks on the nodes, by its name in the mirror alone. */
export async function fillMirror(stacks: readonly StackManifests[]): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "mirror-"));
  try {
    await run([join(HERE, "p2p", "standin", "build.sh"), join(root, "standin")]);
    await run(["sh", join(HERE, "sequencer", "evnode", "build.sh"), join(root, "images")]);
    for (const image of new Set(stacks.flatMap(imagesOf))) {
      const folder = FOLDERS[/([^/:]+):[^/]+$/.exec(image)?.[1] ?? ""];
      if (!folder) throw new Error(`no image of the tests is for ${image}: add it to FOLDERS`);
      await driver.image(image, join(root, folder));
    }
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Images of all containers. */
export const imagesOf = ({ objects }: StackManifests): string[] =>
  objects.filter(hasPods).flatMap(({ spec }) => {
    const { initContainers = [], containers } = (spec as WorkloadSpec).template.spec;
    return [...initContainers, ...containers].map(({ image }) => image as string);
  });
