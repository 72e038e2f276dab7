// Asks the registries whether every default image and chart, and every image of the examples, is published.
import { join } from "node:path";
import { plainTable } from "../../cli/table";
import { DEFAULT_CHARTS, defaultImages, imagesInValues } from "./images";
import { originOf } from "./registry";
import { verdictsOfCharts, verdictsOfImages } from "./verdicts";

async function main(): Promise<void> {
  const root = join(__dirname, "../..");
  const images = [...defaultImages(), ...imagesInValues(join(root, "values"), join(root, "examples"))];
  const verdicts = [...(await verdictsOfImages(images, originOf)), ...(await verdictsOfCharts(DEFAULT_CHARTS))];
  const rows = verdicts.map(({ name, state, detail }) => [name, state, detail]);
  console.log(plainTable(["image or chart", "state", ""], rows));
  const bad = verdicts.filter(({ state }) => state !== "published").length;
  console.log(
    bad > 0 ? `\n${bad} of ${verdicts.length} are missing or unknown` : `\nall ${verdicts.length} are published`,
  );
  if (bad > 0) process.exitCode = 1;
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
