import fc from "fast-check";
import type { Duration } from "../../../../constructs/kubernetes/duration";
import { type RaftTimingProps, raftSettings, raftTimingProblems } from "../../../../constructs/sequencer/raft/timing";

const messages = (props: RaftTimingProps) =>
  raftTimingProblems(200, props).map(({ path, message }) => `${path.join(".")}: ${message}`);

test("upstream's formulas, for a round trip above the floors", () => {
  expect(raftSettings(200, { rttMax: "150ms" })).toMatchObject({
    heartbeatTimeout: "600ms",
    electionTimeout: "2400ms",
    leaderLeaseTimeout: "300ms",
    sendTimeout: "450ms",
  });
});

test("in one region the floors decide", () => {
  expect(raftSettings(200, { rttMax: "1ms" })).toMatchObject({
    heartbeatTimeout: "160ms",
    electionTimeout: "160ms",
    leaderLeaseTimeout: "160ms",
    sendTimeout: "250ms",
  });
});

test("a heartbeat timeout that is set takes the lease and the election with it", () => {
  const set = (heartbeatTimeout: Duration) => {
    expect(raftTimingProblems(200, { settings: { heartbeatTimeout } })).toEqual([]);
    return raftSettings(200, { settings: { heartbeatTimeout } });
  };
  expect(set("100ms")).toMatchObject({
    heartbeatTimeout: "100ms",
    leaderLeaseTimeout: "100ms",
    electionTimeout: "160ms",
  });
  expect(set("1s")).toMatchObject({
    heartbeatTimeout: "1000ms",
    leaderLeaseTimeout: "500ms",
    electionTimeout: "1000ms",
  });
});

test("the log reaches back over the maintenance window, three entries a block, and a snapshot is due after a quarter of it", () => {
  expect(raftSettings(200, { maintenanceWindow: "3600000ms" })).toMatchObject({
    trailingLogs: 54_000,
    snapshotThreshold: 13_500,
  });
  expect(raftSettings(60_000, { maintenanceWindow: "60000ms" })).toMatchObject({
    trailingLogs: 200,
    snapshotThreshold: 500,
  });
});

test("what is derived is never refused", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 86_400_000 }),
      (rttMaxMs, maintenanceWindowMs) => {
        expect(
          raftTimingProblems(200, { rttMax: `${rttMaxMs}ms`, maintenanceWindow: `${maintenanceWindowMs}ms` }),
        ).toEqual([]);
      },
    ),
  );
});

test.each<[RaftTimingProps["settings"], string]>([
  [{ sendTimeout: "49ms" }, "settings.sendTimeout: 49 ms is below 50 ms, upstream's least"],
  [
    { leaderLeaseTimeout: "400ms" },
    "settings.leaderLeaseTimeout: 400 ms is above the heartbeat timeout of 160 ms; raft needs leader lease ≤ heartbeat ≤ election",
  ],
  [
    { heartbeatTimeout: "1000ms", electionTimeout: "900ms" },
    "settings.electionTimeout: 900 ms is below the heartbeat timeout of 1000 ms; raft needs leader lease ≤ heartbeat ≤ election",
  ],
  [{ heartbeatTimeout: "40ms" }, "settings.heartbeatTimeout: 40 ms is below 92 ms, upstream's least"],
  [{ snapCount: 0 }, "settings.snapCount: 0 keeps nothing to restart from"],
])("%j is refused", (settings, message) => {
  expect(messages({ settings })).toEqual([message]);
});

test("a heartbeat shorter than two round trips is refused", () => {
  expect(messages({ rttMax: "150ms", settings: { heartbeatTimeout: "299ms" } })).toContain(
    "settings.heartbeatTimeout: 299 ms is below 300 ms, two round trips of rttMax, 150 ms",
  );
});
