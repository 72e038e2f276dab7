/**
 * What is in the npm package, as a CycloneDX document: `npm run -s sbom -- FILE`.
 *
 * npm lists every installed package. Kept are the dependencies, and of the development dependencies those whose code
 * is in `bundles/`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const [file] = process.argv.slice(2);
if (!file) throw new Error("no file to write → npm run -s sbom -- sbom.cdx.json");

const legal = readdirSync("bundles").filter(name => name.endsWith(".LEGAL.txt"));
const bundled = new Set(
  legal.flatMap(name =>
    [...readFileSync(`bundles/${name}`, "utf8").matchAll(/^-{80}\n(\S+) (\S+) \(/gm)].map(
      ([, name, version]) => `${name}@${version}`,
    ),
  ),
);
if (bundled.size === 0) throw new Error("bundles/ names no packages → npm run -s prepare");

const sbom = JSON.parse(
  execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], { encoding: "utf8", maxBuffer: 1e8 }),
);
const isDevelopment = ({ properties = [] }) => properties.some(({ name }) => name === "cdx:npm:package:development");
const nameOf = ({ name, version }) => `${name}@${version}`;
sbom.metadata.component.name = JSON.parse(readFileSync("package.json", "utf8")).name; // npm takes the folder's
sbom.components = sbom.components.filter(component => !isDevelopment(component) || bundled.has(nameOf(component)));

const missing = [...bundled].filter(name => !sbom.components.some(component => nameOf(component) === name));
if (missing.length > 0) throw new Error(`bundles/ has ${missing.join(", ")}, which npm does not list → npm ci`);

const kept = new Set([sbom.metadata.component, ...sbom.components].map(component => component["bom-ref"]));
sbom.dependencies = sbom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(name => kept.has(name)) }));
writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`${file}: ${sbom.components.length} packages, ${bundled.size} of them in bundles/`);
