import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { confirm } from "../../../cli/confirm";
import { age } from "../../../cli/sequencer/table";
import {
  type Cluster,
  calls,
  dir,
  environment,
  forwardTo,
  healthy,
  lease,
  led,
  type Mode,
  pod,
  removeStub,
  run,
  setCluster,
  start,
  startStub,
  writes,
} from "../kubernetes/stub-cluster";

afterAll(removeStub);

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  environment("lease", "lease");
  environment("single", "single");
  environment("op-single", "op-stack-single");
  environment("guarded", "lease", "protected: true\n");
  environment(
    "plugin",
    "lease",
    `cluster:\n  exec: { host: "https://api.example.com", caCertificateFile: ${dir}/ca.crt, command: get-token, ` +
      `args: [x], env: { PROFILE: ops } }\n`,
  );
  environment("elsewhere", "raft-3", "cluster: { kubeconfig: /nowhere/config, context: prod }\n");
});

/** A healthy cluster, changed, and what becomes of it after a write. */
function given(mode: Mode, change: (cluster: Cluster) => void = () => {}, after?: Cluster): void {
  const cluster = healthy(mode);
  change(cluster);
  setCluster(cluster, after);
}

const unready = (object: Cluster) => {
  object.status.conditions[0].status = "False";
};

describe("status", () => {
  test("shows a raft, and ends with 0", async () => {
    given("raft");
    const { code, stdout } = await run("sequencer", "status", "raft");
    expect(stdout).toContain("raft: raft/seq (raft) is healthy");
    const rows = stdout.split("\n").map(line => line.trim().split(/\s+/));
    expect(rows).toContainEqual(["seq-0", "yes", "node1", "leader", "120", "0", "1", "2d1h", "ago"]);
    expect(rows).toContainEqual(["seq-2", "yes", "node3", "follower", "110", "10", "1", "2d1h", "ago"]);
    expect(stdout).toContain(
      "leaders  1: seq-0\n  quorum   3 of 3 ready, 2 needed: 1 may be lost\n  proxies  2 of 2 ready",
    );
    expect(code).toBe(0);
    expect(writes()).toEqual([]);
  });

  test("asks by name alone: nothing has to be listed", async () => {
    given("raft");
    await run("sequencer", "status", "raft");
    const [get] = calls();
    expect(get?.args.slice(-8)).toEqual([
      ...[
        "--ignore-not-found",
        "statefulset/seq",
        "pod/seq-0",
        "pod/seq-1",
        "pod/seq-2",
        "deployment/seq-proxy",
        "-o",
        "json",
      ],
    ]);
  });

  test("shows a Lease pair as JSON", async () => {
    given("lease", ({ objects }) => {
      objects["lease/seq"].metadata.annotations = {
        "rollup-network/paused": "true",
        "rollup-network/paused-by": "bob",
      };
    });
    const { code, stdout } = await run("sequencer", "status", "lease", "--json");
    const status = JSON.parse(stdout);
    expect(status).toMatchObject({
      mode: "lease",
      healthy: true,
      leaders: ["seq-0"],
      proxies: { ready: 2, wanted: 2 },
    });
    expect(status.lease).toMatchObject({ holder: "seq-0", token: 4, paused: true, pausedBy: "bob" });
    expect(status.lease.ageSeconds).toBeLessThan(60);
    expect(status.members[1]).toMatchObject({ name: "seq-1", role: "standby", lag: 5 });
    expect(code).toBe(0);
  });

  test("shows a single sequencer, which has no proxy and no quorum", async () => {
    given("single");
    const { code, stdout } = await run("sequencer", "status", "single");
    expect(stdout).toContain("is healthy");
    expect(stdout).not.toMatch(/proxies|quorum|lease/);
    expect(code).toBe(0);
  });

  test.each([
    [200, "leader", 0],
    [503, "follower", 1],
  ])("asks the mesh of a single OP Stack sequencer whether it makes blocks: %i is a %s", async (http, role, ends) => {
    given("single", cluster => (cluster.http["seq-0"]["/leader"][0] = http));
    const { code, stdout } = await run("sequencer", "status", "op-single", "--json");
    const { members, healthy } = JSON.parse(stdout);
    expect({ code, healthy, members }).toMatchObject({
      code: ends,
      healthy: ends === 0,
      members: [{ role, height: 120 }],
    });
    const forwarded = calls().find(({ args }) => args.includes("port-forward"));
    expect(forwarded?.args.slice(-2)).toEqual([":7300", ":9546"]);
  });

  test.each<[string, (cluster: Cluster) => void, string, string, Mode?]>([
    [
      "no member leads",
      ({ http }) => (http["seq-0"]["/raft/node"][1] = '{"is_leader":false}'),
      "leaders  0",
      "no member leads",
    ],
    [
      "two lead",
      ({ http }) => (http["seq-1"]["/raft/node"][1] = '{"is_leader":true}'),
      "leaders  2: seq-0, seq-1",
      "seq-0 and seq-1 say that they lead",
    ],
    [
      "a member is not ready",
      ({ objects }) => unready(objects["pod/seq-1"]),
      "2 of 3 ready, 2 needed: none may be lost",
      "seq-1 is not ready",
    ],
    [
      "the quorum is lost",
      ({ objects }) => [1, 2].map(i => unready(objects[`pod/seq-${i}`])),
      "no quorum, no blocks",
      "seq-2 is not ready",
    ],
    ["a pod is not there", ({ objects }) => delete objects["pod/seq-2"], "seq-2    has no pod", "seq-2 has no pod"],
    [
      "a pod has no node",
      ({ objects }) => (objects["pod/seq-2"].status = { phase: "Pending" }),
      "seq-2    is Pending",
      "seq-2 is Pending",
    ],
    [
      "a member is ending",
      ({ objects }) => (objects["pod/seq-2"].metadata.deletionTimestamp = "2026-01-01T00:00:00Z"),
      "seq-2    is being deleted",
      "seq-2 is being deleted",
    ],
    [
      "a member is silent",
      ({ http }) => delete http["seq-2"],
      "seq-2    does not answer on port 26660 and 7331",
      "seq-2 does not answer on port 26660 and 7331",
    ],
    [
      "its RPC is not up",
      ({ http }) => delete http["seq-2"]["/raft/node"],
      "seq-2    does not answer on port 7331",
      "seq-2 does not answer on port 7331",
    ],
    [
      "an answer is odd",
      ({ http }) => (http["seq-2"]["/raft/node"][1] = "null"),
      "seq-2    does not answer on port 7331",
      "seq-2 does not answer on port 7331",
    ],
    [
      "a proxy is not ready",
      ({ objects }) => (objects["deployment/seq-proxy"].status.readyReplicas = 1),
      "proxies  1 of 2 ready",
      "1 of 2 proxies are ready",
    ],
    [
      "no proxy is wanted",
      ({ objects }) => Object.assign(objects["deployment/seq-proxy"], { spec: { replicas: 0 }, status: {} }),
      "proxies  0 of 0 ready",
      "0 of 0 proxies are ready",
    ],
    [
      "there is no Lease",
      ({ objects }) => delete objects["lease/seq"],
      "lease    does not exist, token 0, never renewed",
      "the Lease does not exist",
      "lease",
    ],
    [
      "no member holds the Lease",
      ({ objects }) => (objects["lease/seq"] = lease("", 4)),
      "lease    is held by no member, token 4, renewed",
      "the Lease is held by no member",
      "lease",
    ],
    [
      "another holds the Lease",
      ({ objects }) => (objects["lease/seq"] = lease("nobody-9", 4)),
      "lease    is held by nobody-9, which is no member, token 4, renewed",
      "the Lease is held by nobody-9, which is no member",
      "lease",
    ],
  ])("ends with 1 when %s", async (_, change, line, problem, mode: Mode = "raft") => {
    given(mode, change);
    const { stdout: json } = await run("sequencer", "status", mode, "--json");
    expect(JSON.parse(json).problems).toContain(problem);
    const { code, stdout } = await run("sequencer", "status", mode);
    expect(stdout).toContain(line);
    expect(stdout).toContain("is NOT healthy");
    expect(code).toBe(1);
  });

  test.each(["abc", "NaN", "1e999", "-5", "1.5", "1e16", "0x10", ""])("knows no height that is %j", async height => {
    given("raft", ({ http }) => {
      http["seq-2"]["/metrics"][1] = `evnode_sequencer_height{chain_id="test"} ${height}\n`;
    });
    const { stdout } = await run("sequencer", "status", "raft");
    const rows = stdout.split("\n").map(line => line.trim().split(/\s+/));
    expect(rows).toContainEqual(["seq-1", "yes", "node2", "follower", "115", "5", "1", "2d1h", "ago"]);
    expect(rows).toContainEqual(["seq-2", "yes", "node3", "follower", "–", "–", "1", "2d1h", "ago"]);
  });

  test("goes on when a pod cannot be reached, as on a lost node", async () => {
    const lost =
      "error: error upgrading connection: error dialing backend: dial tcp 10.0.0.2:10250: connect: no route to host";
    given("raft", cluster => {
      cluster.fail = { "port-forward": lost };
    });
    const { code, stdout } = await run("sequencer", "status", "raft");
    expect(stdout).toContain(
      "seq-2    cannot be reached: error upgrading connection: error dialing backend: dial tcp 10.0.0.2:10250",
    );
    expect(stdout).toContain("3 of 3 ready");
    expect(code).toBe(1);
  });

  test("goes on when kubectl forwards a pod from no port", async () => {
    given("raft");
    forwardTo("seq-2", 26660, 99999);
    const { code, stdout } = await run("sequencer", "status", "raft");
    expect(stdout).toContain("seq-2    does not answer through its node within 10 s");
    expect(code).toBe(1);
  });

  test.each([
    [0.25, "0.3s"],
    [42, "42s"],
    [3600, "1h"],
    [200, "3m20s"],
    [100_000, "1d3h"],
  ])("says %d seconds as %s", (seconds, text) => expect(age(seconds)).toBe(text));
});

