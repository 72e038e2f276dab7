import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENGINES } from "../../../constructs/sequencer/engines";
import { SequencerRoles } from "../../../constructs/sequencer/roles";
import { synth } from "../../constructs/fixtures";
import { cli } from "../driver/cli";
import { exec } from "../driver/driver";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { bound, login } from "../driver/roles";

/**
 * The commands on a running sequencer against a real API server, each by a ServiceAccount that has the shipped Role and
 * nothing else. The members are stand-ins that answer as ev-node and the lease agent do; this test plays the agents.
 */
jest.setTimeout(300_000);

const MODES = { raft: 3, lease: 2 } as const;
type Mode = keyof typeof MODES;
const namespaceOf = (mode: Mode) => `operate-${mode}`;
const dir = mkdtempSync(join(tmpdir(), "operate-"));

beforeAll(async () => {
  await deleteNamespaces(namespaceOf("raft"), namespaceOf("lease"));
  writeFileSync(join(dir, "genesis.json"), readFileSync("examples/sequencer/genesis.json"));
  for (const mode of ["raft", "lease"] as const) {
    const namespace = namespaceOf(mode);
    const example = readFileSync(`examples/sequencer/${mode === "raft" ? "raft-3" : "lease"}.yaml`, "utf8");
    writeFileSync(join(dir, `${mode}.yaml`), example.replace(/namespace: seq-.*/, `namespace: ${namespace}`));
    const { objects: roles } = synth(stack => {
      new SequencerRoles(stack, "Roles", {
        namespace,
        name: "seq",
        members: MODES[mode],
        engine: ENGINES[mode],
        labels: {},
      });
    });
    await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
    await apply([...roles, ...roles.flatMap(({ metadata }) => bound(namespace, metadata.name)), ...standIns(mode)]);
    for (const { metadata } of roles) await login(namespace, metadata.name, kubeconfigOf(namespace, metadata.name));
  }
  for (const mode of ["raft", "lease"] as const) {
    for (const workload of ["statefulset/seq", "deployment/seq-proxy"])
      await kubectl(["-n", namespaceOf(mode), "rollout", "status", workload, "--timeout=120s"]);
  }
});

afterAll(async () => {
  await deleteNamespaces(namespaceOf("raft"), namespaceOf("lease"));
  rmSync(dir, { recursive: true });
});

const kubeconfigOf = (namespace: string, account: string) => join(dir, `${namespace}-${account}`);

/** Members that say what ev-node and the lease agent say; the first one leads. */
function standIns(mode: Mode): object[] {
  const namespace = namespaceOf(mode);
  const labels = { app: "seq" };
  const script = `
    mkdir -p /tmp/www/raft && cd /tmp/www
    echo 'evnode_sequencer_height{chain_id="test"} 7' >metrics
    echo '{"is_leader":false}' >raft/node
    if [ "$HOSTNAME" = seq-0 ]; then echo '{"is_leader":true}' >raft/node; : >leader; fi
    for port in 26660 7331 9103; do httpd -p $port -h /tmp/www; done
    trap 'exit 0' TERM
    while :; do sleep 1 & wait; done`;
  const container = {
    name: "node",
    image: "busybox:1.36",
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", script],
  };
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [container] } };
  const service = (name: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: labels, ports: [{ port: 7331 }] },
  });
  return [
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "seq", namespace },
      spec: {
        serviceName: "seq",
        replicas: MODES[mode],
        podManagementPolicy: "Parallel",
        selector: { matchLabels: labels },
        template,
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "seq-proxy", namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "proxy" } },
        template: { ...template, metadata: { labels: { app: "proxy" } } },
      },
    },
    ...Array.from({ length: MODES[mode] }, (_, i) => service(`seq-${i}`)),
    ...(mode === "lease"
      ? [
          {
            apiVersion: "coordination.k8s.io/v1",
            kind: "Lease",
            metadata: { name: "seq", namespace },
            spec: {
              holderIdentity: "seq-0",
              leaseTransitions: 3,
              leaseDurationSeconds: 5,
              renewTime: "2026-01-01T00:00:00.000000Z",
            },
          },
        ]
      : []),
  ];
}

/** A command by the account that has this Role alone. */
async function command(mode: Mode, account: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const kubeconfig =
    account === "admin" ? [] : ["--set", `cluster.kubeconfig=${kubeconfigOf(namespaceOf(mode), account)}`];
  const { code, stdout, stderr } = await cli(...args, "--values", dir, ...kubeconfig);
  return { code, output: `${stderr}${stdout}` };
}

