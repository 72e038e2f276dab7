import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
  type EvNodeProps,
  evNode,
  LeaseSequencer,
  RaftSequencer,
  type SequencerProps,
  type Signer,
  SingleSequencer,
} from "../../../../constructs";
import { HelmProvider } from "../../../../constructs/kubernetes/framework/provider";
import type { TerraformStack } from "../../../../constructs/kubernetes/framework/terraform";
import { flagsIn } from "../../../../constructs/sequencer/extra-args";
import { EV_NODE_SWITCHES, EV_NODE_TAKEN } from "../../../../constructs/sequencer/member/ev-node-flags";
import { newStack, synth } from "../../fixtures";
import { OPTIONS, SIGNING_ADDRESSES, SUBMIT } from "./all-options";

const PEERS = [
  "12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg",
  "12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2",
  "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX",
];
const EVM = {
  kind: "evm",
  image: "ev-reth:1",
  jwtSecret: "jwt",
  genesisConfigMap: "chain",
  genesisHash: `0x${"1".repeat(64)}`,
  feeRecipient: `0x${"2".repeat(40)}`,
} as const;

type More = Partial<EvNodeProps> & { readonly da?: Partial<SequencerProps["da"]>; readonly signer?: Signer };

const props = (members: number, { da, signer, ...software }: More = {}): SequencerProps => ({
  namespace: "net",
  name: "seq",
  software: evNode({ version: "v1.2.2", execution: { kind: "testapp" }, ...software }),
  da: { endpoints: ["http://da.da.svc:7980"], namespace: "rollup", ...da },
  signer: signer ?? { kind: "file", secret: "signer" },
  nodeKeys: { secret: "keys", peerIds: PEERS.slice(0, members) },
  genesis: { configMap: "genesis" },
});
const engines: Record<string, (stack: TerraformStack, more?: More) => unknown> = {
  raft: (stack, more) => new RaftSequencer(stack, "X", { ...props(3, more), mesh: { kind: "plain" } }),
  lease: (stack, more) => {
    new HelmProvider(stack, "Helm");
    return new LeaseSequencer(stack, "X", props(2, more));
  },
  single: (stack, more) => new SingleSequencer(stack, "X", props(1, more)),
};
const made = (engine: string, more?: More) => synth(stack => engines[engine]?.(stack, more));
const configOf = (engine: string, more?: More) =>
  parse(made(engine, more).get("ConfigMap", "seq-config").data["evnode.yaml"]);

/** What the real program prints, held to it by `sequencer/options.test.ts` of the cluster tests. */
const FLAGS = readFileSync(join(__dirname, "ev-node-flags.txt"), "utf8").trim().split("\n");
const NAMES = FLAGS.map(line => line.split(" ")[0] ?? "");
const isTaken = (name: string) =>
  Object.keys(EV_NODE_TAKEN).some(key => name === key || (key.endsWith(".") && name.startsWith(key)));

describe.each(Object.keys(engines))("%s", engine => {
  test("every option is in ev-node's configuration", () => {
    const config = configOf(engine, OPTIONS);
    expect(config).toMatchObject({
      node: { lazy_mode: true, lazy_block_interval: "60000ms", max_pending_headers_and_data: 50 },
      da: { namespace: "rollup", data_namespace: "rollup-data", submit_options: JSON.stringify(SUBMIT) },
      instrumentation: {
        tracing: true,
        tracing_endpoint: "http://otel.example:4318",
        tracing_sample_rate: 0.5,
      },
      log: { level: "debug", format: "text" },
    });
    expect(config.da).not.toHaveProperty("signing_addresses");
    const signingAddresses = SIGNING_ADDRESSES;
    expect(configOf(engine, { da: { signingAddresses } }).da.signing_addresses).toEqual(signingAddresses);
  });

  test("nothing is said of what is not given", () => {
    const { node, da, instrumentation, log } = configOf(engine);
    expect(Object.keys(instrumentation)).toEqual(["prometheus", "prometheus_listen_addr"]);
    expect(Object.keys(node).sort()).toEqual([
      "aggregator",
      "block_time",
      "readiness_max_blocks_behind",
      "readiness_window_seconds",
    ]);
    expect(Object.keys(da)).toEqual(["address", "namespace", "block_time"]);
    expect(log).toEqual({ level: "info", format: "json" });
  });

  test("members of a lazy chain are ready for three intervals", () => {
    expect(configOf(engine, { lazyInterval: "60s" }).node.readiness_window_seconds).toBe(180);
    const { spec } = made(engine, { lazyInterval: "60s" }).get("StatefulSet", "seq");
    expect(spec.minReadySeconds ?? 0).toBe(engine === "single" ? 0 : 180);
  });

  test("arguments come after those of the package", () => {
    const args = ["--evnode.log.trace", "--evnode.p2p.blocked_peers", "a,b"];
    const { spec } = made(engine, { args }).get("StatefulSet", "seq");
    expect(spec.template.spec.containers[0].args.slice(-4)).toEqual(["--kv-endpoint=0.0.0.0:9090", ...args]);
  });

  test("every setting is a flag of ev-node that cannot be given again", () => {
    const signers: Signer[] = [
      { kind: "file", secret: "a" },
      { kind: "aws", keyId: "k", region: "r" },
      { kind: "gcp", keyName: "k" },
    ];
    const keys = signers.flatMap(signer => [
      ...leaves(configOf(engine, { ...OPTIONS, signer })),
      ...leaves(configOf(engine, { signer, da: { signingAddresses: SIGNING_ADDRESSES } })),
    ]);
    for (const name of new Set(keys)) expect([name, NAMES.includes(name), isTaken(name)]).toEqual([name, true, true]);
  });
});

