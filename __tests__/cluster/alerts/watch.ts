import { until } from "../driver/kubectl";
import { FAULTS, type Fault } from "./faults";
import type { Monitoring, Sample } from "./monitoring";

/** An alert that was seen firing. */
export interface Firing {
  readonly alert: string;
  readonly fault: Fault;
  /** From the fault on, in seconds. */
  readonly after: number;
  readonly shortened: boolean;
}

/** An alert of a namespace. */
export interface Fired {
  readonly namespace: string;
  readonly alert: string;
}

/** Does the harm; what it returns mends it. */
export type Harm = () => Promise<() => Promise<unknown>>;

/** The longest window of a shortened rule is three minutes. */
const QUIET_SECONDS = 200;

const keyOf = ({ metric }: Sample) => JSON.stringify(metric);
const nameOf = ({ metric: { alertname, severity } }: Sample) => `${alertname} ${severity}`;

/** Does faults and notes which alerts they set off. */
export class Watch {
  readonly firings: Firing[] = [];
  /** Why alerts of a fault were not seen. */
  readonly failures = new Map<Fault, string>();

  constructor(private readonly monitoring: Monitoring) {}

  /** Until all its alerts have fired; a fault that fails is noted, and the next ones go on. */
  async fault(fault: Fault, namespace: string, harm: Harm, seconds = 240): Promise<void> {
    const awaited = new Set<string>(FAULTS[fault]);
    let mend: (() => Promise<unknown>) | undefined;
    try {
      await until(
        `${fault}: what it is to set off does not fire before`,
        QUIET_SECONDS,
        async () => !(await this.firing(namespace)).some(one => one.metric.times && awaited.has(nameOf(one))),
        2,
      );
      // What a fault before it set off, and still fires, is not this one's.
      const earlier = new Set((await this.firing(namespace)).map(keyOf));
      const began = Date.now();
      mend = await harm();
      await until(
        fault,
        seconds,
        async () => {
          for (const sample of await this.firing(namespace)) {
            if (earlier.has(keyOf(sample)) || !awaited.delete(nameOf(sample))) continue;
            const after = Math.round((Date.now() - began) / 1000);
            const one = { alert: nameOf(sample), fault, after, shortened: sample.metric.times === "shortened" };
            this.firings.push(one);
            process.stderr.write(`  ${one.alert}: ${after} s after: ${fault}\n`);
          }
          if (awaited.size > 0) throw new Error(`not firing: ${[...awaited].join(", ")}`);
          return true;
        },
        2,
      );
    } catch (error) {
      this.failures.set(fault, String(error));
      process.stderr.write(`  ${error}\n`);
    } finally {
      await mend?.().catch(error => this.failures.set(fault, String(error)));
    }
  }

  /** What fires at this moment; of an alert in both forms, the one with its times as they are first. */
  private async firing(namespace: string): Promise<Sample[]> {
    const samples = await this.monitoring.query(`ALERTS{alertstate="firing",namespace="${namespace}"}`);
    return [...samples].sort((a, b) => (a.metric.times ?? "").localeCompare(b.metric.times ?? ""));
  }

  /** What fired in the last so many seconds, in these namespaces, of rules with their times as they are. */
  async firedWithin(seconds: number, namespaces: readonly string[]): Promise<Fired[]> {
    const those = `ALERTS{alertstate="firing",times="",namespace=~"${namespaces.join("|")}"}`;
    const samples = await this.monitoring.query(`count_over_time(${those}[${Math.ceil(seconds)}s])`);
    return samples.map(sample => ({ namespace: sample.metric.namespace ?? "", alert: nameOf(sample) }));
  }
}
