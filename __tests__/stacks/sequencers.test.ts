import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { manifestsOf, type StackManifests, terraformOf, warningsOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { buildApp } from "./build-app";
import { reviewed } from "./snapshots";

const outdir = mkdtempSync(join(tmpdir(), "sequencers-"));
afterAll(() => rmSync(outdir, { recursive: true }));

function build(name: string, ...set: string[]) {
  const [stack] = buildApp(loadEnvironments({ dir: "examples/sequencer", names: [name], set }), { outdir }).stacks;
  if (!stack) throw new Error(`${name} has no stack`);
  return { stack, manifests: manifestsOf(stack) };
}

const examples = ["single", "raft-3", "raft-5", "lease"] as const;
const built = Object.fromEntries(examples.map(name => [name, build(name)]));
const of = (name: (typeof examples)[number]) => (built[name] as ReturnType<typeof build>).manifests;

// biome-ignore lint/suspicious/noExplicitAny: objects are read by path
function object({ objects }: StackManifests, kind: string, name: string): any {
  const found = objects.find(each => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
}

const pod = (name: (typeof examples)[number]) => object(of(name), "StatefulSet", "seq").spec.template.spec;
const container = (name: (typeof examples)[number], which: string) =>
  pod(name).containers.find((each: { name: string }) => each.name === which);
const config = (name: (typeof examples)[number]) =>
  parse(object(of(name), "ConfigMap", "seq-config").data["evnode.yaml"]);
const envOf = ({ env }: { env: { name: string; value: string }[] }) =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));

test.each([...examples, "op-stack", "op-stack-single"])("the manifests of %s", name => {
  expect(reviewed((built[name] ?? build(name)).manifests)).toMatchSnapshot();
});

