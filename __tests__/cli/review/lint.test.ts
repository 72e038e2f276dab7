import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { createProgram } from "../../../cli/program";
import { lintReport } from "../../../cli/review/lint-report";
import { rules } from "../../../lint/rules";
import { waiverRules } from "../../../lint/waivers";
import { type Document, documents, tables } from "../../docs/markdown";
import { throwing } from "../throwing";

const home = process.cwd();
let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "lint-")));
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** `full` has one replica, and the environment of a secret, which is a warning. */
const VALUES = `profile: dev
p2p:
  namespace: net
  chain: { l1ChainId: 1, network: devnet }
  image: aztec:4.1.2
  bootstrap:
    - name: boot
  nodes:
    - name: full
      join: [boot]
      secretEnv: { ETHEREUM_HOSTS: { secret: l1, key: url } }
`;
const OPEN = VALUES.replace("  bootstrap:", "  networkPolicies: { enabled: false }\n  bootstrap:");

const waivers = (...lines: string[]) => `lint:\n  waivers:\n${lines.map(line => `    - { ${line} }\n`).join("")}`;

async function lint(values: string, ...args: string[]): Promise<{ code: number; printed: string }> {
  writeFileSync("net.yaml", values);
  const printed: string[] = [];
  const log = jest.spyOn(console, "log").mockImplementation(text => void printed.push(`${text}\n`));
  try {
    await throwing(createProgram()).parseAsync(["lint", "--values", ".", ...args], { from: "user" });
    return { code: Number(process.exitCode), printed: printed.join("") };
  } catch (error) {
    return { code: 1, printed: (error as Error).message };
  } finally {
    process.exitCode = 0;
    log.mockRestore();
  }
}

const json = async (values: string, ...args: string[]) => JSON.parse((await lint(values, ...args, "--json")).printed);

test("prints warnings with their place and remedy, counts notes, and ends with 0", async () => {
  expect(await lint(VALUES)).toEqual({
    code: 0,
    printed: `net: 0 errors, 1 warning, 6 notes, 0 waived
  Deployment/net/full  (net.yaml:9)
    warning  secret-env: container node has ETHEREUM_HOSTS from Secret l1
             spec.template.spec.containers[0].env[26]
             → mount the Secret, where the software reads a file
    notes    image-digest 3, priority-class 2, replicas 1 (--json tells where)
`,
  });
});

test("ends with 2 for errors, and with --strict for warnings", async () => {
  expect(await lint(VALUES, "--strict")).toMatchObject({ code: 2 });
  const { code, printed } = await lint(OPEN);
  expect(code).toBe(2);
  expect(printed).toContain(
    "  Namespace/net  (net.yaml:2)\n    error    default-deny: has no NetworkPolicy that denies",
  );
  expect(printed).toContain(
    "  StatefulSet/net/boot  (net.yaml:8)\n    error    pod-policy: no NetworkPolicy of its own",
  );
});

test("a waiver keeps what it names from failing, and is shown with its reason", async () => {
  const waived = waivers(
    "rule: secret-env, object: Deployment/net/full, reason: Aztec reads no file, expires: 2999-12-31",
  );
  const { code, printed } = await lint(VALUES + waived, "--strict");
  expect(printed).toContain("    waived   secret-env of Deployment/net/full: Aztec reads no file (until 2999-12-31)\n");
  expect(printed).toContain(
    "  lint.waivers[0]  (net.yaml:14)\n    warning  waiver-too-long: the waiver of secret-env of " +
      "Deployment/net/full holds until 2999-12-31\n",
  );
  expect(code).toBe(2);
});

test("waivers that are past their day, or waive nothing, are findings at their line", async () => {
  const { findings, counts } = await json(
    VALUES +
      waivers(
        "rule: secret-env, reason: for the migration, expires: 2001-01-31",
        "rule: replicas, object: Deployment/net/rpc, reason: a test, expires: 2999-12-31",
      ),
  );
  expect(counts).toMatchObject({ error: 1, waived: 0 });
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ rule: "secret-env", severity: "warning" }),
      expect.objectContaining({
        rule: "waiver-expired",
        found: "the waiver of secret-env expired on 2001-01-31",
        line: 14,
      }),
      expect.objectContaining({
        rule: "waiver-unused",
        found: "there is no replicas of Deployment/net/rpc to waive",
        line: 15,
      }),
    ]),
  );
});

