import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Verdict } from "../../../cli/drill/report";
import { cli } from "../driver/cli";
import { loadImages } from "../driver/images";
import { apply, deleteNamespaces, getJson, until } from "../driver/kubectl";
import { bound, login } from "../driver/roles";
import { DRILLED, namespacesOf } from "./examples";
import { SequencerNetwork } from "./network";

/** The command `drill` on real ev-node members, by a ServiceAccount that has the shipped Role and nothing else. */
const { namespace } = DRILLED;
const dir = mkdtempSync(join(tmpdir(), "drill-"));
const kubeconfig = join(dir, "kubeconfig");
let network: SequencerNetwork;

beforeAll(async () => {
  await deleteNamespaces(...namespacesOf(namespace));
  await loadImages();
  network = await SequencerNetwork.create(DRILLED);
  await network.deploy();
  await apply(bound(namespace, "seq-drill"));
  await login(namespace, "seq-drill", kubeconfig);
  await network.ready(180);
}, 600_000);

afterAll(async () => {
  rmSync(dir, { recursive: true });
  await deleteNamespaces(...namespacesOf(namespace));
}, 200_000);

function drill(...args: string[]) {
  const set = [`sequencer.namespace=${namespace}`, `cluster.kubeconfig=${kubeconfig}`].flatMap(value => [
    "--set",
    value,
  ]);
  return cli("drill", "raft-3", "--yes", "--out", dir, "--values", "examples/sequencer", ...set, ...args);
}

test.each(["kill", "handoff", "partition", "rolling"])(
  "%s: measured, without a second leader or a second block, and everything is well afterwards",
  async kind => {
    const { code, stdout, stderr } = await drill("--kind", kind, "--json");
    if (code !== 0) throw new Error(`${stdout}${stderr}${await network.lastWords()}`);
    const verdict = JSON.parse(stdout) as Verdict & {
      readonly report: string;
      readonly results: readonly { leader: string; heir: string }[];
    };
    process.stderr.write(`  ${kind}: longest gap ${verdict.max.toFixed(2)} s\n`);
    expect(verdict).toMatchObject({ rounds: 1, passed: true, twoLeaders: false, heightConflicts: 0, fallen: [] });
    const [round] = verdict.results;
    if (kind !== "rolling") expect(round?.heir).not.toBe(round?.leader);
    expect(readFileSync(verdict.report, "utf8")).toContain("passed");
    expect(readFileSync(verdict.report.replace(/md$/, "svg"), "utf8")).toContain("<svg");
    const { items } = await getJson("-n", namespace, "leases");
    expect(items).toEqual([]);
    expect((await network.pods()).every(({ ready }) => ready)).toBe(true);
  },
  400_000,
);

test("two at once: the second is refused, and the first goes on", async () => {
  const first = drill("--kind", "handoff");
  await until("the first has begun", 60, async () => (await getJson("-n", namespace, "leases")).items.length > 0, 0.1);
  const second = await drill("--kind", "kill");
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(
    "a drill of seq-drill/seq is under way, by system:serviceaccount:seq-drill:seq-drill since",
  );
  expect((await first).code).toBe(0);
}, 400_000);
