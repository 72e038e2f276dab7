import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBootstrapIdentity } from "../../constructs/p2p/enr";
import { findingsOf } from "../../stacks/app";
import { warningsOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { type Files, withFolder } from "../values/folder";
import { buildApp } from "./build-app";

const outdir = mkdtempSync(join(tmpdir(), "contradictions-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const enrOf = (l1ChainId: number) => createBootstrapIdentity({ l1ChainId, ip: "10.96.7.7", port: 40400 }).enr;

/** An environment of these p2p lines. */
const files = (chain: string, ...p2p: string[]): Files => ({
  "devnet.yaml": [
    "profile: dev",
    "p2p:",
    "  namespace: net",
    `  chain: { registryAddress: "0x${"0".repeat(40)}", l1WithoutDebug: true, ${chain} }`,
    "  image: registry/node:6.0.0",
    ...p2p.map(line => `  ${line}`),
    "",
  ].join("\n"),
});

/** Path, message and remedy of what is wrong with it. */
const errors = (chain: string, ...p2p: string[]) =>
  withFolder(files(chain, ...p2p), dir =>
    loadEnvironments({ dir })
      .flatMap(findingsOf)
      .map(({ path, message, remedy }) => `${path}: ${message} → ${remedy}`),
  );
const warnings = (chain: string, ...p2p: string[]) =>
  withFolder(files(chain, ...p2p), dir => buildApp(loadEnvironments({ dir }), { outdir }).stacks.flatMap(warningsOf));

test("fails for an ENR of another L1, given or external", () => {
  const [own, other] = [enrOf(11155111), enrOf(1)];
  const message =
    "the ENR is of L1 chain 1, and p2p.chain.l1ChainId is 11155111: nodes ignore each other → take the ENR of a " +
    "node of this chain, or correct l1ChainId";
  expect(
    errors(
      "l1ChainId: 11155111",
      "bootstrap:",
      "- name: boot",
      "  announce: { clusterIp: { addresses: [10.96.7.7] } }",
      `  identity: { secret: k, enrs: [${other}] }`,
      `nodes: [{ name: full, join: [], externalEnrs: [${own}, ${other}] }]`,
    ),
  ).toEqual(
    expect.arrayContaining([
      `p2p.bootstrap[0].identity.enrs[0]: ${message}`,
      `p2p.nodes[0].externalEnrs[1]: ${message}`,
    ]),
  );
  expect(errors("l1ChainId: 11155111", `nodes: [{ name: full, externalEnrs: [${own}] }]`)).toEqual([]);
});

test("fails for a public network on another L1", () => {
  expect(errors("l1ChainId: 1, network: testnet")).toEqual([
    "p2p.chain.l1ChainId: 1 is not the L1 of p2p.chain.network, testnet, which is 11155111 → use 11155111, or " +
      "another network",
  ]);
  expect(errors("l1ChainId: 11155111, network: testnet")).toEqual([]);
});

test("warns of a network that nobody knows, unless its configuration is one's own", () => {
  const said = (chain: string, ...p2p: string[]) => warnings(chain, ...p2p).filter(text => text.includes("network:"));
  expect(said("l1ChainId: 11155111, network: tesnet")).toEqual([
    'p2p.chain.network: "tesnet" is no public network that this package knows: did you mean "testnet"?',
  ]);
  expect(said("l1ChainId: 1, network: mainnet")).toEqual([]);
  expect(said("l1ChainId: 1, network: ours, networkConfigUrl: http://configs.net.svc/networks.json")).toEqual([]);
});

test("warns of what nodes cannot do without an endpoint that traces", () => {
  const said = (chain: string, ...p2p: string[]) => warnings(chain, ...p2p).filter(text => text.includes("Debug:"));
  const [warning, ...others] = said("l1ChainId: 1", "nodes: [{ name: full }]");
  expect(others).toEqual([]);
  expect(warning).toMatch(
    /^p2p.chain.l1WithoutDebug: nodes cannot recover the data of a proposal .* may stop to follow/,
  );
  expect(said("l1ChainId: 1", "bootstrap: [{ name: boot }]")).toEqual([]);
  expect(said("l1ChainId: 1, l1DebugUrls: [https://l1.example.com]", "nodes: [{ name: full }]")).toEqual([]);
});

const KEY = "0f3c9a1b7d2e4c5f8a6b0f3c9a1b7d2e";

test("fails for a consensus URL with a query", () => {
  expect(errors('l1ChainId: 1, l1ConsensusUrls: ["https://beacon.example.com/?network=main"]')).toEqual([
    "p2p.chain.l1ConsensusUrls[0]: has a query: the node appends paths to it → leave the query out, or put the URL " +
      "into a Secret that secretEnv names",
  ]);
});

test.each([
  ["a part of the path", `https://rpc.example.com/v3/${KEY}`, "part 2 of the path"],
  ["a UUID", "https://rpc.example.com/1b4e28ba-2fa1-11d2-883f-0016d3cca427", "part 1 of the path"],
  ["a parameter by its name", "https://rpc.example.com/?apikey=x1", "the parameter apikey"],
  ["a parameter by its value", `https://rpc.example.com/?id=${KEY}`, "the parameter id"],
])("fails for a URL with a key in %s, and does not repeat it", (_, url, where) => {
  const [error, ...others] = errors(`l1ChainId: 1, l1ExecutionUrls: ["${url}"]`);
  expect(others).toEqual([]);
  expect(error).toBe(
    `p2p.chain.l1ExecutionUrls[0]: ${where} of rpc.example.com looks like a key, which would stand in Terraform's ` +
      "state → put the URL into a Secret, and name that in secretEnv of the nodes as ETHEREUM_HOSTS, or list it in " +
      "p2p.chain.publicUrls if it holds none",
  );
  expect(errors(`l1ChainId: 1, l1ExecutionUrls: ["${url}"], publicUrls: ["${url}"]`)).toEqual([]);
  const node = `nodes: [{ name: full, externalEnrs: [${enrOf(1)}], env: { SYNC_URL: "http://a.b,${url}" } }]`;
  expect(errors("l1ChainId: 1", node)).toEqual([expect.stringContaining("p2p.nodes[0].env.SYNC_URL: ")]);
});

const KEYED = `https://a.example.com/v3/${KEY}`;
const SECRET = (variable: string) =>
  `put the URL into a Secret, and name that in secretEnv of the nodes as ${variable}`;
const NO_KEY = "use a URL that needs no key";
const BROKER = "proverBrokers: [{ name: queue, env: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: http://otel.o.svc } }]";

test.each([
  ["p2p.chain.l1ConsensusUrls[0]", SECRET("L1_CONSENSUS_HOST_URLS"), [`l1ConsensusUrls: ["${KEYED}"]`]],
  ["p2p.chain.l1DebugUrls[0]", SECRET("ETHEREUM_DEBUG_HOSTS"), [`l1DebugUrls: ["${KEYED}"]`]],
  ["p2p.chain.networkConfigUrl", NO_KEY, [`network: ours, networkConfigUrl: "${KEYED}"`]],
  ["p2p.crs.mirror", NO_KEY, ["", `crs: { mirror: "${KEYED}" }`]],
  ["p2p.bootstrap[0].env.A", NO_KEY, ["", `bootstrap: [{ name: boot, env: { A: "${KEYED}" } }]`]],
  ["p2p.nodes[0].joinUrls.urls[0]", NO_KEY, ["", `nodes: [{ name: full, joinUrls: { urls: ["${KEYED}"] } }]`]],
  ["p2p.proverBrokers[0].env.A", SECRET("A"), ["", `proverBrokers: [{ name: queue, env: { A: "${KEYED}" } }]`]],
  [
    "p2p.proverAgents[0].env.A",
    SECRET("A"),
    ["", BROKER, `proverAgents: [{ name: agents, broker: queue, env: { A: "${KEYED}" } }]`],
  ],
  [
    "p2p.proverAgents[0].autoscale.prometheus",
    NO_KEY,
    ["", BROKER, `proverAgents: [{ name: a, broker: queue, autoscale: { maxReplicas: 2, prometheus: "${KEYED}" } }]`],
  ],
])("fails for a key in the URL of %s", (path, remedy, [chain = "", ...p2p]) => {
  const message = "part 2 of the path of a.example.com looks like a key, which would stand in Terraform's state";
  expect(errors(`l1ChainId: 1${chain && ", "}${chain}`, ...p2p)).toEqual([
    `${path}: ${message} → ${remedy}, or list it in p2p.chain.publicUrls if it holds none`,
  ]);
});

test.each([
  "https://rpc.example.com/ethereum-mainnet-archive-2026/v2",
  "http://l1-execution.l1.svc:8545",
  `https://rpc.example.com/0x${"ab1".repeat(12)}`,
])("%s holds no key", url => {
  expect(errors(`l1ChainId: 1, l1ExecutionUrls: ["${url}"]`)).toEqual([]);
});
