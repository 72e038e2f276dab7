import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containersOf } from "../../manifests/read/pod";
import { workloadsIn } from "../../manifests/read/workload";
import { manifestsOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { buildApp } from "./build-app";

const outdir = mkdtempSync(join(tmpdir(), "digests-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const DIGEST = `sha256:${"0".repeat(64)}`;
/** A place in the values, and what is wrong with the image there. */
const REFUSED =
  / {2}([\w.[\]-]+)\n\s+(?:image "([^"]+)"|the image of [\w ]+) is named by tag, but digests are required/g;

interface Case {
  readonly dir: string;
  readonly name: string;
  readonly set?: readonly string[];
}

const cases: Case[] = [
  ...["values", "examples/sequencer", "examples/spike"].flatMap(dir =>
    loadEnvironments({ dir }).map(({ name }) => ({ dir, name })),
  ),
  { dir: "examples/spike", name: "spike", set: ["spike.backendStore=memory", "spike.bootstrap=false"] },
];

/** Builds with what is refused replaced by a digest, until nothing is. */
function build({ dir, name, set = [] }: Case, digests: readonly string[] = []) {
  const environments = loadEnvironments({ dir, names: [name], set: ["requireDigests=true", ...set, ...digests] });
  try {
    return { digests, stacks: buildApp(environments, { outdir }).stacks };
  } catch (error) {
    const more = [...(error as Error).message.matchAll(REFUSED)].map(([, place, image = "named"]) =>
      place?.includes(".digests.") ? `${place}=${DIGEST}` : `${place}=${image}@${DIGEST}`,
    );
    if (more.length === 0 || digests.length > 50) throw error;
    return build({ dir, name, set }, [...digests, ...more]);
  }
}

test.each(cases)("$dir $name $set: with requireDigests every image of every workload has one", each => {
  const { digests, stacks } = build(each);
  expect(digests.length).toBeGreaterThan(0);
  const images = stacks.flatMap(stack =>
    workloadsIn(manifestsOf(stack).objects).flatMap(({ name, pod }) =>
      containersOf(pod).map(({ name: container, image }) => `${name} ${container}: ${image}`),
    ),
  );
  expect(images.filter(image => !image.endsWith(`@${DIGEST}`))).toEqual([]);
});
