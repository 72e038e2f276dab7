import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { checkRollout } from "../../cli/check/rollout";
import { createProgram } from "../../cli/program";
import { config } from "../../package.json";
import { loadEnvironments } from "../../values/load/load";
import {
  type Cluster,
  environment,
  healthy,
  removeStub,
  setCluster,
  startStub,
  dir as stubs,
} from "./kubernetes/stub-cluster";

const dir = mkdtempSync(join(tmpdir(), "deploy-"));
beforeAll(startStub);
afterAll(() => {
  removeStub();
  rmSync(dir, { recursive: true });
});

/** Runs the command with a stub of npx, which records its arguments a line each and ends with `code`. */
async function deploy(code: number, ...args: string[]): Promise<{ status: number; stderr: string }> {
  writeFileSync(join(dir, "npx"), `#!/bin/sh\nprintf '%s\\n' "$@" >'${dir}/calls'\nexit ${code}\n`);
  chmodSync(join(dir, "npx"), 0o755);
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  const PATH = process.env.PATH;
  process.env.PATH = `${dir}${delimiter}${PATH}`;
  try {
    await createProgram()
      .exitOverride()
      .parseAsync(["deploy", ...args], { from: "user" });
    return { status: Number(process.exitCode ?? 0), stderr: said.mock.calls.flat().join("\n") };
  } catch (error) {
    return { status: 1, stderr: (error as Error).message };
  } finally {
    process.env.PATH = PATH;
    process.exitCode = 0;
    said.mockRestore();
  }
}

const calls = () => readFileSync(join(dir, "calls"), "utf8").trimEnd().split("\n");

test("runs the framework's pinned CLI on one environment's stacks, with overrides safe from the shell", async () => {
  expect((await deploy(0, "devnet", "--auto-approve", "--set", "p2p.nodes[0].env.A=it's $HOME")).status).toBe(0);
  const [yes, cli, command, stacks, flag, app, approve] = calls();
  expect([yes, cli, command, stacks, flag, approve]).toEqual([
    "--yes",
    config.deploy,
    "deploy",
    "devnet-*",
    "--app",
    "--auto-approve",
  ]);
  expect(app).toContain("'synth' 'devnet' '--values' 'values' '--set' 'p2p.nodes[0].env.A=it'\\''s $HOME'");
  const words = spawnSync("sh", ["-c", `printf '%s\\n' ${app}`], { encoding: "utf8" })
    .stdout.trimEnd()
    .split("\n");
  expect(words.at(-1)).toBe("p2p.nodes[0].env.A=it's $HOME");
});

test("leaves the lock of the providers out where it is told to", async () => {
  await deploy(0, "devnet", "--skip-provider-lock");
  expect(calls().at(-1)).toBe("--skip-provider-lock");
  await deploy(0, "devnet");
  expect(calls()).not.toContain("--skip-provider-lock");
});

test("ends as the CLI ends, and does not start it for values that are wrong", async () => {
  expect((await deploy(7, "devnet")).status).toBe(7);
  rmSync(join(dir, "calls"));
  const { status, stderr } = await deploy(0, "devnett");
  expect(status).toBe(1);
  expect(stderr).toContain('there is no environment "devnett"');
  expect(calls).toThrow("ENOENT");
});

test("fails in a folder that is no CDKTF project, before the CLI is downloaded", async () => {
  const [home, values] = [process.cwd(), join(process.cwd(), "values")];
  process.chdir(dir);
  try {
    const { status, stderr } = await deploy(0, "local", "--values", values);
    expect(status).toBe(1);
    const [, content = ""] = /has no cdktf\.json.* → create it: (.*)/.exec(stderr) ?? [];
    writeFileSync("cdktf.json", content);
    expect((await deploy(0, "local", "--values", values)).status).toBe(0);
  } finally {
    process.chdir(home);
  }
});

describe("a deploy onto a sequencer that runs", () => {
  beforeAll(() => {
    environment("raft", "raft-3");
    environment("single", "single");
    environment("elsewhere", "raft-3", "cluster: { kubeconfig: /nowhere/config }\n");
  });

  const check = async (name: string) => {
    const said = jest.spyOn(console, "error").mockImplementation(() => {});
    const [found] = loadEnvironments({ dir: join(stubs, "values"), names: [name] });
    await checkRollout(found as never);
    return said.mock.calls.flat().join("\n");
  };
  const without = (...members: string[]) => {
    const cluster: Cluster = healthy("raft");
    for (const member of members) cluster.objects[`pod/${member}`].status.conditions[0].status = "False";
    setCluster(cluster);
  };
  afterEach(() => jest.restoreAllMocks());

  test("goes on with all members ready, with none, or before the first deploy", async () => {
    without();
    expect(await check("raft")).toBe("");
    without("seq-0", "seq-1", "seq-2");
    expect(await check("raft")).toBe("");
    setCluster({});
    expect(await check("raft")).toBe("");
  });

  test("is refused while a member is down, which a rollout would not look at", async () => {
    without("seq-0");
    await expect(check("raft")).rejects.toThrow(/^seq-0 of sequencer seq not ready: .* or add --degraded/);
    const cluster: Cluster = healthy("raft");
    delete cluster.objects["pod/seq-1"];
    setCluster(cluster);
    await expect(check("raft")).rejects.toThrow("seq-1 of sequencer seq not ready");
  });

  test("is left to Terraform where the cluster cannot be asked, and says so", async () => {
    expect(await check("elsewhere")).toContain(
      "sequencer seq are ready is not known: there is no kubeconfig /nowhere/config",
    );
  });

  test("does not ask for a single sequencer, whose rollout is an outage anyway", async () => {
    setCluster({ fail: { get: "the cluster was asked" } });
    expect(await check("single")).toBe("");
  });
});

