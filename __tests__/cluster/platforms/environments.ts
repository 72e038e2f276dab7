import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import type { KubernetesProps } from "../../../constructs";
import { CONTAINERS } from "../../../constructs/kubernetes/vocabulary/container-resources";
import type { KubernetesObject } from "../../../manifests/objects";
import { everyStack } from "../driver/every-stack";
import { chartObjects, manifestsFor, type Stack } from "../driver/stack";
import { CLASS } from "./admissions";

/** A name for what a platform's test makes. */
export const idOf = (platform: string) => platform.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
export const namespaceOf = (platform: string) => `platforms-${idOf(platform)}`;

/** Stacks that together have every workload of the package. */
const STACKS = everyStack.filter(({ name, section }) =>
  ["devnet p2p", "devnet spike", "lease sequencer", "op-stack sequencer", "proving p2p"].includes(`${name} ${section}`),
);

/** A platform's classes under the tests' own name, so that no other name of the cluster is taken. */
export const withClasses = (text: string): string =>
  text.replaceAll(/(runtimeClassName|priorityClassName): \S+/g, `$1: ${CLASS}`);

/** An environment without what a platform demands. */
export function lacking(text: string, path: string): string {
  const document = parseDocument(text);
  if (!document.deleteIn(path.split("."))) throw new Error(`there is no ${path} to take away:\n${text}`);
  return String(document);
}

/** The environment that a platform's section documents, in the test's namespaces. */
export function documented(platform: string, text: string): KubernetesObject[] {
  const dir = mkdtempSync(join(tmpdir(), "platforms-"));
  try {
    writeFileSync(join(dir, "it.yaml"), text);
    const sections = (["p2p", "spike"] as const).filter(section => section in parse(text));
    return sections.flatMap(section => objectsOf({ dir, name: "it", section }, platform));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Every workload of the package with the words of a platform. */
export function everyWorkload(platform: string, text: string): KubernetesObject[] {
  const { kubernetes } = parse(text) as { kubernetes: KubernetesProps };
  const { resources } = kubernetes;
  // A quota counts containers that the documented environment does not have.
  const others = resources && Object.fromEntries(CONTAINERS.map(name => [name, { limits: resources.node?.limits }]));
  const set = [`kubernetes=${JSON.stringify({ ...kubernetes, ...(others && { resources: others }) })}`];
  return STACKS.flatMap(stack => objectsOf(stack, platform, set));
}

function objectsOf(stack: Stack, platform: string, set: readonly string[] = []): KubernetesObject[] {
  const namespace = namespaceOf(platform);
  const sections = stack.section === "spike" ? [`spike.spire.namespace=${namespace}-spire`] : [];
  const manifests = manifestsFor(stack, [...set, `${stack.section}.namespace=${namespace}`, ...sections]);
  // Kinds of SPIRE are known where SPIRE is.
  const ofChart = chartObjects(manifests).filter(({ apiVersion }) => !apiVersion.startsWith("spire."));
  return [...manifests.objects, ...ofChart];
}