describe("fails, with a remedy, when", () => {
  const forbidden =
    'Error from server (Forbidden): pods "seq-0" is forbidden: User "ann" cannot get resource "pods" in API group ' +
    '"" in the namespace "raft"';
  test.each<[string, Record<string, string>, string]>([
    ["a request is forbidden", { get: forbidden }, "ann may not get pods in namespace raft on the current context of"],
    [
      "a request is forbidden: the Role",
      { get: forbidden },
      "have them bound to the Role seq-status of namespace raft",
    ],
    [
      "a forward is forbidden",
      { "port-forward": forbidden },
      "have them bound to the Role seq-status of namespace raft",
    ],
    [
      "the namespace is not there",
      { get: 'Error from server (NotFound): namespaces "raft" not found' },
      'namespaces "raft" not found → deploy the stack raft-sequencer first',
    ],
    [
      "the API server is not reached",
      { get: "Unable to connect to the server: dial tcp: no route to host" },
      "cannot reach the API server of the current context of",
    ],
    [
      "the API server refuses connections",
      { get: "The connection to the server localhost:8080 was refused - did you" },
      "localhost:8080 was refused → does the kubeconfig name a cluster?",
    ],
    [
      "the credentials are old",
      { get: "error: You must be logged in to the server (Unauthorized)" },
      "does not accept the credentials → log in",
    ],
    [
      "the kubeconfig has none",
      { get: "Please enter Username: error: EOF" },
      "has no credentials → log in to the cluster, or name another cluster.kubeconfig",
    ],
    [
      "the plugin fails",
      { get: "Unable to connect to the server: getting credentials: exec: not found" },
      "no credentials for",
    ],
    [
      "there is no such context",
      { get: "Error in configuration: context was not found for specified context: prod" },
      "there is no context prod",
    ],
    ["kubectl says nothing", { get: " " }, "kubectl get ended with 1, and said nothing → run it by hand"],
  ])("%s", async (_, fail, message) => {
    given("raft", cluster => {
      cluster.fail = fail;
    });
    const { code, stdout, stderr } = await run("sequencer", "status", "raft");
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([1, ""]);
  });

  test("the sequencer is not deployed", async () => {
    given("raft", ({ objects }) => delete objects["statefulset/seq"]);
    const { stderr } = await run("sequencer", "status", "raft");
    expect(stderr).toContain(
      "has no StatefulSet seq → deploy the stack raft-sequencer first, or correct cluster.context",
    );
  });

  test("kubectl is not installed", async () => {
    const { PATH } = process.env;
    process.env.PATH = "/nowhere";
    const { code, stderr } = await run("sequencer", "status", "raft");
    process.env.PATH = PATH;
    expect(stderr).toBe("kubectl is not on the PATH → install it, it talks to the cluster for this command");
    expect(code).toBe(1);
  });

  test.each([
    ["a pipe", (file: string) => execFileSync("mkfifo", [file]), "is a pipe, not a file"],
    ["a device", (file: string) => symlinkSync("/dev/zero", file), "is a device, not a file"],
    ["a folder", (file: string) => mkdirSync(file), "is a folder, not a file"],
  ])("the kubeconfig is %s", async (what, make, why) => {
    const file = join(dir, what);
    make(file);
    const { code, stderr } = await run("sequencer", "status", "raft", "--set", `cluster.kubeconfig=${file}`);
    expect(stderr).toBe(`the kubeconfig ${file} ${why} → set cluster.kubeconfig to the one of this cluster`);
    expect(code).toBe(1);
  });

  test("there is no kubeconfig", async () => {
    const { stderr } = await run("sequencer", "status", "elsewhere");
    expect(stderr).toBe("there is no kubeconfig /nowhere/config → set cluster.kubeconfig to the one of this cluster");
  });
});