test.each([
  [
    "an unknown rule",
    "rule: replica, reason: a test, expires: 2027-03-31",
    ['"replica" is not allowed', `(${rules.length} in all)`, 'did you mean "replicas"?'],
  ],
  [
    "no reason",
    "rule: replicas, reason: ' ', expires: 2027-03-31",
    ["lint.waivers[0].reason", "must say why it may stay"],
  ],
  ["a day that is none", "rule: replicas, reason: a test, expires: 2027-02-29", ["must be a date such as 2027-03-31"]],
  ["no day", "rule: replicas, reason: a test", ["lint.waivers[0].expires", "is missing"]],
  [
    "an object that is none",
    "rule: replicas, object: full, reason: a, expires: 2027-03-31",
    ["must be Kind/namespace/name"],
  ],
])("fails for a waiver with %s", async (_, waiver, parts) => {
  const { code, printed } = await lint(VALUES + waivers(waiver));
  expect(code).toBe(1);
  for (const part of parts) expect(printed).toContain(part);
});

test("a text of the values cannot imitate a finding or a verdict", () => {
  const finding = {
    rule: "r",
    severity: "error",
    object: "Pod/a/b\u2028c",
    path: "x",
    found: "a\nnet: 0 errors\u202e",
    remedy: "b\u001b[2J",
    environment: "net",
    file: "values/net.yaml",
    line: 1,
  } as const;
  const report = lintReport(["net"], [finding]);
  expect(report.split("\n")).toHaveLength(5);
  expect(report).toContain("a\\nnet: 0 errors\\u202e");
  expect(report).toContain("→ b\\u001b[2J");
});

test("fails where the SARIF file cannot be written", async () => {
  const { code, printed } = await lint(VALUES, "--sarif", "missing/lint.sarif");
  expect(code).toBe(1);
  expect(printed).toMatch(/^cannot write missing\/lint\.sarif: .* with --sarif$/);
});

describe("SARIF", () => {
  let log: Log;
  beforeAll(async () => {
    const waived = waivers("rule: secret-env, reason: Aztec reads no file, expires: 2999-12-31");
    expect(await lint(OPEN + waived, "--sarif", "lint.sarif")).toMatchObject({ code: 2 });
    log = JSON.parse(readFileSync("lint.sarif", "utf8"));
  });

  test("tells every rule, with help and level", () => {
    const { driver } = log.runs[0]?.tool ?? {};
    expect(log.version).toBe("2.1.0");
    expect(driver?.rules?.map(({ id }) => id)).toEqual([...rules, ...waiverRules].map(({ id }) => id));
    for (const { shortDescription, fullDescription, help, defaultConfiguration } of driver?.rules ?? []) {
      for (const text of [shortDescription, fullDescription, help]) expect(text?.text).toMatch(/^[A-Z].+\.$/s);
      expect(["error", "warning", "note"]).toContain(defaultConfiguration?.level);
    }
  });

  test("tells every finding that is not waived, with what code scanning needs", () => {
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ ruleId }) => ruleId)).toEqual(
      expect.arrayContaining(["default-deny", "pod-policy", "waiver-too-long"]),
    );
    expect(results.map(({ ruleId }) => ruleId)).not.toContain("secret-env");
    for (const { ruleId, ruleIndex, message, locations } of results) {
      expect(log.runs[0]?.tool.driver.rules?.[ruleIndex as number]?.id).toBe(ruleId);
      expect(message.text).toMatch(/^net: .+ Remedy: .+\.$/);
      const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
      expect(artifactLocation?.uri).toBe("net.yaml");
      expect(region?.startLine).toBeGreaterThan(1);
    }
    const prints = results.map(({ partialFingerprints }) => partialFingerprints?.primaryLocationLineHash);
    expect(new Set(prints).size).toBe(results.length);
    expect(results.find(({ ruleId }) => ruleId === "pod-policy")).toMatchObject({
      level: "error",
      locations: [{ logicalLocations: [{ fullyQualifiedName: "net/StatefulSet/net/boot" }] }],
    });
  });
});

test("docs/lint-rules.md tells every rule as it is", () => {
  const [document] = documents().filter(({ file }) => file === "docs/lint-rules.md");
  const rows = tables(document as Document)
    .filter(({ section }) => section === "Rules")
    .map(({ cells }) => cells);
  const told = [...rules, ...waiverRules].map(rule => [
    `\`${rule.id}\``,
    rule.severity,
    rule.holds,
    "alike" in rule ? rule.alike.join(", ") : "",
  ]);
  expect(rows).toEqual(told);
});