test("members start together, are replaced one at a time, and leave their volumes", () => {
  for (const [name, members] of [
    ["single", 1],
    ["raft-3", 3],
    ["raft-5", 5],
    ["lease", 2],
  ] as const) {
    expect(object(of(name), "StatefulSet", "seq").spec).toMatchObject({
      replicas: members,
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    });
    expect(pod(name).terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
  }
});

/** Terraform's own view: what is asked of a change before it happens. */
function terraform(name: (typeof examples)[number], ...set: string[]) {
  const { resource } = terraformOf(build(name, ...set).stack) as {
    resource: Record<string, Record<string, { lifecycle?: object }>>;
  };
  const all = (type: string) => Object.values(resource[type] ?? {});
  return {
    all,
    only: (type: string) => all(type)[0] as { lifecycle: { precondition: object[]; prevent_destroy?: boolean } },
  };
}

test("a plan for another number or kind of members fails, and says where to read on", () => {
  const { all, only } = terraform("raft-5");
  expect(all("terraform_data")).toMatchObject([{ input: { as: "raft 5" }, lifecycle: { ignore_changes: ["input"] } }]);
  const { precondition, prevent_destroy } = only("kubernetes_stateful_set_v1").lifecycle;
  expect(precondition).toEqual([
    {
      condition: expect.stringMatching(/^\$\{terraform_data\.\w+\.output\.as == "raft 5"\}$/),
      error_message: expect.stringMatching(
        /^sequencer seq was founded as \$\{.*\} and cannot become raft 5 in place: .*member-count\.md/,
      ),
    },
  ]);
  expect(prevent_destroy).toBe(true);
});

test("what holds blocks or addresses is kept where the environment is protected", () => {
  const kept = (name: "raft-3" | "raft-5", ...set: string[]) =>
    terraform(name, ...set)
      .all("kubernetes_service_v1")
      .filter(({ lifecycle }) => (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy).length;
  expect(kept("raft-5")).toBe(5);
  expect(kept("raft-5", "protected=false")).toBe(0);
  expect(
    terraform("raft-5", "protected=false").only("kubernetes_stateful_set_v1").lifecycle.prevent_destroy,
  ).toBeUndefined();
});

test("slow blocks widen the time in which a ready member may be behind", () => {
  const { manifests } = build("raft-3", "sequencer.blockTime=30s");
  const { node } = parse(object(manifests, "ConfigMap", "seq-config").data["evnode.yaml"]);
  expect(node).toMatchObject({ readiness_window_seconds: 90, readiness_max_blocks_behind: 3 });
  expect(object(manifests, "StatefulSet", "seq").spec.minReadySeconds).toBe(90);
  expect(object(of("raft-3"), "StatefulSet", "seq").spec.minReadySeconds).toBe(15);
});

test("a plain mesh keeps everything but the certificates", () => {
  const { manifests } = build("raft-3", "sequencer.ha.raft.mesh=plain");
  const { containers, volumes } = object(manifests, "StatefulSet", "seq").spec.template.spec;
  const mesh = containers.find(({ name }: { name: string }) => name === "mesh");
  expect(envOf(mesh)).not.toHaveProperty("MESH_TLS_DIR");
  expect(envOf(mesh)).toMatchObject({ MESH_RAFT: "true" });
  expect(volumes.map(({ name }: { name: string }) => name)).not.toContain("mesh-tls");
  expect(object(manifests, "ConfigMap", "seq-mesh").data["haproxy.cfg"]).not.toContain("verifyhost");
});

test("every member's name leads to a loopback address, and the mesh dials the Services' own addresses", () => {
  expect(pod("raft-3").hostAliases).toEqual(
    [0, 1, 2].map(i => ({ ip: `127.0.0.1${i}`, hostnames: [`seq-${i}.seq-headless.seq-raft-3.svc.cluster.local`] })),
  );
  for (const each of [container("raft-3", "mesh"), proxyOf("raft-3")]) {
    expect(envOf(each)).toMatchObject({
      MEMBER_0_ADDRESS: "<clusterIP of Service seq-raft-3/seq-0>",
      MEMBER_2_ADDRESS: "<clusterIP of Service seq-raft-3/seq-2>",
    });
  }
});

const proxyOf = (name: (typeof examples)[number]) =>
  object(of(name), "Deployment", "seq-proxy").spec.template.spec.containers[0];

test("a member's Service selects that pod, ready or not, and raft itself has no port anywhere", () => {
  const service = object(of("raft-3"), "Service", "seq-1").spec;
  expect(service.selector["statefulset.kubernetes.io/pod-name"]).toBe("seq-1");
  expect(service.publishNotReadyAddresses).toBe(true);
  expect(JSON.stringify(of("raft-3").objects)).not.toMatch(/port":"?5001/i);
});

test("raft is configured with absolute paths on the volume, the pinned DA namespace and derived timings", () => {
  expect(config("raft-3")).toMatchObject({
    node: { aggregator: true, block_time: "200ms", readiness_max_blocks_behind: 75 },
    da: { address: "http://127.0.0.1:7980", namespace: "example-rollup" },
    rpc: { address: "0.0.0.0:7331" },
    signer: { signer_type: "file", signer_path: "/signer" },
    raft: { enable: true, raft_dir: "/data/raft", heartbeat_timeout: "160ms", trailing_logs: 54000 },
  });
  expect(config("raft-5").raft).toMatchObject({ trailing_logs: 216000, snapshot_threshold: 54000 });
});

test("a member of a Lease pair is never an aggregator by its file, and a single one dials the DA itself", () => {
  expect(config("lease")).toMatchObject({
    node: { aggregator: false },
    raft: { enable: false },
    da: { address: "http://127.0.0.1:7980" },
  });
  expect(config("single")).toMatchObject({
    node: { aggregator: true },
    raft: { enable: false },
    da: { address: "http://da.example-da.svc.cluster.local:7980" },
  });
  expect(pod("single").hostAliases).toBeUndefined();
});

test("nothing that waits for a leader is killed for it: only readiness asks the RPC port", () => {
  const { startupProbe, livenessProbe, readinessProbe } = container("raft-3", "node");
  expect(startupProbe.tcpSocket).toEqual({ port: "metrics" });
  expect(livenessProbe.tcpSocket).toEqual({ port: "metrics" });
  expect(readinessProbe.httpGet).toEqual({ path: "/health/ready", port: "rpc" });
});

test("secrets are files, and no container has a CPU limit", () => {
  for (const name of examples) {
    for (const { env, args, resources } of pod(name).containers) {
      expect(JSON.stringify([env, args])).not.toMatch(/secretKeyRef/);
      expect(resources.limits.cpu).toBeUndefined();
    }
  }
});

test("members are on different hosts where they must, and on any where they should", () => {
  const spread = (of: StackManifests) => {
    const { affinity, topologySpreadConstraints: zones } = object(of, "StatefulSet", "seq").spec.template.spec;
    const [proxies] = object(of, "Deployment", "seq-proxy").spec.template.spec.topologySpreadConstraints;
    const [hosts] = Object.keys(affinity.podAntiAffinity);
    return { hosts, zones: zones[0].whenUnsatisfiable, proxies: proxies.whenUnsatisfiable };
  };
  const must = { hosts: "requiredDuringSchedulingIgnoredDuringExecution", proxies: "DoNotSchedule" };
  const should = { hosts: "preferredDuringSchedulingIgnoredDuringExecution", proxies: "ScheduleAnyway" };
  expect(spread(of("raft-5"))).toEqual({ ...must, zones: "DoNotSchedule" });
  for (const name of ["raft-3", "lease"] as const) {
    expect(spread(of(name))).toEqual({ ...must, zones: "ScheduleAnyway" });
    expect(spread(build(name, "sequencer.spread=soft").manifests)).toEqual({ ...should, zones: "ScheduleAnyway" });
  }
});

test("the mesh is open to members, writes to the proxy, RPC to proxy and readers, metrics to monitoring", () => {
  const { ingress } = object(of("raft-3"), "NetworkPolicy", "seq").spec;
  const from = (port: number) =>
    ingress
      .filter(({ ports }: { ports: { port: number }[] }) => ports.some(each => each.port === port))
      .flatMap(
        ({
          from,
        }: {
          from: { podSelector?: { matchLabels: object }; namespaceSelector?: { matchLabels: object } }[];
        }) =>
          from.map(({ podSelector, namespaceSelector }) =>
            Object.values((podSelector ?? namespaceSelector)?.matchLabels ?? {}).at(-1),
          ),
      );
  expect(from(5443)).toEqual(["sequencer"]);
  expect(from(7676)).toEqual(["sequencer"]);
  expect(from(9090)).toEqual(["leader-proxy"]);
  expect(from(7331)).toEqual(["leader-proxy", "apps"]);
  expect(from(9105)).toEqual(["monitoring"]);
});

test("the agent of a pair may hold its Lease and nothing more, and the node does not see its token", () => {
  const { rules } = object(of("lease"), "Role", "seq-agent");
  expect(rules).toEqual([
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: ["seq"], verbs: ["get", "patch"] },
    { apiGroups: [""], resources: ["events"], verbs: ["create"] },
  ]);
  const mounts = (which: string) => container("lease", which).volumeMounts.map(({ name }: { name: string }) => name);
  expect(mounts("agent")).toContain("agent-token");
  expect(mounts("node")).not.toContain("agent-token");
  expect(of("lease").releases.map(({ values }) => values)).toMatchObject([
    { objects: [{ kind: "Lease", metadata: { name: "seq" } }] },
  ]);
});

test("ev-reth has a volume of its own and its Engine API on loopback", () => {
  const { args, volumeMounts } = container("raft-5", "execution");
  expect(args).toEqual(expect.arrayContaining(["--authrpc.addr=127.0.0.1", "--datadir=/execution"]));
  expect(volumeMounts[0]).toEqual({ name: "execution", mountPath: "/execution" });
  const claims = object(of("raft-5"), "StatefulSet", "seq").spec.volumeClaimTemplates;
  expect(claims.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(["data", "execution"]);
  expect(container("raft-5", "node").args).toContain("--evm.engine-url=http://127.0.0.1:8551");
});

test("what only its operator can know is warned of", () => {
  const { stack } = build("raft-3", "sequencer.networkPolicies.writers=[]");
  expect(warningsOf(stack)).toEqual(["sequencer.networkPolicies.writers not set: nobody may send transactions"]);
  expect(warningsOf(build("raft-3").stack)).toEqual([]);
});
