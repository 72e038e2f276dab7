import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesProps } from "../../../constructs";
import { type HelmRelease, type KubernetesObject, manifestsOf, warningsOf } from "../../../testing";
import { loadEnvironments } from "../../../values/load/load";
import { buildApp } from "../build-app";

/** Environments that together have every workload of the package, and every container in a pod of it. */
export const ENVIRONMENTS: Readonly<Record<string, { readonly dir: string; readonly set: readonly string[] }>> = {
  devnet: {
    dir: "values",
    set: [
      "p2p.nodes[0].joinUrls={ urls: [http://boot.other.svc:8080] }",
      "p2p.bootstrap[1]={ name: edge, announce: { address: { ips: [203.0.113.7] } } }",
      "p2p.crs={ claim: crs }",
      "p2p.monitoring.enabled=true",
      "runbookBase=https://runbooks.example.org",
    ],
  },
  proving: {
    dir: "examples/p2p",
    set: [
      "p2p.proverBrokers[0].env={ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: http://otel.otel.svc:4318 }",
      "p2p.proverAgents[1]={ name: scaled, broker: queue, autoscale: { maxReplicas: 3, prometheus: http://p.m.svc } }",
    ],
  },
  single: { dir: "examples/sequencer", set: ["sequencer.da.wait=10s"] },
  lease: { dir: "examples/sequencer", set: [] },
  "raft-5": { dir: "examples/sequencer", set: [] },
  "op-stack": {
    dir: "examples/sequencer",
    set: [
      "sequencer.genesis={ configMap: chain }",
      `sequencer.software.opStack.snapshot={ url: "https://files.example.com/a.tar", sha256: "${"5e".repeat(32)}" }`,
    ],
  },
  spike: { dir: "examples/spike", set: [] },
};

export const NAMES = Object.keys(ENVIRONMENTS);

/** Everything that the stacks of an environment make. */
export interface Built {
  readonly objects: readonly KubernetesObject[];
  /** Releases of charts that are not the package's own. */
  readonly charts: readonly HelmRelease[];
  readonly warnings: readonly string[];
}

/** An environment of the list, with what its platform asks and further settings. */
export function build(name: string, kubernetes: KubernetesProps = {}, ...set: readonly string[]): Built {
  const { dir, set: own } = ENVIRONMENTS[name] as (typeof ENVIRONMENTS)[string];
  const asked = Object.keys(kubernetes).length > 0 ? [`kubernetes=${JSON.stringify(kubernetes)}`] : [];
  const outdir = mkdtempSync(join(tmpdir(), "platform-"));
  try {
    const environments = loadEnvironments({ dir, names: [name], set: [...own, ...asked, ...set] });
    const { stacks } = buildApp(environments, { outdir });
    const manifests = stacks.map(stack => manifestsOf(stack));
    const releases = manifests.flatMap(each => each.releases);
    return {
      objects: [...manifests.flatMap(({ objects }) => objects), ...releases.flatMap(objectsIn)],
      charts: releases.filter(each => each.chart.startsWith("spire")),
      warnings: stacks.flatMap(stack => warningsOf(stack)),
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const objectsIn = ({ values }: HelmRelease) => (values as { objects?: KubernetesObject[] }).objects ?? [];

interface Template {
  readonly metadata?: { readonly labels?: object; readonly annotations?: object };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Whatever has a pod template, of whatever kind. */
export function workloadsOf({ objects }: Pick<Built, "objects">): { object: KubernetesObject; template: Template }[] {
  return objects.flatMap(object => {
    const { template } = (object.spec ?? {}) as { template?: Template };
    return template ? [{ object, template }] : [];
  });
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly startupProbe?: { readonly periodSeconds?: number; readonly failureThreshold?: number };
  readonly [field: string]: unknown;
}

/** The containers of a pod, with those that run before them. */
export function containersOf({ spec }: Template): Container[] {
  const { initContainers = [], containers = [] } = spec as { initContainers?: Container[]; containers?: Container[] };
  return [...initContainers, ...containers];
}
