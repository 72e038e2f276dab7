import fc from "fast-check";
import { type RaftTimingProps, raftSettings, raftTimingProblems } from "../../../../constructs/sequencer/raft/timing";

const messages = (props: RaftTimingProps) =>
  raftTimingProblems(200, props).map(({ path, message }) => `${path.join(".")}: ${message}`);

test("upstream's formulas, for a round trip above the floors", () => {
  expect(raftSettings(200, { rttMaxMs: 150 })).toMatchObject({
    heartbeatTimeoutMs: 600,
    electionTimeoutMs: 2400,
    leaderLeaseTimeoutMs: 300,
    sendTimeoutMs: 450,
  });
});

test("in one region the floors decide", () => {
  expect(raftSettings(200, { rttMaxMs: 1 })).toMatchObject({
    heartbeatTimeoutMs: 160,
    electionTimeoutMs: 160,
    leaderLeaseTimeoutMs: 160,
    sendTimeoutMs: 250,
  });
});

test("a heartbeat timeout that is set takes the lease and the election with it", () => {
  const set = (heartbeatTimeoutMs: number) => {
    expect(raftTimingProblems(200, { raft: { heartbeatTimeoutMs } })).toEqual([]);
    return raftSettings(200, { raft: { heartbeatTimeoutMs } });
  };
  expect(set(100)).toMatchObject({ heartbeatTimeoutMs: 100, leaderLeaseTimeoutMs: 100, electionTimeoutMs: 160 });
  expect(set(1000)).toMatchObject({ heartbeatTimeoutMs: 1000, leaderLeaseTimeoutMs: 500, electionTimeoutMs: 1000 });
});

test("the log reaches back over the maintenance window, three entries a block, and a snapshot is due after a quarter of it", () => {
  expect(raftSettings(200, { maintenanceWindowMs: 3_600_000 })).toMatchObject({
    trailingLogs: 54_000,
    snapshotThreshold: 13_500,
  });
  expect(raftSettings(60_000, { maintenanceWindowMs: 60_000 })).toMatchObject({
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
        expect(raftTimingProblems(200, { rttMaxMs, maintenanceWindowMs })).toEqual([]);
      },
    ),
  );
});

test.each([
  [{ sendTimeoutMs: 49 }, "raft.sendTimeoutMs: 49 ms is below 50 ms, upstream's least"],
  [
    { leaderLeaseTimeoutMs: 400 },
    "raft.leaderLeaseTimeoutMs: 400 ms is above the heartbeat timeout of 160 ms; raft needs leader lease ≤ heartbeat ≤ election",
  ],
  [
    { heartbeatTimeoutMs: 1000, electionTimeoutMs: 900 },
    "raft.electionTimeoutMs: 900 ms is below the heartbeat timeout of 1000 ms; raft needs leader lease ≤ heartbeat ≤ election",
  ],
  [{ heartbeatTimeoutMs: 40 }, "raft.heartbeatTimeoutMs: 40 ms is below 92 ms, upstream's least"],
  [{ snapCount: 0 }, "raft.snapCount: 0 keeps nothing to restart from"],
])("%j is refused", (raft, message) => {
  expect(messages({ raft })).toEqual([message]);
});

test("a heartbeat shorter than two round trips is refused", () => {
  expect(messages({ rttMaxMs: 150, raft: { heartbeatTimeoutMs: 299 } })).toContain(
    "raft.heartbeatTimeoutMs: 299 ms is below 300 ms, two round trips of rttMax, 150 ms",
  );
});