describe("handoff", () => {
  test("of a raft deletes the leader's pod, that very one, and waits for the next leader and for the pod", async () => {
    given("raft", () => {}, {
      objects: { "pod/seq-0": pod("seq-0", "node1", "another") },
      http: led("seq-1", ["seq-0", "seq-1", "seq-2"]),
    });
    const { code, stdout, stderr } = await run("sequencer", "handoff", "raft", "--yes", "--reason", "node1 is drained");
    expect(stderr).toContain("raft: delete pod seq-0, the leader of seq, namespace raft, the current context of");
    expect(stdout).toMatch(/^seq-1 leads after \d+\.\d s\nseq-0 is ready again after \d+\.\d s\n$/);
    const [event, deletion, ...others] = writes();
    expect(others).toEqual([]);
    expect(JSON.parse(event?.input ?? "")).toMatchObject({
      kind: "Event",
      involvedObject: { kind: "StatefulSet", name: "seq", namespace: "raft", uid: "uid-seq" },
      reason: "HandoffRequested",
      message: "ann@example.com asked to delete pod seq-0, the leader of seq: node1 is drained",
    });
    expect(deletion?.args).toContain("/api/v1/namespaces/raft/pods/seq-0");
    expect(JSON.parse(deletion?.input ?? "").preconditions).toEqual({ uid: "uid-seq-0" });
    expect(code).toBe(0);
  });

  test.each([
    ["the other member", []],
    ["the member that is named", ["--to", "seq-1"]],
  ])("of a Lease asks for %s, and waits until it leads", async (_, more) => {
    given("lease", () => {}, { http: led("seq-1", ["seq-0", "seq-1"]) });
    const { code, stdout, stderr } = await run("sequencer", "handoff", "lease", "--yes", ...more);
    expect(stderr).toContain("hand Lease seq over from seq-0 to seq-1");
    expect(stdout).toMatch(/^seq-1 leads after \d+\.\d s\n$/);
    expect(writes()[1]?.args).toContain('{"metadata":{"annotations":{"rollup-network/handoff-to":"seq-1"}}}');
    expect(code).toBe(0);
  });

  test.each<[string, Mode, (cluster: Cluster) => void, string[], string]>([
    [
      "a raft that lacks a member",
      "raft",
      ({ objects }) => unready(objects["pod/seq-2"]),
      [],
      "seq-2 not ready: a handoff restarts seq-0",
    ],
    [
      "a raft without a leader",
      "raft",
      ({ http }) => delete http["seq-0"]["/raft/node"],
      [],
      "no member leads, so none can hand over",
    ],
    [
      "two leaders",
      "raft",
      ({ http }) => (http["seq-1"]["/raft/node"][1] = '{"is_leader":true}'),
      [],
      "seq-0 and seq-1 say that they lead",
    ],
    ["a raft with a wish", "raft", () => {}, ["--to", "seq-1"], "--to seq-1: a raft chooses its leader itself"],
    ["a single sequencer", "single", () => {}, [], "sequencer seq has only one member, and no other can take over"],
    [
      "no member",
      "lease",
      () => {},
      ["--to", "seq-2"],
      "--to seq-2 is no member of sequencer seq → use seq-0 or seq-1",
    ],
    ["the holder", "lease", () => {}, ["--to", "seq-0"], "--to seq-0 leads already"],
    ["an unready member", "lease", ({ objects }) => unready(objects["pod/seq-1"]), [], "seq-1 is not ready"],
    [
      "a paused Lease",
      "lease",
      ({ objects }) => (objects["lease/seq"].metadata.annotations = { "rollup-network/paused": "true" }),
      [],
      "the Lease is paused → sequencer resume lease first",
    ],
    [
      "a long reason",
      "lease",
      () => {},
      ["--reason", "x".repeat(501)],
      "--reason has 501 characters, an Event has room for 500",
    ],
  ])("fails for %s, and changes nothing", async (_, mode, change, more, message) => {
    given(mode, change);
    const { code, stdout, stderr } = await run("sequencer", "handoff", mode, "--yes", ...more);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([1, ""]);
    expect(writes()).toEqual([]);
  });

  test("fails without the right to leave an Event, and does nothing then", async () => {
    given("raft", cluster => {
      cluster.fail = {
        create:
          'Error from server (Forbidden): events is forbidden: User "ann" cannot create resource "events" in API ' +
          'group "" in the namespace "raft"',
      };
    });
    const { stderr } = await run("sequencer", "handoff", "raft", "--yes");
    expect(stderr).toContain("ann may not create events in namespace raft");
    expect(stderr).toContain("have them bound to the Role seq-handoff of namespace raft");
    expect(writes().map(({ args }) => args.includes("create"))).toEqual([true]);
  });
});

