import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toManifests } from "../../../manifests";
import { isObject } from "../../../manifests/json";
import { terraformOf } from "../../../testing";
import { DEFAULT_CHARTS, defaultImages, imagesInValues } from "../../../tools/defaults/images";
import { loadEnvironments } from "../../../values/load/load";
import { buildApp } from "../../stacks/build-app";

const outdir = mkdtempSync(join(tmpdir(), "defaults-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const FOLDERS = [
  "values",
  "examples/sequencer",
  "examples/sequencer/single-to-ha/before",
  "examples/sequencer/single-to-ha/after",
  "examples/spike",
];
const manifests = FOLDERS.flatMap(dir => buildApp(loadEnvironments({ dir }), { outdir }).stacks).map(stack =>
  toManifests(terraformOf(stack) as never),
);
const known = [...defaultImages(), ...imagesInValues("values", "examples")];

test("every image that an environment or example deploys is in the list of the command", () => {
  const rendered = new Set(manifests.flatMap(({ objects }) => imagesOf(objects)));
  expect(rendered.size).toBeGreaterThan(5);
  // Placeholders are not to be asked for.
  const real = [...rendered].filter(image => !image.startsWith("registry.example.org/"));
  expect(real.filter(image => !known.includes(image))).toEqual([]);
});

test("and so is every chart, with the images whose tags it is given", () => {
  const releases = manifests.flatMap(each => each.releases).filter(({ repository }) => repository !== undefined);
  const charts = releases.map(({ repository, chart, version }) => ({ repository, name: chart, version }));
  expect(DEFAULT_CHARTS).toEqual(expect.arrayContaining(charts));
  const tagged = releases.flatMap(({ values }) =>
    Object.entries(values as Record<string, { image?: { tag?: string } }>).flatMap(([part, { image }]) =>
      image?.tag ? [`ghcr.io/spiffe/${part}:${image.tag}`] : [],
    ),
  );
  expect(new Set(tagged).size).toBe(3);
  expect(known).toEqual(expect.arrayContaining(tagged));
});

function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "image" && typeof each === "string" ? [each] : imagesOf(each),
  );
}