test("flags of the start scripts are ev-node's, and cannot be given again", () => {
  const scripts = ["member/scripts/start-sequencer.sh", "lease/scripts/follow-lease.sh"];
  const text = scripts.map(path => readFileSync(join("constructs/sequencer", path), "utf8")).join("\n");
  const names = [...text.matchAll(/--((?:evnode\.|home)[a-z0-9_.]*)/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect([name, NAMES.includes(name), isTaken(name)]).toEqual([name, true, true]);
});

test("what is refused or needs no value is a flag of ev-node", () => {
  const names = Object.keys(EV_NODE_TAKEN).filter(name => !name.endsWith("."));
  expect(names.filter(name => !NAMES.includes(name))).toEqual([]);
  const switches = FLAGS.filter(line => line.endsWith(" switch")).map(line => line.split(" ")[0] ?? "");
  expect(switches.filter(name => !isTaken(name))).toEqual(EV_NODE_SWITCHES);
});

test("the agent of a lazy pair gives its node twice the lazy interval to be ready", () => {
  const { spec } = made("lease", { lazyInterval: "60s" }).get("StatefulSet", "seq");
  const agent = spec.template.spec.containers.find(({ name }: { name: string }) => name === "agent");
  expect(agent.env).toContainEqual({ name: "READY_AGE_MS", value: "120000" });
});

test.each<[string, More, string]>([
  ["a lazy interval of a block", { lazyInterval: "1s" }, 'software.lazyInterval: "1s" is not longer than blockTime'],
  [
    "a cap within one block of the DA",
    { maxPendingBlocks: 6 },
    "software.maxPendingBlocks: 6 blocks are made within one block of the DA: production would pause before each → " +
      "use 12 or more",
  ],
  ["a negative cap", { maxPendingBlocks: -1 }, "software.maxPendingBlocks: -1 is no number of blocks"],
  ["an unknown log level", { log: { level: "trace" as "debug" } }, 'software.log.level: "trace" is none of debug, '],
  [
    "a collector with a path",
    { tracing: { endpoint: "http://otel.otel.svc:4318/v1/traces" } },
    'software.tracing.endpoint: "http://otel.otel.svc:4318/v1/traces" has more than a host and a port → leave the rest ' +
      "out: /v1/traces and the like are added to it",
  ],
  [
    "a collector without its namespace",
    { tracing: { endpoint: "http://otel:4318" } },
    'software.tracing.endpoint: "http://otel:4318" has no full host name',
  ],
  [
    "a collector without a scheme",
    { tracing: { endpoint: "otel.otel.svc:4318" } },
    'software.tracing.endpoint: "otel.otel.svc:4318" is no http or https URL → give the URL of the collector, as http:',
  ],
  [
    "more than all traces",
    { tracing: { endpoint: "http://otel.otel.svc:4318", sampleRate: 2 } },
    "software.tracing.sampleRate: 2 is no part of all traces: ev-node does not start → use a number from 0 to 1",
  ],
  [
    "traces twice",
    { args: ["--evnode.instrumentation.tracing_endpoint=a:1"] },
    "software.args[0]: the package sets --evnode.instrumentation.tracing_endpoint itself → use tracing.endpoint",
  ],
  ["an empty data namespace", { da: { dataNamespace: "" } }, "da.dataNamespace: empty"],
  [
    "an account with another form",
    { da: { signingAddresses: ["celestia1b"] } },
    'da.signingAddresses[0]: "celestia1b" is not an account such as celestia1…',
  ],
  [
    "an account twice",
    { da: { signingAddresses: [...SIGNING_ADDRESSES, ...SIGNING_ADDRESSES] } },
    "da.signingAddresses[1]: the same as signingAddresses[0]",
  ],
  [
    "a key beside accounts",
    { da: { signingAddresses: SIGNING_ADDRESSES, submit: { keyName: "rollup" } } },
    "da.submit.keyName: da.signingAddresses says who signs too → keep one of the two",
  ],
  ["a price below nothing", { da: { submit: { gasPrice: -0.1 } } }, "da.submit.gasPrice: -0.1 is no price"],
  [
    "a price above the highest",
    { da: { submit: { gasPrice: 2, maxGasPrice: 1 } } },
    "da.submit.gasPrice: 2 is above maxGasPrice → use 1 or less",
  ],
  [
    "a flag that the package sets",
    { args: ["--evnode.node.block_time=2s"] },
    "software.args[0]: the package sets --evnode.node.block_time itself → use blockTime",
  ],
  [
    "it by its earlier name, with its value beside it",
    { args: ["--evnode.log.trace", "--rollkit.da.address", "http://a"] },
    "software.args[1]: the package sets --evnode.da.address itself → use da.endpoints",
  ],
  [
    "a flag of the engine",
    { args: ["--evnode.raft.enable=false"] },
    "software.args[0]: the package sets --evnode.raft.enable itself → leave it out: the way to fail over decides it",
  ],
  [
    "a flag of the execution",
    { args: ["--kv-endpoint=:1"] },
    "software.args[0]: the package sets --kv-endpoint itself → leave it out: it follows from execution",
  ],
  [
    "a flag that would take the next one for its value",
    { args: ["--evnode.p2p.blocked_peers", "--evnode.log.trace"] },
    "software.args[0]: --evnode.p2p.blocked_peers has no value → write --evnode.p2p.blocked_peers=value",
  ],
  [
    "a last flag without a value",
    { args: ["--evnode.p2p.blocked_peers"] },
    "software.args[0]: --evnode.p2p.blocked_peers has no value",
  ],
  [
    "a value beside a switch, which ev-node would not read",
    { args: ["--evnode.p2p.disable_connection_gater", "false"] },
    'software.args[1]: "false" is no flag of ev-node → write --flag=value',
  ],
  ["the end of the flags", { args: ["--"] }, 'software.args[0]: "--" is no flag of ev-node'],
  ["two arguments in one", { args: ["--a b"] }, 'software.args[0]: "--a b" is no flag of ev-node'],
  ["a flag twice", { args: ["--a=1", "--a", "2"] }, "software.args[1]: --a is there twice → keep one of the two"],
  [
    "a secret",
    { args: ["--evnode.signer.kms.aws.api_key=x"] },
    "software.args[0]: --evnode.signer.kms.aws.api_key looks like a secret",
  ],
  [
    "a flag of ev-reth that the package sets",
    { execution: { ...EVM, args: ["--full", "--http.port", "1"] } },
    "software.execution.args[1]: the package sets --http.port itself → leave it out: ev-node, probes and Services",
  ],
  [
    "ev-reth's Engine API",
    { execution: { ...EVM, args: ["--authrpc.socket=/a"] } },
    "software.execution.args[0]: the package sets --authrpc.socket itself",
  ],
  [
    "what is no flag of ev-reth",
    { execution: { ...EVM, args: ["full"] } },
    'software.execution.args[0]: "full" is no flag of ev-reth',
  ],
])("fails for %s", (_, more, message) => {
  expect(() => engines.single?.(newStack(), more)).toThrow(message);
});

test("ev-reth has its arguments after those of the package, and switches among them", () => {
  const args = ["--full", "--rpc.gascap", "1000", "--ws"];
  const { spec } = made("single", { execution: { ...EVM, args } }).get("StatefulSet", "seq");
  const client = spec.template.spec.containers.find(({ name }: { name: string }) => name === "execution");
  expect(client.args.slice(-4)).toEqual(args);
  expect(new Set(flagsIn(client.args)).size).toBe(flagsIn(client.args).length);
});

function leaves(value: object, path = "evnode"): string[] {
  return Object.entries(value).flatMap(([key, each]) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? leaves(each, `${path}.${key}`)
      : [`${path}.${key}`],
  );
}