describe("pause and resume", () => {
  const paused = { "rollup-network/paused": "true", "rollup-network/paused-by": "bob, 2026-11-01, maintenance" };
  const reasons = () =>
    writes()
      .filter(({ args }) => args.includes("create"))
      .map(({ input }) => JSON.parse(input).reason);

  test("pause stops the holder, and keeps who paused", async () => {
    given("lease", () => {}, { objects: { "lease/seq": lease("", 4, paused) } });
    const { code, stdout, stderr } = await run("sequencer", "pause", "lease", "--yes", "--reason", "maintenance");
    expect(stderr).toContain("seq-0 stops sequencing: NO BLOCKS until sequencer resume lease");
    expect([code, stdout]).toEqual([0, "paused: no member holds the Lease\n"]);
    expect(reasons()).toEqual(["PauseRequested"]);
    const patch = writes()[1]?.args.find(word => word.startsWith("{")) ?? "";
    expect(JSON.parse(patch).metadata.annotations).toEqual({
      "rollup-network/paused": "true",
      "rollup-network/paused-by": expect.stringMatching(/^ann@example.com, 20\S+Z, maintenance$/),
    });
  });

  test("resume waits for a new holder", async () => {
    given(
      "lease",
      ({ objects }) => {
        objects["lease/seq"] = lease("", 4, paused);
      },
      { objects: { "lease/seq": lease("seq-1", 5) } },
    );
    const { code, stdout, stderr } = await run("sequencer", "resume", "lease", "--yes");
    expect(stderr).toContain("it was paused by bob, 2026-11-01, maintenance");
    expect([code, stdout]).toEqual([0, "resumed: seq-1 holds the Lease, token 5\n"]);
    expect(reasons()).toEqual(["ResumeRequested"]);
    const patch = writes()[1]?.args.find(word => word.startsWith("{")) ?? "";
    expect(JSON.parse(patch).metadata.annotations).toEqual({
      "rollup-network/paused": null,
      "rollup-network/paused-by": null,
    });
  });

  test("change nothing when there is nothing to do", async () => {
    given("lease");
    expect(await run("sequencer", "resume", "lease", "--yes")).toMatchObject({
      code: 0,
      stdout: "the Lease is not paused\n",
    });
    given("lease", ({ objects }) => {
      objects["lease/seq"] = lease("", 4, paused);
    });
    const { stdout } = await run("sequencer", "pause", "lease", "--yes");
    expect(stdout).toBe("the Lease is paused already, by bob, 2026-11-01, maintenance\n");
    expect(writes()).toEqual([]);
  });

  test("of a holder that is dead ends when its Lease has run out", async () => {
    given("lease", () => {}, { objects: { "lease/seq": lease("seq-0", 4, paused) } });
    const { code, stdout } = await run("sequencer", "pause", "lease", "--yes");
    expect([code, stdout]).toEqual([0, "paused: the Lease of seq-0 has run out, it did not give it back\n"]);
  });

  test.each([
    ["pause", "raft", "a raft cannot pause → kubectl --namespace raft scale statefulset seq --replicas=0 stops it"],
    ["resume", "raft", "a raft cannot resume → kubectl --namespace raft scale statefulset seq --replicas=3 starts it"],
    ["pause", "single", "a single sequencer cannot pause"],
  ])("fails to %s a %s", async (command, name, message) => {
    const { code, stderr } = await run("sequencer", command, name, "--yes");
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});

describe("a single OP Stack sequencer, which has no op-conductor,", () => {
  const runbook = "is for op-conductors → see docs/runbooks/leader-down.md";
  test.each([
    ["handoff", "no other can take over → kubectl delete pod seq-0 restarts it, with a gap"],
    ["pause", "cannot pause → kubectl --namespace op-single scale statefulset seq --replicas=0 stops it"],
    ["resume", "cannot resume → kubectl --namespace op-single scale statefulset seq --replicas=1 starts it"],
    ["members", "members is for op-conductors → sequencer status shows its members, which nobody can add or remove"],
    ["override --member seq-0", `override ${runbook}`],
    ["found", `found ${runbook}`],
  ])("refuses %s before the cluster is asked", async (words, message) => {
    given("single");
    const [command = "", ...more] = words.split(" ");
    const { code, stderr } = await run(
      "sequencer",
      command,
      "op-single",
      ...more,
      ...(command === "members" ? [] : ["--yes"]),
    );
    expect(stderr).toContain(message);
    expect([code, calls()]).toEqual([1, []]);
  });
});

describe("confirmation", () => {
  test.each<[string, string[], string]>([
    ["without a terminal and --yes", ["lease"], "standard input is no terminal, so nobody can confirm → give --yes"],
    [
      "of a protected environment without its name",
      ["guarded", "--yes"],
      "repeat its name with --protected-environment guarded",
    ],
    [
      "with another name",
      ["guarded", "--yes", "--protected-environment", "lease"],
      "is not the environment of this command, guarded",
    ],
  ])("fails %s, before the cluster is asked", async (_, args, message) => {
    given("lease");
    const { code, stderr } = await run("sequencer", "pause", ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
    expect(calls()).toEqual([]);
  });

  test("takes a protected environment by its name", async () => {
    given("lease", () => {}, { objects: { "lease/seq": lease("", 4, { "rollup-network/paused": "true" }) } });
    expect((await run("sequencer", "pause", "guarded", "--yes", "--protected-environment", "guarded")).code).toBe(0);
  });

  test.each<[string | undefined, boolean]>([
    ["y\n", true],
    ["YES\n", true],
    ["\n", false],
    ["no\n", false],
    [undefined, false],
  ])("takes the answer %j as %p", async (answer, expected) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    if (answer === undefined) input.end();
    else input.write(answer);
    const asked = await confirm(["do it", "  it hurts"], {}, new AbortController().signal, { input, output });
    expect(asked).toBe(expected);
    expect(output.read().toString()).toBe("do it\n  it hurts\ngo ahead? [y/N] ");
  });

  test("ends at Ctrl-C", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const abort = new AbortController();
    const asked = confirm(["do it"], {}, abort.signal, { input, output });
    abort.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
  });
});

describe("a credential plugin", () => {
  const kubeconfig = () => calls()[0]?.args[1] ?? "";

  test("is given to kubectl in a kubeconfig of its own, which is removed", async () => {
    given("lease");
    expect((await run("sequencer", "status", "plugin")).code).toBe(0);
    const [call] = calls();
    expect(call?.kubeconfig).toContain("server: https://api.example.com");
    expect(call?.kubeconfig).toMatch(
      /command: get-token\n\s+args:\n\s+- x\n\s+env:\n\s+- name: PROFILE\n\s+value: ops\n/,
    );
    expect(kubeconfig()).toContain("rollup-network-kube-");
    expect(existsSync(kubeconfig())).toBe(false);
  });

  test("leaves nothing when kubectl fails", async () => {
    setCluster({ fail: { get: "x" } });
    expect((await run("sequencer", "status", "plugin")).stderr).toBe("https://api.example.com: x");
    expect(existsSync(kubeconfig())).toBe(false);
  });

  test("leaves nothing at Ctrl-C, which ends kubectl too", async () => {
    setCluster({ hang: ["get"] });
    const { child, ended } = start("sequencer", "status", "plugin");
    while (calls().length === 0 && child.exitCode === null) await new Promise(resolve => setTimeout(resolve, 20));
    expect(statSync(kubeconfig()).mode & 0o777).toBe(0o600);
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 130, stderr: "interrupted\n" });
    expect(existsSync(kubeconfig())).toBe(false);
  }, 30_000);
});
