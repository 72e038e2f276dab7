import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { SpikeRelease, setKubernetes } from "../../constructs";
import { HelmProvider } from "../../constructs/kubernetes/framework/provider";
import { lint } from "../../lint/lint";
import type { HelmRelease } from "../../manifests";
import { compare } from "../../review/change";
import { consequencesOf } from "../../review/consequences";
import { synthesize } from "../../stacks/app";
import { manifestsOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { chartFiles } from "../chart-files";
import { newStack } from "../constructs/fixtures";

const dir = mkdtempSync(join(tmpdir(), "chart-files-"));
const outdir = join(dir, "out");
afterAll(() => rmSync(dir, { recursive: true }));

const VALUES = `profile: dev
cluster: { context: one }
kubernetes: { registry: mirror.example.org/rollup }
spike:
  namespace: a-spike
  version: 0.8.0
  trustDomain: a.example
  clusterName: a
`;
const FILES = `  chartFile: spire-0.30.0.tgz
  spire: { chartFile: spire-0.30.0.tgz, crdsFile: spire-crds-0.6.0.tgz }
`;
chartFiles(dir);
writeFileSync(join(dir, "none.tgz"), "no");
writeFileSync(join(dir, "other.tgz"), gzipSync("no"));

function releases(text: string, ...set: string[]): readonly HelmRelease[] {
  writeFileSync(join(dir, "a.yaml"), text);
  const { results } = synthesize(loadEnvironments({ dir, set }), stack => manifestsOf(stack).releases, { outdir });
  return results.flat();
}

const FROM_FILES = ["spike", "spike-keeper", "spire", "spire-crds"];
const named = (of: readonly HelmRelease[]) => of.filter(({ name }) => FROM_FILES.includes(name));

test("charts from files are copied to where Terraform runs, without a repository", () => {
  const found = named(releases(VALUES + FILES));
  expect(found.map(({ name, version }) => [name, version])).toEqual([
    ["spike", "0.30.0"],
    ["spike-keeper", "0.30.0"],
    ["spire", "0.30.0"],
    ["spire-crds", "0.6.0"],
  ]);
  for (const { chart, repository } of found) {
    expect(repository).toBeUndefined();
    expect(chart).toMatch(/^assets\/.*\.tgz$/);
    const file = chart.split("/").at(-1) as string;
    const copy = readFileSync(join(outdir, "stacks", "a-spike", chart));
    expect(copy.equals(readFileSync(join(dir, file)))).toBe(true);
  }
});

test.each(["ustar", "gnu", "pax"])("a chart that tar packed as %s is read", format => {
  const { dir: other, ...charts } = chartFiles(undefined, format);
  try {
    expect(existsSync(charts.spire)).toBe(true);
    expect(() => spikeOf(charts.spire)).not.toThrow();
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("a file in place of a repository is an upgrade of the release", () => {
  const [before, after] = [named(releases(VALUES)), named(releases(VALUES + FILES))];
  const of = (releases: readonly HelmRelease[]) => ({ objects: [], releases });
  const { changes } = compare("a-spike", of(before), of(after));
  const spire = changes.find(({ address }) => address.endsWith("/spire"));
  expect(spire?.differences.map(({ path }) => path).sort()).toEqual(["chart", "repository"]);
  expect(spire && consequencesOf(spire)).toEqual(["Helm upgrades spire; which pods restart is decided by the chart"]);
});

test("lint takes SPIRE's namespace for SPIRE's, also with a chart from a file", () => {
  writeFileSync(join(dir, "a.yaml"), VALUES + FILES);
  const [environment] = synthesize(loadEnvironments({ dir }), stack => manifestsOf(stack), { outdir }).results;
  const found = lint(environment as never).filter(({ rule }) => rule === "pod-security-level");
  expect(found.map(({ waived }) => waived)).toEqual([expect.stringContaining("SPIRE's agent")]);
});

const PULL = "  → get it: helm pull spire --version 0.30.0 --repo https://spiffe.github.io/helm-charts-hardened/";

test.each([
  ["chartFile=missing.tgz", `missing.tgz cannot be read (ENOENT)\n${PULL}`],
  ["chartFile=none.tgz", `none.tgz is no packed chart: incorrect header check\n${PULL}`],
  ["chartFile=other.tgz", `other.tgz is no packed chart: it has no Chart.yaml\n${PULL}`],
  ["chartFile=spire", "spire is a folder, not a packed chart\n  → pack it: helm package"],
  [
    "chartFile=spire-crds-0.6.0.tgz",
    "spire-crds-0.6.0.tgz is the chart spire-crds 0.6.0, not spire\n  → name the file of spire 0.30.0",
  ],
  [
    "chartVersion=0.29.0",
    "is the chart spire 0.30.0, not 0.29.0\n  → set chartVersion: 0.30.0, or name the file of 0.29.0",
  ],
  [
    "spire.crdsVersion=0.5.0",
    "is the chart spire-crds 0.6.0, not 0.5.0\n  → set crdsVersion: 0.6.0, or name the file of 0.5.0",
  ],
  [
    "kubernetes.chartRepository=https://charts.example.org",
    "spike.chartFile\n  the chart has a file, and is in the chartRepository https://charts.example.org too\n  → remove one",
  ],
])("fails for spike.%s", (assignment, message) => {
  expect(() => releases(VALUES + FILES, `spike.${assignment}`)).toThrow(message);
});

function spikeOf(chartFile: string, chartRepository?: string) {
  const stack = newStack();
  new HelmProvider(stack, "Helm", {});
  setKubernetes(stack, { chartRepository });
  return new SpikeRelease(stack, "Spike", {
    namespace: "spike",
    trustDomain: "a.example",
    version: "0.8.0",
    chartFile,
  });
}

test("fails for a prop that names a missing file, or a file beside a repository", () => {
  expect(() => spikeOf("missing.tgz")).toThrow("chartFile: missing.tgz cannot be read (ENOENT) → get it: helm pull");
  const both = () => spikeOf(join(dir, "spire-0.30.0.tgz"), "https://charts.example.org");
  expect(both).toThrow("chartFile: the chart has a file, and is in the chartRepository");
});