const inPod = (mode: Mode, pod: string, script: string) =>
  kubectl(["-n", namespaceOf(mode), "exec", pod, "--", "sh", "-c", script]);

const patchLease = (patch: object) =>
  kubectl(["-n", namespaceOf("lease"), "patch", "lease", "seq", "--type=merge", "-p", JSON.stringify(patch)]);

async function events(mode: Mode, reason: string): Promise<string[]> {
  const { items } = await getJson(
    "-n",
    namespaceOf(mode),
    "events",
    "--field-selector",
    `reason=${reason},involvedObject.kind=StatefulSet`,
  );
  return items.map(({ message }: { message: string }) => message);
}

describe("roles", () => {
  const cases: [Mode, string, string[], "yes" | "no"][] = [
    ["raft", "seq-status", ["get", "pods/seq-2"], "yes"],
    ["raft", "seq-status", ["create", "pods/seq-2", "--subresource=portforward"], "yes"],
    ["raft", "seq-status", ["create", "pods/seq-3", "--subresource=portforward"], "no"],
    ["raft", "seq-status", ["create", "pods/seq-0", "--subresource=exec"], "no"],
    ["raft", "seq-status", ["get", "pods/seq-0", "--subresource=proxy"], "no"],
    ["raft", "seq-status", ["list", "pods"], "no"],
    ["raft", "seq-status", ["get", "secrets"], "no"],
    ["raft", "seq-status", ["delete", "pods/seq-0"], "no"],
    ["raft", "seq-status", ["create", "events"], "no"],
    ["raft", "seq-handoff", ["delete", "pods/seq-0"], "yes"],
    ["raft", "seq-handoff", ["delete", "pods/other-0"], "no"],
    ["raft", "seq-handoff", ["delete", "statefulsets.apps/seq"], "no"],
    ["raft", "seq-handoff", ["create", "events"], "yes"],
    ["lease", "seq-status", ["get", "leases/seq"], "yes"],
    ["lease", "seq-status", ["patch", "leases/seq"], "no"],
    ["lease", "seq-handoff", ["patch", "leases/seq"], "yes"],
    ["lease", "seq-handoff", ["patch", "leases/other"], "no"],
    ["lease", "seq-handoff", ["delete", "pods/seq-0"], "no"],
    ["lease", "seq-pause", ["patch", "leases/seq"], "yes"],
    ["lease", "seq-pause", ["get", "pods/seq-0"], "no"],
    ["raft", "seq-drill", ["create", "pods/seq-0", "--subresource=exec"], "yes"],
    ["raft", "seq-drill", ["create", "pods/other-0", "--subresource=exec"], "no"],
    ["raft", "seq-drill", ["delete", "leases/seq-drill"], "yes"],
    ["lease", "seq-drill", ["delete", "leases/seq"], "no"],
    ["lease", "seq-drill", ["get", "secrets"], "no"],
  ];
  test.each(cases)("%s %s: %j is %s", async (mode, account, request, expected) => {
    const as = `system:serviceaccount:${namespaceOf(mode)}:${account}`;
    const { stdout } = await exec([
      ...["sh", "-c", 'kubectl auth can-i "$@" || :', "can-i"],
      ...["-n", namespaceOf(mode), `--as=${as}`, ...request],
    ]);
    expect(stdout.trim().split("\n").at(-1)).toBe(expected);
  });
});

test.each(["raft", "lease"] as const)("status of a %s, by its Role", async mode => {
  const { code, output } = await command(mode, "seq-status", "sequencer", "status", mode, "--json");
  const status = JSON.parse(output);
  expect(status).toMatchObject({ healthy: true, leaders: ["seq-0"] });
  expect(status.members.map(({ height }: { height: number }) => height)).toEqual(Array(MODES[mode]).fill(7));
  expect(code).toBe(0);
});

test.each([
  [
    "raft",
    "handoff",
    "may not create events in namespace operate-raft",
    "the Role seq-handoff of namespace operate-raft",
  ],
  [
    "lease",
    "pause",
    "may not create events in namespace operate-lease",
    "the Role seq-pause of namespace operate-lease",
  ],
] as const)("%s %s is not for who may only look", async (mode, action, fault, role) => {
  const { code, output } = await command(mode, "seq-status", "sequencer", action, mode, "--yes");
  expect(output).toContain(`system:serviceaccount:${namespaceOf(mode)}:seq-status ${fault}`);
  expect(output).toContain(role);
  expect(code).toBe(1);
});

