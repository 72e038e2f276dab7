import { until } from "../driver/kubectl";
import type { Monitoring, Sample } from "./monitoring";
import { type OpStackFaultName, opStackFault } from "./op-stack-faults";

/** What was done. */
export interface Harmed {
  /** The member that was harmed: alerts that name one have to name it. @default - no member in particular */
  readonly pod?: string;
  /** The steps of the runbook. */
  readonly mend: () => Promise<unknown>;
}

/** An alert of a fault: seconds from the fault until it fired, and from the repair until it was silent. */
export interface Fired {
  readonly alert: string;
  readonly after: number;
  readonly shortened: boolean;
  silentAfter?: number;
}

/** While a fault, or what it has set off, is there; in seconds since 1970. */
interface Window {
  readonly fault: OpStackFaultName;
  readonly from: number;
  to: number;
  pod?: string;
}

type Labels = Sample["metric"];
const nameOf = ({ alertname, severity }: Labels) => `${alertname} ${severity}`;
/** Whether an alert is about the member that was harmed, if it names one and one was. */
const names = (metric: Labels, { pod }: Window) => !pod || !metric.pod || metric.pod === pod;
const seconds = () => Date.now() / 1000;
/** Conductors of members that have just started fail some checks. */
const STARTING = "SequencerMemberUnhealthy warning";
/** It counts leaders that were lost within ten minutes, and fires for more than there are members. */
const CHANGES = "SequencerLeaderChanges warning";
const QUIET_SECONDS = 240;
const STEP_SECONDS = 5;

/** Does faults to an OP Stack sequencer, and holds Prometheus to what it is to say of each. */
export class OpStackWatch {
  readonly fired = new Map<OpStackFaultName, Fired[]>();
  /** Why a fault did not go as it should. */
  readonly failures = new Map<OpStackFaultName, string>();
  /** Leaders that were lost before a rolling restart, which may take one away for each member. */
  lostBefore = 0;
  private readonly windows: Window[] = [];
  private readonly began = seconds();

  constructor(
    private readonly monitoring: Monitoring,
    private readonly namespace: string,
  ) {}

  /** Until all its alerts have fired, it is mended and they are silent. One that fails is noted, and others go on. */
  async fault(fault: OpStackFaultName, harm: () => Promise<Harmed>): Promise<void> {
    try {
      await this.run(fault, harm);
    } catch (error) {
      this.failures.set(fault, String(error));
      process.stderr.write(`  ${fault}: ${error}\n`);
    }
  }

  private async run(fault: OpStackFaultName, harm: () => Promise<Harmed>): Promise<void> {
    const { fires, explains } = opStackFault(fault);
    const quiet = [...fires, STARTING];
    await until(`${fault}: its alerts are silent before`, QUIET_SECONDS, async () =>
      (await this.alerts()).every(({ metric }) => !quiet.includes(nameOf(metric))),
    );
    const window: Window = { fault, from: seconds(), to: Number.POSITIVE_INFINITY };
    this.windows.push(window);
    const fired: Fired[] = [];
    this.fired.set(fault, fired);
    const { pod, mend } = await harm();
    if (pod) window.pod = pod;
    try {
      await until(fault, 420, () => this.allFired(fault, window, fired), 2);
    } finally {
      await mend();
    }
    const mended = seconds();
    await until(
      `${fault}: its alerts are silent after`,
      QUIET_SECONDS,
      async () => {
        const others = this.windows.filter(other => other !== window);
        const firing = (await this.firing()).filter(metric => !this.explained(metric, seconds(), others)).map(nameOf);
        for (const one of fired) if (!firing.includes(one.alert)) one.silentAfter ??= Math.round(seconds() - mended);
        const still = firing.filter(alert => [...fires, ...explains].includes(alert));
        if (still.length > 0) throw new Error(`firing: ${still.join(", ")}`);
        return true;
      },
      2,
    );
    window.to = seconds() + STEP_SECONDS;
  }

  private async allFired(fault: OpStackFaultName, window: Window, fired: Fired[]): Promise<true> {
    const { fires } = opStackFault(fault);
    for (const metric of await this.firing()) {
      const alert = nameOf(metric);
      if (!fires.includes(alert) || !names(metric, window) || fired.some(one => one.alert === alert)) continue;
      const after = Math.round(seconds() - window.from);
      fired.push({ alert, after, shortened: metric.times === "shortened" });
      process.stderr.write(`  ${alert} ${metric.pod ?? ""}: ${after} s after: ${fault}\n`);
    }
    const missing = fires.filter(alert => !fired.some(one => one.alert === alert));
    if (missing.length > 0) throw new Error(`not firing: ${missing.join(", ")}`);
    return true;
  }

  /** What fired since this watch began, as its rule is, at a moment when no fault explains it. */
  async unexplained(): Promise<string[]> {
    const those = `ALERTS{alertstate="firing",times="",namespace="${this.namespace}"}`;
    const lines = await this.monitoring.range(those, this.began, seconds(), STEP_SECONDS);
    return lines.flatMap(({ metric, values }) => {
      const times = values.map(([time]) => time).filter(time => !this.explained(metric, time, this.windows));
      const [first] = times;
      if (first === undefined) return [];
      const among = this.windows.filter(({ from, to }) => from <= first && first <= to).map(({ fault }) => fault);
      const beside = among.join(", ") || "nothing";
      return [`${nameOf(metric)} ${metric.pod ?? ""}: ${times.length} times, first beside: ${beside}`];
    });
  }

  private explained(metric: Labels, time: number, windows: readonly Window[]): boolean {
    return windows.some(window => {
      const { fires, explains, lasts } = opStackFault(window.fault);
      if (time < window.from || !names(metric, window)) return false;
      const changes = window.fault === "a rolling restart" && this.lostBefore > 0 ? [CHANGES] : [];
      const expected = [...(time <= window.to ? [...fires, ...explains] : []), ...lasts, ...changes];
      return expected.includes(nameOf(metric));
    });
  }

  private async firing(): Promise<Labels[]> {
    const alerts = (await this.alerts()).map(({ metric }) => metric);
    // Of an alert in both forms, the one with its times as they are first.
    return alerts
      .filter(({ alertstate }) => alertstate === "firing")
      .sort((a, b) => (a.times ?? "").localeCompare(b.times ?? ""));
  }

  private alerts(): Promise<Sample[]> {
    return this.monitoring.query(`ALERTS{namespace="${this.namespace}"}`);
  }
}
