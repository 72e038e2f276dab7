import type { Line, Monitoring, Sample } from "../cluster/alerts/monitoring";
import type { OpStackFaultName } from "../cluster/alerts/op-stack-faults";
import { OpStackWatch } from "../cluster/alerts/op-stack-watch";

const HUNG = "a follower's op-conductor hung (SIGSTOP)";
/** What fires at this moment, as a stand-in for Prometheus says it. */
let firing: Sample[] = [];
let lines: Line[] = [];
const prometheus = { query: async () => firing, range: async () => lines } as unknown as Monitoring;

const labels = (alertname: string, severity: string, pod?: string) => ({
  ...{ alertname: `Sequencer${alertname}`, severity, alertstate: "firing" },
  ...(pod && { pod }),
});
const sample = (...of: Parameters<typeof labels>): Sample => ({ metric: labels(...of), value: [0, "1"] });
const line = (times: readonly number[], ...of: Parameters<typeof labels>): Line => ({
  metric: labels(...of),
  values: times.map(time => [time, "1"] as const),
});

/** A watch of one fault, in which this fires until it is mended, and some goes on; and when it began. */
async function watched(fires: readonly Sample[], { fault = HUNG as OpStackFaultName, goesOn = [] as Sample[] } = {}) {
  firing = [];
  const watch = new OpStackWatch(prometheus, "ns");
  const began = Date.now() / 1000;
  await watch.fault(fault, async () => {
    firing = [...fires, ...goesOn];
    return {
      pod: "seq-1",
      mend: async () => {
        firing = goesOn;
      },
    };
  });
  return { watch, began };
}

test("a fault's alert fires, and is silent once it is mended", async () => {
  const { watch } = await watched([sample("ConductorDown", "warning", "seq-1")]);
  expect(watch.failures.get(HUNG)).toBeUndefined();
  expect(watch.fired.get(HUNG)).toEqual([
    { alert: "SequencerConductorDown warning", after: 0, shortened: false, silentAfter: 0 },
  ]);
});

test("another alert, one that names another member and one that fires afterwards are not explained", async () => {
  const { watch, began } = await watched([sample("ConductorDown", "warning", "seq-1")]);
  const [during, afterwards] = [began + 0.1, began + 60];
  lines = [
    line([during], "ConductorDown", "warning", "seq-1"),
    line([during], "ConductorDown", "warning", "seq-2"),
    line([during], "NoBlocks", "critical"),
    line([during, afterwards], "ConductorDown", "warning", "seq-1"),
  ];
  expect(await watch.unexplained()).toEqual([
    `SequencerConductorDown warning seq-2: 1 times, first beside: ${HUNG}`,
    `SequencerNoBlocks critical : 1 times, first beside: ${HUNG}`,
    "SequencerConductorDown warning seq-1: 1 times, first beside: nothing",
  ]);
});

test("an alert that looks far back is not waited for, and explained after the fault", async () => {
  const fault = "a poisoned raft";
  const changes = ["LeaderChanges", "warning"] as const;
  const poisoned = [sample("LeaderCannotStart", "critical"), sample("UnhealthyLeaders", "warning")];
  const { watch, began } = await watched(poisoned, { fault, goesOn: [sample(...changes)] });
  expect(watch.failures.get(fault)).toBeUndefined();
  lines = [line([began + 600], ...changes), line([began - 1], ...changes)];
  expect(await watch.unexplained()).toEqual(["SequencerLeaderChanges warning : 1 times, first beside: nothing"]);
});

test("one that names another member does not count, and the fault is mended", async () => {
  jest.useFakeTimers();
  const going = watched([sample("ConductorDown", "warning", "seq-2")]).finally(() => jest.useRealTimers());
  await jest.advanceTimersByTimeAsync(600_000);
  const { watch } = await going;
  expect(watch.failures.get(HUNG)).toContain("not firing: SequencerConductorDown warning");
  expect(firing).toEqual([]);
});
