import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestsOf } from "../../testing";
import { loadEnvironments, ValuesError } from "../../values/load/load";
import { sectionsOf } from "../../values/schema/sections";
import { anchors, root } from "../docs/markdown";
import { buildApp } from "./build-app";

const outdir = mkdtempSync(join(tmpdir(), "runbooks-"));
afterAll(() => rmSync(outdir, { recursive: true }));

interface Alert {
  readonly alert: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

const DIRS = ["values", "examples/sequencer", "examples/spike"];
const BASE = "https://git.example.org/docs/runbooks";

/** The alerts of a folder's environments, as they are. */
function alertsOf(dir: string, names?: readonly string[], set: readonly string[] = []): Alert[] {
  const { stacks } = buildApp(loadEnvironments({ dir, names, set }), { outdir });
  return stacks
    .flatMap(stack => manifestsOf(stack).releases)
    .flatMap(({ values }) => (values as { objects?: { kind: string }[] }).objects ?? [])
    .filter(({ kind }) => kind === "PrometheusRule")
    .flatMap(rule => (rule as unknown as { spec: { groups: { rules: Alert[] }[] } }).spec.groups)
    .flatMap(({ rules }) => rules);
}

test.each(DIRS)("every alert of the environments in %s has an absolute link", dir => {
  for (const { alert, annotations } of alertsOf(dir)) {
    const link = expect.stringMatching(/^https:\/\/[^#]+\.md#[a-z0-9-]+$/);
    expect([alert, annotations.runbook_url]).toEqual([alert, link]);
  }
});

/** Of every environment and example, with monitoring where it is off. */
const monitored = DIRS.flatMap(dir =>
  loadEnvironments({ dir }).flatMap(({ name, values }) => {
    const set = sectionsOf(values).map(section => `${section.name}.monitoring.enabled=true`);
    return alertsOf(dir, [name], [`runbookBase=${BASE}`, ...set]);
  }),
);
const alerts = new Map(monitored.map(found => [`${found.alert} ${found.labels.severity}`, found]));

test("the environments and examples have alerts of every section", () => {
  const prefixes = new Set([...alerts.keys()].map(name => /^(Sequencer|Spike|)/.exec(name)?.[0]));
  expect([...prefixes].sort()).toEqual(["", "Sequencer", "Spike"]);
});

test.each([...alerts])("%s has a section in a runbook that names it", (_, { alert, annotations }) => {
  const [url = "", anchor] = annotations.runbook_url.split("#");
  expect(url.startsWith(`${BASE}/`)).toBe(true);
  const file = `docs/runbooks/${url.slice(BASE.length + 1)}`;
  expect({ file, exists: existsSync(join(root, file)) }).toEqual({ file, exists: true });
  const text = readFileSync(join(root, file), "utf8");
  const section = text.split(/^## /m).find(part => anchors({ file, text: `## ${part}` })[0] === anchor);
  expect(`${file}#${anchor}: ${section}`).toContain(`**\`${alert}\``);
  expect(annotations.summary).not.toBe("");
});

test("fails for alerts without an address of the runbooks", () => {
  const build = () => alertsOf("values", ["devnet"], ["p2p.monitoring.enabled=true", "spike.monitoring.enabled=true"]);
  expect(build).toThrow(ValuesError);
  expect(build).toThrow(
    "runbookBase\n  is missing: the alerts of p2p.monitoring and spike.monitoring link to runbooks" +
      "\n  → give the URL of docs/runbooks in your repository, such as https://…/blob/main/docs/runbooks",
  );
});