test("a deploy that failed says why SPIKE's bootstrap did, and one that lost its record does not pass", async () => {
  const values = join(stubs, "values");
  mkdirSync(values, { recursive: true });
  writeFileSync(
    join(values, "spike.yaml"),
    `profile: dev\ncluster: { kubeconfig: ${join(stubs, "config")} }\nspike: { namespace: spike, version: 0.8.0, ` +
      `trustDomain: a.example, clusterName: a, networkPolicies: { apiServer: [10.0.0.5/32] } }\n`,
  );
  const job = (type: string) => ({
    kind: "Job",
    metadata: { name: "spike-bootstrap" },
    status: { conditions: [{ type, status: "True" }] },
  });
  const terminated = { exitCode: 1, message: "Failed to reach keeper 1." };
  const pods = {
    metadata: { name: "x", creationTimestamp: "2026-01-01T00:00:00Z" },
    status: { initContainerStatuses: [{ name: "preflight", state: { terminated } }] },
  };
  setCluster({ objects: { "job/spike-bootstrap": job("Failed"), pods } });
  const failed = await deploy(3, "spike", "--values", values);
  expect(failed.status).toBe(3);
  expect(failed.stderr).toContain(
    "SPIKE's bootstrap: Failed to reach keeper 1.\nonce that is put right: rollup-network deploy spike",
  );
  const done = {
    kind: "ConfigMap",
    metadata: { name: "spike-bootstrap-state" },
    data: { "bootstrap-completed": "true" },
  };
  const spire = {
    kind: "Pod",
    metadata: { name: "spire-server-0" },
    status: {
      containerStatuses: [{ name: "server", image: "spire:2", state: { waiting: { reason: "ErrImagePull" } } }],
    },
  };
  const noted = { "job/spike-bootstrap": job("Complete"), "configmap/spike-bootstrap-state": done };
  setCluster({ objects: { ...noted, "pods.spike-spire": spire } });
  const upgrade = await deploy(3, "spike", "--values", values);
  expect(upgrade).toEqual({
    status: 3,
    stderr: "not ready in namespace spike-spire:\nspire-server-0: server waits for image spire:2: ErrImagePull",
  });
  setCluster({ objects: { "job/spike-bootstrap": job("Complete") } });
  const lost = await deploy(0, "spike", "--values", values);
  expect(lost.status).toBe(1);
  expect(lost.stderr).toContain("does not say so\nthe next Job would create another key");
});

test("a deploy that failed says what pods wait for that are gone, and not what was before it", async () => {
  const values = join(stubs, "values");
  const warn = (name: string, message: string, minutes: number) =>
    JSON.stringify({
      metadata: { name: "e" },
      type: "Warning",
      reason: "Failed",
      message,
      involvedObject: { kind: "Pod", name },
      lastTimestamp: new Date(Date.now() - minutes * 60_000).toISOString(),
    });
  const events = [warn("spire-server-0", "an earlier one", 30), warn("spire-agent-x", "pull access denied", 0)].join();
  setCluster({ objects: { "events.spike-spire": events } });
  const { stderr } = await deploy(1, "spike", "--values", values);
  expect(stderr).toContain(
    "not ready in namespace spike-spire:\nspire-agent-x, which is gone: Failed: pull access denied\n",
  );
  expect(stderr).not.toContain("an earlier one");
  expect((await deploy(0, "spike", "--values", values)).stderr).not.toContain("not ready");
});

test("a deploy that failed says which p2p nodes are in standby, which Terraform only counts as not ready", async () => {
  const values = join(stubs, "values");
  mkdirSync(values, { recursive: true });
  const chain = "{ l1ChainId: 1, network: mainnet, l1WithoutDebug: true }";
  writeFileSync(
    join(values, "p2p.yaml"),
    `profile: dev\ncluster: { kubeconfig: ${join(stubs, "config")} }\n` +
      `p2p: { namespace: p2p, chain: ${chain}, image: a/b:6.0.0, nodes: [{ name: full }] }\n`,
  );
  const command = ["/scripts/check-synced.sh", "aztec_getWorldStateSyncStatus"];
  const pods = {
    metadata: { name: "full-x", namespace: "p2p", labels: { "app.kubernetes.io/instance": "full" } },
    spec: { containers: [{ name: "node", readinessProbe: { exec: { command } } }] },
    status: { phase: "Running", containerStatuses: [{ name: "node", state: { running: {} } }] },
  };
  const waits = "standby: the node waits until a rollup of its release is canonical";
  setCluster({ objects: { pods }, said: `${waits}\n` });
  expect(await deploy(1, "p2p", "--values", values)).toEqual({
    status: 1,
    stderr: `not ready in namespace p2p:\nfull-x: ${waits}`,
  });
  expect(await deploy(0, "p2p", "--values", values)).toEqual({ status: 0, stderr: "" });
  setCluster({ fail: { get: "error: no such host" } });
  const { status, stderr } = await deploy(1, "p2p", "--values", values);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining("what the deploy waited for is not known: "),
  });
});
