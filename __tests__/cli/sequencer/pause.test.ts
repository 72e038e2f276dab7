import { setTimeout as sleep } from "node:timers/promises";
import {
  calls,
  changeObjects,
  environment,
  healthy,
  lease,
  removeStub,
  run,
  setCluster,
  startStub,
} from "../kubernetes/stub-cluster";

jest.setTimeout(30_000); // each look at the cluster takes a third of a second

beforeAll(async () => {
  await startStub();
  environment("lease", "lease");
});
afterAll(removeStub);

const PAUSED = { "rollup-network/paused": "true" };

/** How far the command's clock is ahead. */
let aheadMs = 0;
let ended = false;

/** Starts a command on a Lease, which becomes another one by its patch. */
function start(command: "pause" | "resume", before: object, after: object): ReturnType<typeof run> {
  const cluster = healthy("lease");
  cluster.objects["lease/seq"] = before;
  setCluster(cluster, { objects: { "lease/seq": after } });
  [aheadMs, ended] = [0, false];
  const now = performance.now.bind(performance);
  jest.spyOn(performance, "now").mockImplementation(() => now() + aheadMs);
  return run("sequencer", command, "lease", "--yes").finally(() => {
    ended = true;
  });
}

/** How often the command has looked at the Lease since its patch. */
function looks(): number {
  const all = calls();
  const patch = all.findIndex(({ args }) => args.includes("patch"));
  return patch < 0 ? 0 : all.slice(patch).filter(({ args }) => args.includes("lease/seq")).length;
}

/** Resolves when the command has seen the Lease and the time as they are now, and looks again. */
async function goesOnWaiting(): Promise<void> {
  for (const enough = looks() + 2; looks() < enough; await sleep(20)) {
    if (ended) throw new Error("the command does not wait any more");
  }
}

const become = (object: object) => changeObjects({ "lease/seq": object });

/** Held by the first member, renewed just now. */
function held(seconds: number, annotations: object = PAUSED): object {
  const object = lease("seq-0", 4, annotations);
  return { ...object, spec: { ...object.spec, leaseDurationSeconds: seconds } };
}

describe("pause", () => {
  test("waits until the holder gives the Lease back", async () => {
    const going = start("pause", held(3600, {}), held(3600));
    await goesOnWaiting();
    become(lease("", 4, PAUSED));
    expect(await going).toMatchObject({ code: 0, stdout: "paused: no member holds the Lease\n" });
  });

  test("waits while the holder renews the Lease, and as long as it lasts after that", async () => {
    const going = start("pause", held(15, {}), held(15));
    await goesOnWaiting();
    for (aheadMs of [10_000, 20_000]) {
      become(held(15));
      await goesOnWaiting();
    }
    aheadMs = 30_000;
    await goesOnWaiting();
    aheadMs = 40_000;
    const stdout = "paused: the Lease of seq-0 has run out, it did not give it back\n";
    expect(await going).toMatchObject({ code: 0, stdout });
  });

  test("fails when somebody resumes the Lease meanwhile", async () => {
    const going = start("pause", held(3600, {}), held(3600));
    await goesOnWaiting();
    become(held(3600, {}));
    const stderr = expect.stringContaining("Lease seq is not paused any more → look at sequencer status");
    expect(await going).toMatchObject({ code: 1, stdout: "", stderr });
  });

  test("fails when the holder keeps the Lease for a minute", async () => {
    const going = start("pause", held(3600, {}), held(3600));
    await goesOnWaiting();
    aheadMs = 40_000;
    await goesOnWaiting();
    aheadMs = 60_000;
    const stderr = expect.stringContaining("the Lease is still held after 60 s → look at the agent's log of seq-0");
    expect(await going).toMatchObject({ code: 1, stdout: "", stderr });
  });
});

describe("resume", () => {
  test("waits until a member has taken the Lease since", async () => {
    const going = start("resume", lease("", 4, PAUSED), lease("", 4));
    await goesOnWaiting();
    for (const [holder, token] of [
      ["another-0", 5],
      ["seq-1", 4],
    ] as const) {
      become(lease(holder, token));
      await goesOnWaiting();
    }
    become(lease("seq-1", 5));
    expect(await going).toMatchObject({ code: 0, stdout: "resumed: seq-1 holds the Lease, token 5\n" });
  });

  test("fails when no member takes the Lease within a minute", async () => {
    const going = start("resume", lease("", 4, PAUSED), lease("", 4));
    await goesOnWaiting();
    aheadMs = 40_000;
    await goesOnWaiting();
    aheadMs = 60_000;
    const stderr = expect.stringContaining("no member took the Lease within 60 s → look at sequencer status lease");
    expect(await going).toMatchObject({ code: 1, stdout: "", stderr });
  });
});
