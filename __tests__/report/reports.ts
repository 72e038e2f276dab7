import { rendered } from "../../cli/manifests";
import type { Report } from "../../report/html";
import { type Topology, topologyOf } from "../../report/topology";
import { summaryOf } from "../../stacks/summary";
import { loadEnvironments } from "../../values/load/load";

/** A report of every environment, and of every example. */
export function reports(): Map<string, Report> {
  const environments = ["values", "examples/sequencer", "examples/spike"].flatMap(dir => loadEnvironments({ dir }));
  return new Map(
    rendered(environments, (all, { name }) => {
      const stacks = all.map(({ stack, manifests }) => ({ summary: summaryOf(stack), manifests }));
      return [name, { environment: name, facts: [["Cluster", "test"]], stacks, findings: [] }];
    }),
  );
}

export const drawn = ({ stacks }: Report): Topology => topologyOf(stacks.map(({ manifests }) => manifests));

/** A report whose stacks have one NetworkPolicy less. */
export function withoutPolicy(report: Report, name: string): Report {
  const stacks = report.stacks.map(({ summary, manifests }) => {
    const objects = manifests.objects.filter(
      ({ kind, metadata }) => kind !== "NetworkPolicy" || metadata.name !== name,
    );
    return { summary, manifests: { ...manifests, objects } };
  });
  return { ...report, stacks };
}
