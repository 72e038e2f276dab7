import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgram } from "../../cli/program";
import type { Finding } from "../../lint/lint";
import type { KubernetesObject } from "../../manifests/objects";
import { labelOf } from "../../report/connection";
import { type Report, toHtml } from "../../report/html";
import { matrixOf } from "../../report/matrix";
import { toMermaid } from "../../report/mermaid";
import { type Topology, topologyOf } from "../../report/topology";
import { throwing } from "../cli/throwing";
import { blocks, guides } from "../docs/markdown";
import { drawn, reports, withoutPolicy } from "./reports";

const all = reports();
const of = (name: string) => all.get(name) as Report;
const pages = new Map<string, string>();
const pageOf = (name: string) => {
  const page = pages.get(name) ?? toHtml(of(name));
  pages.set(name, page);
  return page;
};
const lines = ({ connections }: Topology) =>
  connections.map(
    each => `${each.from.name} → ${each.to.name}: ${labelOf(each)}; ${each.rules.join(", ") || each.verdict}`,
  );

test("devnet: who joins through whom, who calls whom, and the rules that allow it", () => {
  expect(lines(drawn(of("devnet")))).toEqual([
    "boot → API server: 443, 6443 TCP; boot egress 3",
    "full → boot: joins 40400 TCP+UDP; full egress 2, boot ingress 1",
    "full → l1: 8545, 5052 TCP; full egress 3",
    "rpc → boot: joins 40400 TCP+UDP; rpc egress 2, boot ingress 1",
    "rpc → l1: 8545, 5052 TCP; rpc egress 3",
    "seq → seq: 5443, 7676 TCP; seq egress 2, seq ingress 1, seq ingress 2",
    "seq → devnet-da: 7980 TCP; seq egress 3",
    "seq-proxy → seq: 9090, 7331 TCP; seq-proxy egress 1, seq ingress 3, seq ingress 4",
    "spike-bootstrap → spike-keeper: 8443 TCP; spike-bootstrap egress 2, spike-keeper ingress 1",
    "spike-bootstrap → spike-nexus: 443 TCP; spike-bootstrap egress 2, spike-nexus ingress 1",
    "spike-bootstrap → API server: 443, 6443 TCP; spike-bootstrap egress 3",
    "spire-ready → API server: 443, 6443 TCP; spire-ready egress 1",
    "apps → full: 8080 TCP; full ingress 2",
    "apps → rpc: 8080 TCP; rpc ingress 2",
    "apps → seq: 7331 TCP; seq ingress 5",
    "apps → seq-proxy: 8080 TCP; seq-proxy ingress 1",
    "apps → spike-nexus: 8443 TCP; spike-nexus ingress 2",
    "spike-nexus → spike-keeper: 8443 TCP; spike-nexus egress 2, spike-keeper ingress 1",
    "spike-pilot → spike-nexus: 8443 TCP; spike-pilot egress 2, spike-nexus ingress 1",
  ]);
});

test("known ENRs lead to the nodes that announce their addresses, and public nodes may be called by anyone", () => {
  expect(lines(drawn(of("mainnet")))).toContain("full → boot: joins 40400 TCP+UDP; full egress 2, boot ingress 1");
  expect(lines(drawn(of("staging")))).toEqual(
    expect.arrayContaining([
      "full → boot: joins 40400 TCP+UDP; full egress 2, boot ingress 1",
      "anyone → boot: 40400 TCP+UDP; boot ingress 1",
    ]),
  );
});

test.each([...all.keys()])("%s: policies allow everything that is configured", name => {
  const { connections } = drawn(of(name));
  expect(connections.length).toBeGreaterThan(2);
  const others = connections.filter(
    ({ verdict, to }) => verdict !== "allowed" && !(verdict === "depends" && to.name === "API server"),
  );
  expect(lines({ nodes: [], connections: others })).toEqual([]);
});

