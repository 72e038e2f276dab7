import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestsOf } from "../../manifests/stack";
import type { Report } from "../../report/html";
import { buildApp } from "../../stacks/app";
import { summaryOf } from "../../stacks/summary";
import { loadEnvironments } from "../../values/load";

/** A report of every environment, and of every example. */
export function reports(): Map<string, Report> {
  const outdir = mkdtempSync(join(tmpdir(), "reports-"));
  try {
    const environments = ["values", "examples/sequencer", "examples/spike"].flatMap(dir => loadEnvironments({ dir }));
    return new Map(
      environments.map(environment => {
        const { stacks } = buildApp([environment], { outdir: join(outdir, environment.name) });
        const reported = stacks.map(stack => ({ summary: summaryOf(stack), manifests: manifestsOf(stack) }));
        return [
          environment.name,
          { environment: environment.name, facts: [["Cluster", "test"]], stacks: reported, findings: [] },
        ];
      }),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** A report whose stacks have one NetworkPolicy less. */
export function withoutPolicy(report: Report, name: string): Report {
  const stacks = report.stacks.map(({ summary, manifests }) => {
    const objects = manifests.objects.filter(({ kind, metadata }) => kind !== "NetworkPolicy" || metadata.name !== name);
    return { summary, manifests: { ...manifests, objects } };
  });
  return { ...report, stacks };
}
