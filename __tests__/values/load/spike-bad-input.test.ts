import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestsOf, terraformOf } from "../../../testing";
import type { Environment } from "../../../values/load/environment";
import { loadEnvironments } from "../../../values/load/load";
import type { SpikeValues } from "../../../values/schema/spike";
import { buildApp } from "../../stacks/build-app";

const outdir = mkdtempSync(join(tmpdir(), "spike-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const build =
  (...set: string[]) =>
  () =>
    buildApp(loadEnvironments({ dir: "examples/spike", set }), { outdir });

test("the example is right", () => {
  expect(build()).not.toThrow();
});

test.each([
  ["spike.threshold=0", "spike.threshold\n  0 of 5 shares make no root key\n  → use a whole number from 1 to 5"],
  ["spike.threshold=6", "6 of 5 shares make no root key"],
  ["spike.keepers=2", "spike.keepers\n  2 keepers: the loss of one would take the root key"],
  ["spike.shares=5", 'spike.shares\n  the key "shares" was removed\n  → remove it: every keeper has one share'],
  ["spike.version=0.7.0", "spike.version\n  0.7.0 is before 0.8.0"],
  ["spike.chartVersion=^0.30.0", 'spike.chartVersion\n  "^0.30.0" is not one release of the chart'],
  ["spike.spire.crdsVersion=latest", 'spike.spire.crdsVersion\n  "latest" is not one release of the chart'],
  [
    "spike.spire.namespace=spike",
    "spike.spire.namespace\n  deploys into namespace spike of the current context, and so does spike.namespace",
  ],
  ["spike.trustDomain=UPPER", 'spike.trustDomain\n  "UPPER" is no SPIFFE trust domain'],
  ["spike.bootstrap.keeperTimeout=30", "spike.bootstrap.keeperTimeout"],
  ["spike.bootstrap.keeperTimeout=0s", "must be a time above 0 such as"],
  ["spike.bootstrap.svidTimeout=-1s", "must be a time above 0 such as"],
  ["spike.bootstrap.keeperMaxRetries=0", "spike.bootstrap.keeperMaxRetries\n  0 is no bound"],
  ["spike.bootstrap.force=true", "spike.bootstrap.force"],
  [
    "spike.bootstrap.force=yes please",
    'a new root key over one that is there loses data\n  → say so: "every secret stored so far',
  ],
  [
    "spike.backendStore=memory",
    "spike.backendStore\n  memory is not bootstrapped: upstream's bootstrap skips itself there\n  → set bootstrap: " +
      "false, or use sqlite",
  ],
  [
    "spike.backendStore=lite",
    'spike.backendStore\n  "lite" was removed; allowed: sqlite | memory\n  → use sqlite, or memory for trials',
  ],
  ["spike.bootstrap.keeperTimeout=25h", 'spike.bootstrap.keeperTimeout\n  "25h" is more than 24h\n  → use 24h or less'],
  ["spike.bootstrap=false", "spike.bootstrap\n  no bootstrap: without a root key Nexus never becomes ready"],
  ["spike.bootstrap.gateImage=node:latest", 'spike.bootstrap.gateImage\n  image "node:latest" uses the tag latest'],
  ["spike.digests.bootstrap=sha256:1", 'spike.digests.bootstrap\n  "sha256:1" is not sha256 and 64 hex digits'],
  ["spike.version=v0.8.0", 'spike.version\n  "v0.8.0" is not a release of SPIKE'],
  ["spike.values.spike-nexus.shamir.shares=3", "spike.values.spike-nexus.shamir\n  the bootstrap would not know of it"],
  [
    "requireDigests=true",
    "spike.bootstrap.image\n  the image of the bootstrap is named by tag, but digests are required",
  ],
  ["requireDigests=true", "spike.digests.keeper\n  the image of keeper is named by tag, but digests are required"],
])("%s is refused, at its place", (assignment, message) => {
  expect(build(assignment)).toThrow(message);
});

test("a store without a root key has no Job", () => {
  const { stacks } = buildApp(
    loadEnvironments({ dir: "examples/spike", set: ["spike.backendStore=memory", "spike.bootstrap=false"] }),
    { outdir },
  );
  expect(stacks.map(stack => "bootstrap" in stack && stack.bootstrap)).toEqual([undefined]);
});

test("a SPIRE that is there already is used: nothing of it is installed, and SPIKE is registered with it", () => {
  const dir = mkdtempSync(join(tmpdir(), "existing-"));
  try {
    const values =
      "profile: dev\ncluster: { context: one }\nspike: { namespace: spike, version: 0.8.0, trustDomain: a.example, " +
      "spire: { existing: { className: corp, socket: api.sock } } }\n";
    writeFileSync(join(dir, "a.yaml"), values);
    const { stacks } = buildApp(loadEnvironments({ dir }), { outdir });
    const { releases, objects } = manifestsOf(stacks[0] as never);
    expect(releases.map(({ name }) => name).sort()).toEqual(["spike", "spike-identities", "spike-keeper"]);
    expect(objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name)).toEqual(["spike"]);
    expect(JSON.stringify(releases)).toContain('"className":"corp"');
    expect(JSON.stringify(objects)).toContain("unix:///spiffe-workload-api/api.sock");
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.each([
  ["spike.clusterName=", "spike.clusterName"],
  ["spike.spire.existing={}", "spike.spire.existing.className"],
  ["spike.spire.existing={className: corp}", "spike.spire.namespace\n  has no effect: SPIRE is there already"],
  ["spike.spire.existing={className: corp}", "spike.spire.values\n  has no effect: SPIRE is there already"],
])("%s is refused beside SPIRE's own settings", (assignment, message) => {
  expect(build(assignment)).toThrow(message);
});

test("everything in SPIKE's namespace comes after SPIRE, and goes before it", () => {
  const { stacks } = buildApp(loadEnvironments({ dir: "examples/spike" }), { outdir });
  const { resource } = terraformOf(stacks[0] as never) as { resource: Record<string, Record<string, Resource>> };
  const addressOf = (type: string, is: (each: Resource) => boolean) =>
    Object.entries(resource[type] ?? {}).flatMap(([id, each]) => (is(each) ? [[`${type}.${id}`, each] as const] : []));
  const [[spire]] = addressOf("helm_release", ({ name }) => name === "spire") as [[string, Resource]];
  const namespaces = addressOf("kubernetes_namespace_v1", () => true);
  expect(
    namespaces.filter(([, each]) => each.depends_on?.includes(spire)).map(([, each]) => each.metadata?.name),
  ).toEqual(["spike"]);
  const [[ready]] = addressOf("kubernetes_job_v1", ({ metadata }) => metadata?.name === "spire-ready") as [
    [string, Resource],
  ];
  for (const name of ["spike-keeper", "spike"]) {
    const [[, release]] = addressOf("helm_release", each => each.name === name) as [[string, Resource]];
    expect(release.depends_on).toContain(ready);
  }
});

interface Resource {
  readonly name?: string;
  readonly metadata?: { readonly name: string };
  readonly depends_on?: readonly string[];
}

test("SPIRE that is installed needs the cluster's name", () => {
  const [{ values, ...environment }] = loadEnvironments({ dir: "examples/spike" }) as [Environment];
  const { clusterName: _, ...spike } = values.spike as SpikeValues;
  const without = { ...environment, values: { ...values, spike } };
  expect(() => buildApp([without], { outdir })).toThrow("spike.clusterName\n  is missing: SPIRE attests its nodes");
});

test("SPIRE is the whole cluster's: two environments of one cluster cannot both have it", () => {
  const dir = mkdtempSync(join(tmpdir(), "two-"));
  try {
    const values = (namespace: string) =>
      `profile: dev\ncluster: { context: one }\nspike: { namespace: ${namespace}, version: 0.8.0, trustDomain: ` +
      `a.example, clusterName: a }\n`;
    writeFileSync(join(dir, "a.yaml"), values("a"));
    writeFileSync(join(dir, "b.yaml"), values("b"));
    expect(() => loadEnvironments({ dir })).toThrow("installs SPIRE on");
    writeFileSync(join(dir, "b.yaml"), values("b").replace("context: one", "context: two"));
    expect(() => loadEnvironments({ dir })).not.toThrow();
  } finally {
    rmSync(dir, { recursive: true });
  }
});