test("a connection that a policy no longer allows is said to be forbidden, everywhere", () => {
  const broken = withoutPolicy(of("devnet"), "boot");
  const page = toHtml(broken);
  expect(lines(drawn(broken))).toContain("full → boot: joins 40400 TCP+UDP, NOT ALLOWED; full egress 2");
  expect(page).toContain("3 connections that no NetworkPolicy allows");
  expect(page).toMatch(/class="edge joins denied"/);
  expect(page).toContain(`NOT ALLOWED</span> by one of the two sides; the other does: full egress 2`);
  expect(toMermaid(drawn(broken))).toMatch(
    /\|"joins 40400 TCP\+UDP, NOT ALLOWED"\|.*\n(.*\n)*.*linkStyle 0,1,3 stroke/,
  );
  expect(pageOf("devnet")).not.toContain("NOT ALLOWED");
});

test.each([...all.keys()])("%s: the page has everything that has a name, and every warning", name => {
  const page = pageOf(name);
  for (const { summary, manifests } of of(name).stacks) {
    for (const { kind, metadata } of manifests.objects) {
      if (["StatefulSet", "Deployment", "Job", "Service", "NetworkPolicy"].includes(kind)) {
        expect(page).toContain(`>${metadata.name} <small>`);
      }
    }
    for (const release of manifests.releases) expect(page).toContain(`>${release.name} <small>`);
    for (const warning of summary.warnings) expect(page).toContain(escaped(warning));
    for (const node of summary.nodes) expect(page).toContain(`>${escaped(node.address)}</div>`);
  }
});

const escaped = (text: string) => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

