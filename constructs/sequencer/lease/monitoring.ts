import type { Rule } from "../../kubernetes/monitoring/alert";
import type { EngineMonitoring } from "../monitoring/engine-monitoring";
import { graph } from "../monitoring/panels";
import type { Series } from "../monitoring/series";

/** What the monitoring of a pair has beside what all have. */
export const LEASE_MONITORING: EngineMonitoring = {
  down: {
    alert: "BothDown",
    summary: () => "neither member answers: there are no blocks",
    runbook: "lease-both-down#look",
  },
  leaders: ({ job }) => `sum(rollup_network_lease_is_leader{${job}})`,
  drops: ({ job }) => [`label_replace(${failures(job, 'reason="timeout"')}, "server", "the API server", "", "")`],
  rules,
  panels: ({ job }) => [
    graph("Lease: seconds left", "s", [[`rollup_network_lease_remaining_seconds{${job}}`, "{{pod}}"]]),
    graph("Lease: token and failed requests", "none", [
      [`max(rollup_network_lease_token{${job}})`, "token"],
      [
        `sum by (pod, reason) (rate(rollup_network_lease_renew_failures_total{${job}}[1m]))`,
        "{{pod}} {{reason}} a second",
      ],
    ]),
  ],
  ports: ["agent"],
};

/** Half of the requests and more: the longest `retry` makes twelve attempts in three minutes. */
const failures = (job: string, reason: string) =>
  `sum by (pod) (increase(rollup_network_lease_renew_failures_total{${job},${reason}}[3m])) > 6`;

function rules({ job }: Series): Rule[] {
  return [
    [
      "LeaseLost",
      "warning",
      "0s",
      `increase(rollup_network_lease_lost_while_active_total{${job}}[10m]) > 0`,
      "{{ $labels.pod }} lost the Lease while it made blocks",
      "lease-both-down#lease-lost",
    ],
    [
      "LeaseRenewalsFail",
      "warning",
      "30s",
      failures(job, 'reason!="conflict"'),
      "{{ $labels.pod }} does not reach the Lease: without a renewal it stops making blocks",
      "lease-both-down#renewals-fail",
    ],
    [
      "LeaseAgentDown",
      "warning",
      "1m",
      `up{${job},endpoint="agent"} == 0`,
      "the Lease agent of {{ $labels.pod }} does not answer: its node cannot lead",
      "lease-both-down#agent-down",
    ],
  ];
}
