/**
 * The sources name cdktf. Here are the names of the same things for cdktn, in any text of ours: code, declarations,
 * documents, package.json. What the fork itself still calls cdktf stays: `cdktf.json`, `cdktf.out`, `CDKTF_HOME`.
 */
import { readFileSync } from "node:fs";

export const line = JSON.parse(readFileSync(new URL("cdktn.json", import.meta.url), "utf8"));

const NAMES = [
  [/@cdktf\/provider-/g, "@cdktn/provider-"],
  // Not the labels and annotations of ours: they are names in clusters, and a change restarts pods.
  [/(?<!managed-by"?: ?"?)\bcdktf-rollup-network\b(?!\\?\/(?!testing\b))/g, "cdktn-rollup-network"],
  [/(?<![@~\w./-])cdktf(?=-cli\b)/g, "cdktn"],
  [/(?<![@~\w./-])cdktf(?![\w-]|\\?\.(?:json|out)\b)/g, "cdktn"],
  [/\bcdktf(?=_\d)/g, "cdktn"], // a variable of tsc's
  [/\bCDK for Terraform\b/g, "CDK Terrain"],
  [/\bCDKTF\b(?!_)/g, "CDKTN"],
];

/** A line that names both is about both, and stays. */
export function renamed(text) {
  return text
    .split("\n")
    .map(each =>
      /cdktn|CDK Terrain/.test(each) ? each : NAMES.reduce((all, [from, to]) => all.replace(from, to), each),
    )
    .join("\n");
}

/** The text of a file of ours. One page is about both. */
export function renamedFile(path, text) {
  if (/(^|\/)docs\/cdktn\.md$/.test(path)) return text;
  if (/(^|\/)package\.json$/.test(path)) return `${JSON.stringify(renamedManifest(JSON.parse(text)), null, 2)}\n`;
  return renamed(text);
}

/** What a package.json of ours, or of an example, says for cdktn. */
export function renamedManifest(manifest) {
  const versions = { ...line.devDependencies, ...line.peerDependencies };
  const dependencies = (all, own) =>
    all &&
    Object.fromEntries(
      Object.entries(all).map(([name, range]) => [renamed(name), own[renamed(name)] ?? renamed(range)]),
    );
  const { peerDependencies, devDependencies } = manifest;
  const ours = manifest.name === "cdktf-rollup-network";
  return {
    ...JSON.parse(renamed(JSON.stringify(manifest, null, 2))),
    ...(ours && { config: line.config, ...(manifest.engines && { engines: line.engines }) }),
    dependencies: dependencies(manifest.dependencies, versions),
    peerDependencies: dependencies(peerDependencies, line.peerDependencies),
    devDependencies: dependencies(devDependencies, line.devDependencies),
  };
}