test.each([...all.keys()])("%s: the page asks nobody for anything, and is the same for the same values", name => {
  const page = pageOf(name);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/ src=|@import|url\(|<link|<script|<img|<iframe|href="(?!#)/);
  expect(toHtml(of(name))).toBe(page);
});

test("identities, keys by reference, and volumes are those of the values", () => {
  const page = pageOf("mainnet");
  expect(page.match(/<code class="enr">enr:-/g)).toHaveLength(3);
  expect(page).toContain("known, verified (3)");
  expect(page).toMatch(/>boot-keys <small>mainnet-p2p<\/small><\/th><td[^>]*><div>the pod&#39;s own</);
  const [, volumes = ""] = page.split(">data-boot-0 … data-boot-2 <small>mainnet-p2p</small></th>");
  expect(volumes).toMatch(/^<td[^>]*><div>2Gi<\/div><\/td><td[^>]*><div>the cluster&#39;s default</);
  expect(pageOf("devnet")).toContain("claim data of each pod, made at the first start");
  expect(pageOf("devnet")).toContain("<li>node-key: Secret seq-node-keys</li><li>signer: Secret seq-signer</li>");
});

test("the matrix says who may call whom", () => {
  const report = of("mainnet");
  const manifests = report.stacks.map(stack => stack.manifests);
  const { head, rows } = matrixOf(manifests, drawn(report), new Set(["mainnet-p2p"]));
  expect(head).toEqual(["From ↓ to →", "archive", "boot", "full", "rpc"]);
  expect(rows).toContainEqual(["full", ...Array(4).fill("40400 TCP+UDP")]);
  expect(rows).toContainEqual(["ingress", "8080 TCP", "–", "8080 TCP", "8080 TCP"]);
  expect(rows).toContainEqual(["monitoring", ...Array(4).fill("9102 TCP")]);
});

test("what is no markup is escaped, wherever it comes from", () => {
  const report = of("local");
  const evil = `"><script>alert('1')</script>&`;
  const [stack] = report.stacks as [Report["stacks"][number]];
  const objects = stack.manifests.objects.map(object =>
    JSON.parse(JSON.stringify(object).replaceAll('"boot"', JSON.stringify(evil))),
  );
  const summary = { ...stack.summary, warnings: [evil] };
  const finding = {
    rule: evil,
    severity: "error",
    object: evil,
    path: evil,
    found: evil,
    remedy: evil,
  } as unknown as Finding;
  const stacks = [{ summary, manifests: { ...stack.manifests, objects } }];
  const page = toHtml({ environment: evil, facts: [[evil, evil]], stacks, findings: [finding] });
  expect(page).not.toMatch(/<script|alert\('|"&gt;/);
  expect(page).toContain(escaped(evil));
  expect(toMermaid(topologyOf(stacks.map(each => each.manifests)))).not.toMatch(/<script/);
});

test("findings that may not stay come before those that are waived", () => {
  const finding = { path: "spec", remedy: "do" };
  const findings: Finding[] = [
    { ...finding, rule: "a", severity: "warning", object: "Job/net/x", found: "is bad", waived: "known" },
    { ...finding, rule: "b", severity: "error", object: "Job/net/y", found: "is worse" },
  ];
  const page = toHtml({ ...of("local"), findings });
  expect(page).toContain("1 errors, 0 warnings, 0 notes, 1 waived.");
  expect(page).toMatch(/is worse[\s\S]*is bad/);
});

test("another namespace of the environment is let in only as far as its own policies let it out", () => {
  const { stacks, ...report } = of("devnet");
  const letIn = { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "devnet-p2p" } } }] };
  const proxy = (object: KubernetesObject) => object.kind === "NetworkPolicy" && object.metadata.name === "seq-proxy";
  const opened = stacks.map(({ summary, manifests }) => {
    const objects = manifests.objects.map(each =>
      proxy(each) ? ({ ...each, spec: { ...(each.spec as object), ingress: [letIn] } } as KubernetesObject) : each,
    );
    return { summary, manifests: { ...manifests, objects } };
  });
  const broken = { ...report, stacks: opened };
  const manifests = opened.map(stack => stack.manifests);
  const { head, rows } = matrixOf(manifests, drawn(broken), new Set(["devnet-seq"]));
  const own = rows.filter(([name]) => ["boot", "full", "rpc"].includes(String(name)));
  // A rule for every host, as that of an unnamed API server, lets pods out as well.
  const cells = own.map(row => [row[0], row[head.indexOf("seq-proxy")]]);
  expect(cells).toEqual([["boot", "443, 6443 TCP"]]);
  expect(lines(drawn(broken)).filter(line => /^(devnet-p2p|boot|full|rpc) → seq-proxy/.test(line))).toEqual([]);
});

test("Mermaid in the documents is what the code makes of devnet", () => {
  const charts = guides()
    .flatMap(blocks)
    .filter(({ language, text }) => language === "mermaid" && text.includes('subgraph s0["devnet-p2p"]'));
  expect(charts.length).toBeGreaterThan(0);
  for (const { text } of charts) expect(text).toBe(toMermaid(drawn(of("devnet"))));
});

describe("the command", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "report-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function run(...args: string[]): Promise<string> {
    const printed: string[] = [];
    const spies = [
      jest.spyOn(console, "log").mockImplementation(text => void printed.push(`${text}\n`)),
      jest.spyOn(process.stdout, "write").mockImplementation(text => printed.push(String(text)) > 0),
    ];
    try {
      await throwing(createProgram()).parseAsync(["report", "local", ...args], { from: "user" });
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    return printed.join("");
  }

  test("writes a page and says where, with what is known at a glance", async () => {
    const file = join(folder, "new", "local.html");
    expect(await run("--out", file)).toBe(`${file}\n`);
    const page = readFileSync(file, "utf8");
    expect(page).toContain("<dd>values/local.yaml, profile dev</dd>");
    expect(page).toContain("<dd>the current context of ~/.kube/config</dd>");
    expect(readdirSync(join(folder, "new"))).toEqual(["local.html"]);
  });

  test("prints a page, or Mermaid, and nothing else", async () => {
    expect(await run("--out", "-")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(await run("--format", "mermaid")).toBe(toMermaid(drawn(of("local"))));
  });

  test("fails where the page cannot be written, and leaves what was there", async () => {
    writeFileSync(join(folder, "taken"), "old");
    await expect(run("--out", join(folder, "taken", "x.html"))).rejects.toThrow(
      /^cannot write .*taken\/x\.html: .* with --out$/,
    );
    expect(readFileSync(join(folder, "taken"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});

test("hosts that the same nodes call in the same way are one box of the picture", () => {
  const page = pageOf("mainnet");
  expect(page.match(/<text class="name"[^>]*>raw\.githubusercontent\.com</g)).toHaveLength(2); // desk and phone
  expect(page).not.toMatch(/<text class="name"[^>]*>metadata\.aztec\.network</);
  expect(page.match(/<text class="title"[^>]*>metadata\.aztec\.network</g)).toHaveLength(2);
  expect(page).toMatch(/>\d+, \d+ · 443 TCP</);
});
