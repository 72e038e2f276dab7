import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toYaml } from "../../testing";
import { analyzer, criticalFindings, type Finding, schemasOf } from "./analyzers";
import { everyStack } from "./driver/every-stack";
import { run } from "./driver/run";
import { manifestsFor } from "./driver/stack";

interface Meant {
  readonly check: string;
  readonly summary: RegExp;
  readonly object: RegExp;
  readonly why: string;
}

const WORKLOADS = /^(StatefulSet|Deployment|Job)\//;

/** What kube-score calls critical and is meant. */
const MEANT: readonly Meant[] = [
  {
    check: "container-resources",
    summary: /^CPU limit is not set$/,
    object: WORKLOADS,
    why: "a throttled node looks like a lost leader to its peers; CPU is requested, and memory limited",
  },
  {
    check: "container-image-pull-policy",
    summary: /^ImagePullPolicy is not set to Always$/,
    object: WORKLOADS,
    why: "values take no tag that moves; with Always no pod could start while the registry is away",
  },
  {
    check: "container-ephemeral-storage-request-and-limit",
    summary: /^Ephemeral Storage (request|limit) is not set$/,
    object: WORKLOADS,
    why:
      "root filesystems are read-only and data is on claims; what a node without a claim writes is its chain's, " +
      "and a guessed limit would evict it",
  },
  {
    check: "pod-probes-identical",
    summary: /^Container has the same readiness and liveness probe$/,
    object: /^Deployment\/.*-proxy$/,
    why: "a proxy that answers serves: whether there is a leader is not for it to be restarted over",
  },
  {
    check: "service-targets-pod",
    summary: /^The services selector does not match any pods$/,
    object: /^Service\/.*\/(boot(-\d)?-p2p|seq-\d)$/,
    why: "it selects one pod of a StatefulSet, by the label that the controller gives it",
  },
  {
    check: "networkpolicy-targets-pod",
    summary: /^The NetworkPolicys selector doesn't match any pods$/,
    object: /^NetworkPolicy\/.*\/spike-(keeper|nexus|pilot)$/,
    why: "its pods come from SPIKE's own chart",
  },
];

const folder = mkdtempSync(join(tmpdir(), "analyzers-"));
let schemas: string;

beforeAll(async () => {
  schemas = await schemasOf(join(folder, "schemas"));
  await analyzer("kubeconform");
  await analyzer("kube-score");
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true }));

const conforms = async (yaml: string) =>
  run([await analyzer("kubeconform"), "-strict", "-summary", "-schema-location", schemas, "-"], yaml);

test.each(everyStack)(
  "kubeconform: $dir/$name, section $section, by the API server's own schemas",
  async stack => {
    const { stdout } = await conforms(toYaml(manifestsFor(stack)));
    expect(stdout).toMatch(/Valid: [1-9]\d*, Invalid: 0, Errors: 0, Skipped: 0/);
  },
  60_000,
);

test("kubeconform refuses a field that Kubernetes does not know", async () => {
  await expect(
    conforms('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "dta": {}}'),
  ).rejects.toThrow("dta");
}, 30_000);

const meant = ({ check, summary, object }: Finding) =>
  MEANT.find(each => each.check === check && each.summary.test(summary) && each.object.test(object));

test("kube-score finds nothing critical in any stack that is not meant, and all that is meant", async () => {
  const found = (await Promise.all(everyStack.map(stack => criticalFindings(toYaml(manifestsFor(stack)))))).flat();
  expect(found.filter(finding => !meant(finding))).toEqual([]);
  expect(MEANT.filter(each => !found.some(finding => meant(finding) === each))).toEqual([]);
}, 120_000);