test("handoff of a Lease: asks for it, records it, waits for it", async () => {
  const running = command("lease", "seq-handoff", "sequencer", "handoff", "lease", "--yes", "--reason", "drill");
  const asked = await until("the annotation", 60, async () => {
    const { metadata } = await getJson("-n", namespaceOf("lease"), "lease/seq");
    return metadata.annotations?.["rollup-network/handoff-to"];
  });
  expect(asked).toBe("seq-1");
  await inPod("lease", "seq-0", "rm /tmp/www/leader");
  await patchLease({
    metadata: { annotations: { "rollup-network/handoff-to": null } },
    spec: { holderIdentity: "seq-1", leaseTransitions: 4 },
  });
  await inPod("lease", "seq-1", ": >/tmp/www/leader");
  const { code, output } = await running;
  expect(output).toMatch(/seq-1 leads after \d+\.\d s\n$/);
  expect(code).toBe(0);
  expect(await events("lease", "HandoffRequested")).toEqual([
    "system:serviceaccount:operate-lease:seq-handoff asked to hand Lease seq over from seq-0 to seq-1: drill",
  ]);
});

test("pause and resume a Lease, without a look at pods", async () => {
  const pausing = command("lease", "seq-pause", "sequencer", "pause", "lease", "--yes", "--reason", "drill");
  const annotations = await until("the annotations", 60, async () => {
    const { metadata } = await getJson("-n", namespaceOf("lease"), "lease/seq");
    return metadata.annotations?.["rollup-network/paused"] === "true" && metadata.annotations;
  });
  expect(annotations["rollup-network/paused-by"]).toMatch(
    /^system:serviceaccount:operate-lease:seq-pause, \S+, drill$/,
  );
  await patchLease({ spec: { holderIdentity: "" } });
  expect(await pausing).toMatchObject({
    code: 0,
    output: expect.stringContaining("paused: no member holds the Lease"),
  });

  const resuming = command("lease", "seq-pause", "sequencer", "resume", "lease", "--yes");
  await until("the annotations to go", 60, async () => {
    const { metadata } = await getJson("-n", namespaceOf("lease"), "lease/seq");
    return metadata.annotations?.["rollup-network/paused"] === undefined;
  });
  await patchLease({ spec: { holderIdentity: "seq-0", leaseTransitions: 5 } });
  expect(await resuming).toMatchObject({
    code: 0,
    output: expect.stringContaining("resumed: seq-0 holds the Lease, token 5"),
  });
  expect(await events("lease", "PauseRequested")).toHaveLength(1);
  expect(await events("lease", "ResumeRequested")).toHaveLength(1);
});

test("handoff of a raft: deletes the leader's pod gracefully, and waits until all are ready", async () => {
  const before = await getJson("-n", namespaceOf("raft"), "pod/seq-0");
  const running = command("raft", "seq-handoff", "sequencer", "handoff", "raft", "--yes");
  await until("the deletion", 60, async () => {
    const pods = await getJson("-n", namespaceOf("raft"), "pods", "-l", "app=seq");
    const pod = pods.items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === "seq-0");
    return pod?.metadata.uid !== before.metadata.uid || pod.metadata.deletionTimestamp !== undefined;
  });
  await inPod("raft", "seq-2", "echo '{\"is_leader\":true}' >/tmp/www/raft/node");
  const { code, output } = await running;
  expect(output).toMatch(/seq-2 leads after \d+\.\d s\n/);
  expect(output).toMatch(/seq-0 is ready again after \d+\.\d s\n$/);
  expect(code).toBe(0);
  expect(await events("raft", "HandoffRequested")).toHaveLength(1);
});

test("manifests --resolve takes the addresses of the cluster, or says what comes first", async () => {
  const { spec } = await getJson("-n", namespaceOf("raft"), "service/seq-1");
  const resolved = await command("raft", "seq-status", "manifests", "raft", "--resolve");
  expect(resolved.output).toContain(spec.clusterIP);
  expect(resolved.output).not.toContain("<clusterIP of");
  await kubectl(["-n", namespaceOf("raft"), "delete", "service", "seq-1"]);
  const missing = await command("raft", "seq-status", "manifests", "raft", "--resolve");
  expect(missing.output).toContain("has no address for Service operate-raft/seq-1 → create the Services first");
  expect(missing.code).toBe(1);
});
