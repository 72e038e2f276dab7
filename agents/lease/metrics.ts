/*! What Prometheus reads at /metrics. */
import type { Reason } from "./lease";

const HELP = {
  rollup_network_lease_is_leader: [
    "gauge",
    "1 while this pod's node is the sequencer and its deadline has not passed, else 0.",
  ],
  rollup_network_lease_token: ["gauge", "The fencing token of the Lease as last seen: raised at every acquisition."],
  rollup_network_lease_remaining_seconds: [
    "gauge",
    "Until the node is told to end unless the Lease is renewed; 0 when it is not held.",
  ],
  rollup_network_lease_last_renew_age_seconds: [
    "gauge",
    "Since the last successful renewal; absent when it is not held.",
  ],
  rollup_network_lease_transitions_total: ["counter", "Changes of the role, by the new one."],
  rollup_network_lease_renew_failures_total: ["counter", "Requests for the Lease that failed, by reason."],
  rollup_network_lease_lost_while_active_total: [
    "counter",
    "Times the Lease was lost while the node was the sequencer.",
  ],
} as const;

type Name = keyof typeof HELP;

export type RoleName = "standby" | "active" | "stopping";

export interface Gauges {
  readonly leader: boolean;
  readonly token: number;
  readonly remainingMs: number;
  readonly renewAgeMs?: number;
}

export class LeaseMetrics {
  private readonly transitions = new Map<RoleName, number>([
    ["active", 0],
    ["stopping", 0],
    ["standby", 0],
  ]);
  private readonly failures = new Map<Reason, number>(
    (["conflict", "timeout", "connection", "unauthorized", "throttled", "server"] as const).map(reason => [reason, 0]),
  );
  private lost = 0;

  constructor(private readonly pod: string) {}

  entered(role: RoleName): void {
    this.transitions.set(role, (this.transitions.get(role) ?? 0) + 1);
  }

  failed(reason: Reason): void {
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }

  lostWhileActive(): void {
    this.lost += 1;
  }

  render({ leader, token, remainingMs, renewAgeMs }: Gauges): string {
    return [
      this.family("rollup_network_lease_is_leader", [["", Number(leader)]]),
      this.family("rollup_network_lease_token", [["", token]]),
      this.family("rollup_network_lease_remaining_seconds", [["", remainingMs / 1000]]),
      renewAgeMs === undefined
        ? ""
        : this.family("rollup_network_lease_last_renew_age_seconds", [["", renewAgeMs / 1000]]),
      this.family("rollup_network_lease_transitions_total", labelled("to", this.transitions)),
      this.family("rollup_network_lease_renew_failures_total", labelled("reason", this.failures)),
      this.family("rollup_network_lease_lost_while_active_total", [["", this.lost]]),
    ].join("");
  }

  private family(name: Name, values: readonly (readonly [string, number])[]): string {
    const [type, help] = HELP[name];
    const lines = values.map(([label, value]) => `${name}{pod="${this.pod}"${label}} ${value}\n`);
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }
}

function labelled(label: string, values: ReadonlyMap<string, number>): [string, number][] {
  return [...values].map(([key, value]) => [`,${label}="${key}"`, value]);
}
