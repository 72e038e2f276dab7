import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ConductorSequencer, type ConductorSequencerProps, conductorSettings } from "../../../../constructs";
import { manifestsOf } from "../../../../testing";
import { newStack } from "../../fixtures";

const read = (name: string) => readFileSync(`examples/sequencer/op-stack-${name}.json`, "utf8");
const IDS = [
  "16Uiu2HAmQrq4L3i5QRuxaXbhDhbPb7bbydpi7wSEKpFkU3CZyk6e",
  "16Uiu2HAkvaHFRhcpQWCHX9PfZkdeoEGjUGZxoBSUqWPPhnGNsk2r",
  "16Uiu2HAm4jU3Tg4a98eNFvdofNLXVthv98gjv7bj3qgZpNWhCK8r",
];
const software = {
  execution: "op-geth",
  images: {
    node: "r.example.org/op-node:v1",
    conductor: "r.example.org/op-conductor:v1",
    execution: "r.example.org/op-geth:v1",
  },
  rollup: read("rollup"),
  genesis: { text: read("genesis") },
  l1: { endpoints: ["http://l1.l1.svc:8545"] },
} as const;

const props = (more: Partial<ConductorSequencerProps> = {}): ConductorSequencerProps => ({
  namespace: "net",
  software,
  sequencerKey: { secret: "signer" },
  nodeKeys: { secret: "keys", peerIds: IDS },
  mesh: { kind: "secret", secret: "mesh" },
  ...more,
});

const make = (more: Partial<ConductorSequencerProps> = {}) => {
  const scope = newStack();
  new ConductorSequencer(scope, "Seq", props(more));
  return manifestsOf(scope).objects;
};

// biome-ignore lint/suspicious/noExplicitAny: objects are read by path
const object = (objects: readonly any[], kind: string, name: string): any =>
  objects.find(each => each.kind === kind && each.metadata.name === name);

test("op-node's and the conductor's RPC are on loopback, and no member's Service or rule has their ports", () => {
  const objects = make();
  const { containers } = object(objects, "StatefulSet", "seq").spec.template.spec;
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const args = (name: string) => containers.find((each: any) => each.name === name).args;
  expect(args("node")).toEqual(expect.arrayContaining(["--rpc.addr=127.0.0.1", "--rpc.enable-admin"]));
  expect(args("conductor")).toEqual(expect.arrayContaining(["--rpc.addr=127.0.0.1", "--rpc.enable-proxy=false"]));
  const apis = ["--http.api=eth,net,web3", "--ws.api=eth,net,web3", "--authrpc.addr=127.0.0.1"];
  expect(args("execution")).toEqual(expect.arrayContaining(apis));
  const network = objects.filter(({ kind }) => ["Service", "NetworkPolicy"].includes(kind));
  const text = JSON.stringify(network.filter(({ metadata }) => metadata.name !== "seq"));
  for (const port of [9545, 8547, 8551, 50050]) expect(text).not.toContain(String(port));
});

test("the proxy's Service has what is let through of the leader's op-node, for those that are named", () => {
  const objects = make({ networkAccess: { submitters: [{ namespace: "batcher" }] } });
  expect(object(objects, "Service", "seq").spec.ports).toEqual([
    { name: "write", port: 8545, targetPort: "write" },
    { name: "node-rpc", port: 9545, targetPort: "node-rpc" },
  ]);
  const [of] = object(objects, "NetworkPolicy", "seq-proxy").spec.ingress;
  expect(of.ports).toEqual([{ port: 8081, protocol: "TCP" }]);
  expect(JSON.stringify(of.from)).toContain("batcher");
  const rules: { ports: { port: number }[]; from: unknown }[] = object(objects, "NetworkPolicy", "seq").spec.ingress;
  const toNode = rules.find(({ ports }) => ports.some(({ port }) => port === 9548));
  expect(JSON.stringify(toNode?.from)).toMatch(/^\[[^[]*leader-proxy[^[]*\]$/);
});

const FACTORY = `0x${"9".repeat(40)}`;
const withBeacon = { ...software, l1: { ...software.l1, beacon: ["http://beacon.l1.svc:5052"] } };
const batcher = { image: "r.example.org/op-batcher:v1", key: { secret: "op-batcher", key: "private.key" } };
const proposer = {
  image: "r.example.org/op-proposer:v1",
  key: { signer: { endpoint: "https://signer.example.com:8080", address: FACTORY, tlsSecret: "signer-tls" } },
  gameFactory: FACTORY,
};

describe("submitters", () => {
  const objects = make({
    software: { ...withBeacon, batcher, proposer },
    networkAccess: { submitters: [{ namespace: "others" }] },
  });
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const container = (name: string): any =>
    object(objects, "Deployment", `seq-${name}`).spec.template.spec.containers[0];

  test("there is one at a time, which reads from the leader through the proxy", () => {
    for (const name of ["batcher", "proposer"]) {
      const { replicas, strategy } = object(objects, "Deployment", `seq-${name}`).spec;
      expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: "Recreate" } });
      expect(container(name).args).toContain("--rollup-rpc=http://seq.net.svc.cluster.local:9545");
    }
    expect(container("batcher").args).toContain("--l2-eth-rpc=http://seq.net.svc.cluster.local:8545");
    expect(make().filter(({ metadata }) => /batcher|proposer/.test(metadata.name))).toEqual([]);
  });

  test("a key is a file, or with a signer that has a certificate", () => {
    expect(JSON.stringify(container("batcher").env)).not.toContain("valueFrom");
    expect(container("batcher").volumeMounts).toContainEqual({ name: "key", mountPath: "/key", readOnly: true });
    expect(container("proposer").args).toEqual(
      expect.arrayContaining([
        "--signer.endpoint=https://signer.example.com:8080",
        `--signer.address=${FACTORY}`,
        "--signer.tls.enabled=true",
        "--signer.tls.ca=/signer-tls/ca.crt",
        "--signer.tls.cert=/signer-tls/tls.crt",
        "--signer.tls.key=/signer-tls/tls.key",
      ]),
    );
  });

  test("policies let them to the proxy, L1 and their signer, and the proxy takes nobody else's calls", () => {
    const ports = (rules: { ports?: { port: number }[] }[]) => rules.map(each => each.ports?.map(({ port }) => port));
    const { egress, ingress } = object(objects, "NetworkPolicy", "seq-proposer").spec;
    expect(ports(egress)).toEqual([[53, 53], [8081], [8545], [8080]]);
    expect(ingress ?? []).toEqual([]);
    const [writes, calls] = object(objects, "NetworkPolicy", "seq-proxy").spec.ingress;
    const pods = (rule: { from: { podSelector?: { matchLabels: Record<string, string> } }[] }) =>
      rule.from.map(({ podSelector }) => podSelector?.matchLabels["app.kubernetes.io/component"]);
    expect([pods(writes), pods(calls)]).toEqual([["batcher"], [undefined, "batcher", "proposer"]]);
  });
});

test("the conductor asks op-node through the mesh, which knows a hung one and wakes it after a start", () => {
  const objects = make();
  const { containers } = object(objects, "StatefulSet", "seq").spec.template.spec;
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  expect(containers.find((each: any) => each.name === "conductor").args).toContain("--node.rpc=http://127.0.0.1:9547");
  const { data } = object(objects, "ConfigMap", "seq-mesh");
  expect(data["haproxy.cfg"]).toContain("bind 127.0.0.1:9547");
  expect(data["haproxy.cfg"]).toContain("lua-load /scripts/wake.lua");
  expect(data["wake.lua"]).toContain("optimism_outputAtBlock");
});

test("a program that takes connections and does not answer is restarted", () => {
  const { containers } = object(make(), "StatefulSet", "seq").spec.template.spec;
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const checks = containers.map(({ name, livenessProbe }: any) => [name, livenessProbe.httpGet]);
  expect(Object.fromEntries(checks)).toMatchObject({
    node: { path: "/metrics", port: "metrics" },
    conductor: { path: "/metrics", port: "conductor" },
    execution: { path: "/debug/metrics/prometheus", port: "eth-metrics" },
  });
});

test("members carry the files that found their raft, which pack to a few kilobytes", () => {
  const { data } = object(make(), "ConfigMap", "seq-config");
  const packed = ["raft-log.db.gz.b64", "raft-stable.db.gz.b64"].map(name => data[name].length);
  expect(Math.max(...packed)).toBeLessThan(3000);
});

// biome-ignore lint/suspicious/noExplicitAny: objects are read by path
const podOf = (objects: readonly any[]): any => object(objects, "StatefulSet", "seq").spec.template.spec;

describe("a genesis that a ConfigMap has no room for as text", () => {
  const text = software.genesis.text + " ".repeat(1_000_000);
  const objects = make({ software: { ...software, genesis: { text } } });
  const { data, binaryData } = object(objects, "ConfigMap", "seq-config");

  test("is packed, into the same bytes on every machine", () => {
    const packed = Buffer.from(binaryData["genesis.json.gz"], "base64");
    expect(gunzipSync(packed).toString()).toBe(text);
    expect(createHash("sha256").update(packed).digest("hex")).toBe(
      "6245ed8e300c8286afa2dda22e4406f557a433eaa8ac13f804801bc0e833f803",
    );
    expect(data).not.toHaveProperty(["genesis.json"]);
  });

  test("is unpacked before the execution client starts, which reads it there", () => {
    const { initContainers, containers } = podOf(objects);
    expect(initContainers).toMatchObject([
      {
        name: "genesis",
        image: software.images.node,
        command: ["/scripts/bring-genesis.sh"],
        args: ["/tmp/genesis.json"],
      },
    ]);
    // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
    const { env } = containers.find((each: any) => each.name === "execution");
    expect(JSON.stringify(env)).toContain("geth init --datadir=/execution --state.scheme=hash /tmp/genesis.json");
    expect(data["bring-genesis.sh"]).toContain("gunzip");
  });

  test("changes the checksum that rolls the pods with it", () => {
    const checksum = (more: Partial<ConductorSequencerProps>) =>
      object(make(more), "StatefulSet", "seq").spec.template.metadata.annotations[
        "cdktf-rollup-network/config-checksum"
      ];
    const other = { software: { ...software, genesis: { text: `${text} ` } } };
    expect(checksum(other)).not.toBe(checksum({ software: { ...software, genesis: { text } } }));
  });
});

describe("a raft that the command founds, for a chain that has blocks", () => {
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const envOf = (objects: readonly any[]): any[] =>
    // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
    podOf(objects).containers.find((each: any) => each.name === "conductor").env;
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const seeds = (objects: readonly any[]) =>
    Object.keys(object(objects, "ConfigMap", "seq-config").data).filter(name => name.startsWith("raft-"));

  test("has no seed with the genesis block, and members know that the chain has blocks", () => {
    const objects = make({ founding: "command" });
    expect(seeds(objects)).toEqual(["raft-stable.db.gz.b64", "raft-log-without-block.db.gz.b64"]);
    expect(envOf(objects)).toContainEqual({ name: "HAS_BLOCKS", value: "yes" });
    expect(object(objects, "ConfigMap", "seq-config").data).toHaveProperty(["genesis.json"]);
  });

  test.each([undefined, "members"] as const)("is founded on the genesis block otherwise (founding: %s)", founding => {
    const objects = make({ founding });
    expect(seeds(objects)).toContain("raft-log.db.gz.b64");
    expect(envOf(objects).map(({ name }) => name)).not.toContain("HAS_BLOCKS");
  });
});

describe("a chain of the superchain registry", () => {
  const { rollup: _, genesis: __, ...withoutFiles } = software;
  const named = { ...withoutFiles, network: "op-sepolia" };
  const objects = make({ software: named, blockTime: "2s" });
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const container = (name: string, all = objects): any =>
    // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
    podOf(all).containers.find((each: any) => each.name === name);

  test("is named to every program, and no file has it", () => {
    for (const name of ["node", "conductor"]) {
      expect(container(name).args).toContain("--network=op-sepolia");
      expect(container(name).args.join(" ")).not.toContain("rollup.config");
    }
    expect(container("execution").args.slice(0, 2)).toEqual(["geth", "--op-network=op-sepolia"]);
    expect(JSON.stringify(container("execution").env)).not.toContain("INIT");
    const files = Object.keys(object(objects, "ConfigMap", "seq-config").data);
    expect(files.filter(name => /genesis|rollup/.test(name))).toEqual([]);
  });

  test("has no seed with a genesis block: its raft is founded by the command alone, on no block", () => {
    const files = Object.keys(object(objects, "ConfigMap", "seq-config").data);
    expect(files.filter(name => name.startsWith("raft-"))).toEqual([
      "raft-stable.db.gz.b64",
      "raft-log-without-block.db.gz.b64",
    ]);
    expect(container("conductor").command).toEqual(["/scripts/start-conductor.sh"]);
  });

  test("is looked up before op-node starts, with the time between blocks", () => {
    const { command, env } = container("node");
    expect(command).toEqual(["/scripts/look-up-chain.sh"]);
    expect(env).toEqual(
      expect.arrayContaining([
        { name: "NETWORK", value: "op-sepolia" },
        { name: "BLOCK_MS", value: "2000" },
      ]),
    );
    const address = `0x${"Ab".repeat(20)}`;
    const signed = make({ software: named, blockTime: "2s", sequencerKey: { secret: "signer", address } });
    const names = container("node", signed).env.map((each: { name: string }) => each.name);
    expect(names).toEqual(expect.arrayContaining(["SIGNER_ADDRESS", "L1_PORT"]));
    expect(names).not.toContain("SYSTEM_CONFIG"); // op-node knows it
  });

  test.each([
    ["op-sepolia", "optimism-sepolia"],
    ["op-mainnet", "optimism"],
    ["base-mainnet", "base"],
    ["unichain-sepolia", "unichain-sepolia"],
    ["settlus-mainnet-mainnet", "settlus-mainnet"],
    ["ops-mainnet", "ops"],
  ])("has the name that op-reth knows: %s is %s", (network, name) => {
    const other = make({ software: { ...named, network, execution: "op-reth" }, blockTime: "2s" });
    expect(container("execution", other).args.slice(0, 3)).toEqual(["op-reth", "node", `--chain=${name}`]);
  });

  const both = "name a chain of the superchain registry, or give rollup and genesis";
  test.each<[string, Partial<ConductorSequencerProps["software"]>, string]>([
    [
      "a chain without its superchain",
      { network: "optimism" },
      'software.network: "optimism" is not the name of a chain of the superchain registry with that of its ' +
        "superchain, such as op-sepolia or base-mainnet",
    ],
    ["another flag behind the name", { network: "op-sepolia --p2p.disable" }, "is not the name of a chain"],
    [
      "files beside the name",
      { rollup: software.rollup, genesis: software.genesis },
      'software.network: "op-sepolia" is a chain of the superchain registry, and there is rollup and genesis as ' +
        "well → keep the name, or the two files",
    ],
    ["one file beside it", { genesis: software.genesis }, "and there is genesis as well"],
    [
      "no chain",
      { network: undefined },
      `software.network: no chain is named, and there are no files of one → ${both}`,
    ],
    [
      "one file only",
      { network: undefined, rollup: software.rollup },
      `software.genesis: missing beside rollup → ${both}`,
    ],
    [
      "the other file only",
      { network: undefined, genesis: software.genesis },
      `software.rollup: missing beside genesis → ${both}`,
    ],
    [
      "no configuration of an L1",
      { l1: { ...software.l1, chainConfig: "{" } },
      "software.l1.chainConfig: is no chain configuration",
    ],
    [
      "an op-reth that does not know it",
      { execution: "op-reth", images: { ...software.images, execution: "r.example.org/op-reth:v1.3.12" } },
      'software.images.execution: "r.example.org/op-reth:v1.3.12": op-reth knows the chains of the superchain ' +
        "registry since 1.4 → use a later release, or give rollup and genesis",
    ],
  ])("fails for %s", (_, more, message) => {
    expect(() => make({ software: { ...named, ...more }, blockTime: "2s" })).toThrow(message);
  });

  test("may have the configuration of an L1 that op-node does not know", () => {
    const withL1 = { ...named, l1: { ...software.l1, chainConfig: '{ "chainId": 5 }' } };
    expect(container("node", make({ software: withL1 })).args).toContain(
      "--rollup.l1-chain-config=/scripts/l1-chain.json",
    );
  });
});

describe("a snapshot", () => {
  const url = "http://files.tools.svc:8080/op-geth/data.tar.gz";
  const sha256 = "5e".repeat(32);
  const withSnapshot = (
    snapshot: ConductorSequencerProps["software"]["snapshot"],
    more: Partial<ConductorSequencerProps["software"]> = {},
  ) => make({ software: { ...software, snapshot, ...more } });

  test("is brought to the execution client's volume before the genesis and anything else", () => {
    const objects = withSnapshot({ url, sha256 }, { genesis: { configMap: "chain" } });
    const [bringer, genesis] = podOf(objects).initContainers;
    expect(genesis.name).toBe("genesis");
    expect(bringer).toMatchObject({
      name: "snapshot",
      image: software.images.node,
      command: ["/scripts/bring-snapshot.sh"],
      args: ["/execution"],
    });
    expect(bringer.env.slice(1)).toEqual([
      { name: "URL", value: url },
      { name: "SHA256", value: sha256 },
      { name: "FORMAT", value: "tar.gz" },
      { name: "HOLDS", value: "geth/chaindata" },
    ]);
    expect(bringer.volumeMounts).toContainEqual({ name: "execution", mountPath: "/execution" });
    expect(object(objects, "ConfigMap", "seq-config").data).toHaveProperty(["bring-snapshot.sh"]);
  });

  test("has its way open in the policy", () => {
    const { egress } = object(withSnapshot({ url, sha256 }), "NetworkPolicy", "seq").spec;
    const rule = egress.find(({ ports }: { ports?: { port: number }[] }) => ports?.[0]?.port === 8080);
    expect(JSON.stringify(rule.to)).toContain("tools");
  });

  test.each([
    ["https://files.example.com/a.tar", undefined, "tar"],
    ["https://files.example.com/a.tgz?version=2", undefined, "tar.gz"],
    ["https://files.example.com/newest", "tar", "tar"],
  ] as const)("has the format that is named, or that its URL says: %s", (from, format, found) => {
    const [bringer] = podOf(withSnapshot({ url: from, sha256, format })).initContainers;
    expect(bringer.env).toContainEqual({ name: "FORMAT", value: found });
  });

  test("of op-reth has another folder", () => {
    const images = { ...software.images, execution: "r.example.org/op-reth:v2.3.3" };
    const [bringer] = podOf(withSnapshot({ url, sha256 }, { execution: "op-reth", images })).initContainers;
    expect(bringer.env).toContainEqual({ name: "HOLDS", value: "db" });
  });

  const remedy = "use tar or tar.gz: op-node's image can unpack nothing else";
  test.each([
    [
      "a password",
      { url: "https://a:b@files.example.com/a.tar", sha256 },
      "software.snapshot.url: carries credentials",
    ],
    ["no URL", { url: "a.tar", sha256 }, 'software.snapshot.url: "a.tar" is no http or https URL → name where the'],
    ["a hash that is cut off", { url, sha256: "5e" }, 'software.snapshot.sha256: "5e" is not 64 hex digits'],
    [
      "a URL that says no format",
      { url: "https://files.example.com/a.tar.zst", sha256 },
      'software.snapshot.format: "https://files.example.com/a.tar.zst" does not say the format of the archive → ' +
        remedy,
    ],
    ["another format", { url, sha256, format: "zip" as never }, `software.snapshot.format: "zip" is none → ${remedy}`],
  ])("fails for %s", (_, snapshot, message) => {
    expect(() => withSnapshot(snapshot)).toThrow(message);
  });
});

describe("a genesis from elsewhere", () => {
  const url = "https://files.example.com/genesis.json.gz";
  const sha256 = "5e".repeat(32);
  const withGenesis = (genesis: ConductorSequencerProps["software"]["genesis"]) =>
    make({ software: { ...software, genesis } });
  const fromUrl = withGenesis({ url, sha256 });
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const bringer = (objects: readonly any[]) => podOf(objects).initContainers[0];

  test("is in no ConfigMap of ours, and the raft is founded on the hash that rollup.json has", () => {
    const { data, binaryData } = object(fromUrl, "ConfigMap", "seq-config");
    expect([data["genesis.json"], binaryData]).toEqual([undefined, undefined]);
    const log = gunzipSync(Buffer.from(data["raft-log.db.gz.b64"], "base64"));
    const { hash } = JSON.parse(software.rollup).genesis.l2;
    expect(log.includes(Buffer.from(hash.slice(2), "hex"))).toBe(true);
  });

  test("is fetched before the execution client starts, and stays on its volume", () => {
    const { env, volumeMounts } = bringer(fromUrl);
    expect(env.slice(1)).toEqual([
      { name: "SOURCE", value: "/execution/genesis.fetched" },
      { name: "URL", value: url },
      { name: "SHA256", value: sha256 },
    ]);
    expect(volumeMounts).toContainEqual({ name: "execution", mountPath: "/execution" });
  });

  test.each([
    [url, [{ port: 443, protocol: "TCP" }], "ipBlock"],
    ["http://files.tools.svc:8080/genesis.json", [{ port: 8080, protocol: "TCP" }], "tools"],
  ])("has its way open in the policy: %s", (from, ports, to) => {
    const rules = (objects: ReturnType<typeof make>) => object(objects, "NetworkPolicy", "seq").spec.egress;
    const opened = rules(withGenesis({ url: from, sha256 })).filter(
      // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
      (rule: any) => !rules(make()).some((other: any) => JSON.stringify(other) === JSON.stringify(rule)),
    );
    expect(opened).toHaveLength(1);
    expect(opened[0].ports).toEqual(ports);
    expect(JSON.stringify(opened[0].to)).toContain(to);
  });

  test("is read in a ConfigMap that exists", () => {
    const objects = withGenesis({ configMap: "chain" });
    expect(podOf(objects).volumes).toContainEqual({ name: "genesis", configMap: { name: "chain" } });
    expect(bringer(objects).volumeMounts).toContainEqual({
      name: "genesis",
      mountPath: "/genesis-source",
      readOnly: true,
    });
    expect(JSON.stringify(bringer(objects).env)).toContain("/genesis-source/genesis.json");
  });

  test.each([
    ["no URL", { url: "genesis.json", sha256 }, 'software.genesis.url: "genesis.json" is no http or https URL'],
    ["a URL of the pod itself", { url: "http://127.0.0.1/a", sha256 }, "software.genesis.url: "],
    ["a password", { url: "https://a:b@files.example.com/g", sha256 }, "software.genesis.url: carries credentials"],
    ["a host of one label", { url: "http://files/a", sha256 }, 'software.genesis.url: "http://files/a" has no full'],
    ["a hash that is cut off", { url, sha256: "5e" }, 'software.genesis.sha256: "5e" is not 64 hex digits'],
    ["a ConfigMap without a name", { configMap: "" }, "software.genesis.configMap: empty → name the ConfigMap"],
  ])("fails for %s", (_, genesis, message) => {
    expect(() => withGenesis(genesis)).toThrow(message);
  });

  test("fails for a chain that begins before Ecotone, and for a name of no block", () => {
    const withRollup = (change: object) => {
      const rollup = JSON.stringify({ ...JSON.parse(software.rollup), ...change });
      return () => make({ software: { ...software, rollup, genesis: { configMap: "chain" } } });
    };
    const { genesis } = JSON.parse(software.rollup);
    expect(withRollup({ ecotone_time: 1999999999 })).toThrow("software.rollup: the chain begins before Ecotone");
    expect(withRollup({ ecotone_time: undefined })).toThrow("software.rollup: the chain begins before Ecotone");
    expect(withRollup({ genesis: { ...genesis, l2: { hash: "0x5e", number: 0 } } })).toThrow(
      "software.rollup: is no rollup.json: genesis.l2.hash is not 0x and 64 hex digits",
    );
  });
});

test("the volumes, ports and checks of a member", () => {
  expect(object(make(), "StatefulSet", "seq").spec.template.spec).toMatchSnapshot();
});

test("timings follow from the round trip and the block time", () => {
  expect(conductorSettings({}, 3)).toEqual({
    heartbeatTimeoutMs: 250,
    leaseTimeoutMs: 250,
    healthIntervalSeconds: 1,
    unsafeIntervalSeconds: 4,
    minPeerCount: 1,
  });
  expect(conductorSettings({ rttMax: "100ms", blockTime: "2s" }, 5)).toMatchObject({
    heartbeatTimeoutMs: 400,
    leaseTimeoutMs: 250,
    unsafeIntervalSeconds: 5,
    minPeerCount: 2,
  });
});

test("an address of the sequencer's key is compared with L1's when op-node starts, and nothing is without", () => {
  // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
  const env = (more: Partial<ConductorSequencerProps>): any =>
    // biome-ignore lint/suspicious/noExplicitAny: objects are read by path
    object(make(more), "StatefulSet", "seq").spec.template.spec.containers.find((each: any) => each.name === "node")
      .env;
  const address = `0x${"Ab".repeat(20)}`;
  const { l1_system_config_address: value } = JSON.parse(software.rollup);
  expect(env({ sequencerKey: { secret: "signer", address } })).toEqual(
    expect.arrayContaining([
      { name: "SIGNER_ADDRESS", value: address },
      { name: "SYSTEM_CONFIG", value },
      { name: "L1_PORT", value: "7980" },
    ]),
  );
  expect(JSON.stringify(env({}))).not.toContain("SIGNER_ADDRESS");
});

test("known releases, other names and digests are taken as they are", () => {
  for (const [execution, image] of [
    ["op-geth", "r.example.org/op-geth:v1.101604.3"],
    ["op-geth", "r.example.org/ours:7"],
    ["op-geth", `r.example.org/op-geth@sha256:${"5e".repeat(32)}`],
    ["op-reth", "r.example.org/op-reth:v1.9.3"],
    ["op-reth", "r.example.org/op-reth:v2.3.3"],
  ] as const) {
    expect(() =>
      make({ software: { ...software, execution, images: { ...software.images, execution: image } } }),
    ).not.toThrow();
  }
});

const changed = (file: "genesis" | "rollup", change: object) => {
  const text = file === "genesis" ? software.genesis.text : software.rollup;
  const other = JSON.stringify({ ...JSON.parse(text), ...change });
  return { software: { ...software, [file]: file === "genesis" ? { text: other } : other } };
};
const config = JSON.parse(software.genesis.text).config;

test.each([
  ["four members", { members: 4 as never }, "members: 4 members: a quorum needs an odd number"],
  [
    "no op-conductor",
    { software: { ...software, images: { ...software.images, conductor: undefined } } },
    "software.images.conductor: missing → name an image of op-conductor",
  ],
  [
    "members that found the raft of a chain that has blocks",
    {
      software: { ...software, rollup: undefined, genesis: undefined, network: "op-sepolia" },
      founding: "members" as const,
      blockTime: "2s" as const,
    },
    'founding: "members", and the chain op-sepolia has blocks → leave it out: the command "sequencer found" founds',
  ],
  [
    "another chain id",
    changed("rollup", { l2_chain_id: 7 }),
    "software.rollup: l2_chain_id is 7, and the genesis has 420042",
  ],
  ["another genesis", changed("genesis", { gasLimit: "0x1" }), "software.rollup: the genesis block is 0x"],
  [
    "another time",
    changed("genesis", { timestamp: "0x1" }),
    "software.rollup: l2_time is 1764400008, and the genesis has 1",
  ],
  [
    "a chain that begins before Ecotone",
    changed("genesis", { config: { ...config, ecotoneTime: 1999999999 } }),
    "software.genesis.text: the chain begins before Ecotone",
  ],
  [
    "a fork that begins at two times",
    changed("rollup", { jovian_time: 5 }),
    "software.rollup: jovian_time is 5, and jovianTime of the genesis is missing",
  ],
  [
    "no contract that names the signer",
    changed("rollup", { l1_system_config_address: undefined }),
    "software.rollup: is no rollup.json: l1_system_config_address is no address",
  ],
  [
    "the configuration of another L1",
    { software: { ...software, l1: { ...software.l1, chainConfig: '{"chainId":5}' } } },
    "software.l1.chainConfig: chainId is 5, and l1_chain_id of the rollup ",
  ],
  [
    "no configuration of an L1",
    { software: { ...software, l1: { ...software.l1, chainConfig: "{" } } },
    "software.l1.chainConfig: is no chain configuration",
  ],
  [
    "a release of the execution client that nobody ran",
    { software: { ...software, images: { ...software.images, execution: "r.example.org/op-geth:v1.101511.1" } } },
    "nobody has run op-geth 1.101511.1 here → use a release of 1.101604.x, or name yours by digest without a tag",
  ],
  [
    "a release of op-reth whose flags nobody read",
    {
      software: {
        ...software,
        execution: "op-reth" as const,
        images: { ...software.images, execution: "r.example.org/op-reth:v0.2.0" },
      },
    },
    "nobody has read the flags of op-reth 0.2.0 here → use a release of 1.x or 2.x, or name yours by digest",
  ],
  [
    "another execution client than the image's",
    {
      software: {
        ...software,
        execution: "op-reth" as const,
        images: { ...software.images, execution: "op-geth:v1.2" },
      },
    },
    '"op-geth:v1.2" is op-geth, and execution is op-reth',
  ],
  [
    "a genesis that has no room when it is packed",
    { software: { ...software, genesis: { text: createHash("shake256", { outputLength: 1_000_000 }).digest("hex") } } },
    "when packed, and a ConfigMap has room for 921600 of them → name a URL of the genesis, with its SHA-256",
  ],
  ["no JSON", { software: { ...software, rollup: "{" } }, "software.rollup: is no rollup.json"],
  [
    "another block time",
    { blockTime: "2s" as const },
    "blockTime: 2000 ms, and the chain makes a block every 1 s → use 1s",
  ],
  ["members too far apart", { rttMax: "300ms" as const }, "rttMax: 300ms: op-conductor needs a heartbeat"],
  [
    "a peer id of ev-node",
    { nodeKeys: { secret: "k", peerIds: ["12D3KooW", ...IDS.slice(1)] } },
    "is not the peer id of an op-node's key",
  ],
  ["no L1", { software: { ...software, l1: { endpoints: [] } } }, "software.l1.endpoints: no L1"],
  [
    "an invalid address",
    { sequencerKey: { secret: "s", address: "0x12" } },
    'sequencerKey.address: "0x12" is no address',
  ],
  [
    "batches in blobs that nobody reads",
    { software: { ...software, batcher } },
    'software.batcher.dataAvailability: "blobs": members could not read the batches',
  ],
  [
    "batches that are only sent when full",
    { software: { ...withBeacon, batcher: { ...batcher, maxChannelDuration: 0 } } },
    "software.batcher.maxChannelDuration: 0: op-batcher would send a batch only when it is full",
  ],
  [
    "one key for both submitters",
    { software: { ...withBeacon, batcher, proposer: { ...proposer, key: batcher.key } } },
    "software.proposer.key: the same key as the batcher's",
  ],
  [
    "a variable of another program",
    { software: { ...withBeacon, batcher: { ...batcher, env: { MAX_PENDING_TX: "1" } } } },
    "software.batcher.env.MAX_PENDING_TX: MAX_PENDING_TX is no variable of op-batcher",
  ],
  [
    "a variable that a flag wins over",
    { software: { ...withBeacon, batcher: { ...batcher, env: { OP_BATCHER_L1_ETH_RPC: "http://a" } } } },
    "software.batcher.env.OP_BATCHER_L1_ETH_RPC: OP_BATCHER_L1_ETH_RPC is set by the package",
  ],
  [
    "a key in text",
    { software: { ...withBeacon, batcher: { ...batcher, env: { OP_BATCHER_MNEMONIC: "a b" } } } },
    "software.batcher.env.OP_BATCHER_MNEMONIC: OP_BATCHER_MNEMONIC looks like a secret",
  ],
  [
    "a game factory that is no address",
    { software: { ...withBeacon, proposer: { ...proposer, gameFactory: "0x1" } } },
    'software.proposer.gameFactory: "0x1" is no address of 20 bytes',
  ],
  [
    "a signer that is no URL",
    {
      software: {
        ...withBeacon,
        proposer: { ...proposer, key: { signer: { endpoint: "signer:1", address: FACTORY } } },
      },
    },
    'software.proposer.key.signer.endpoint: "signer:1" is no http or https URL',
  ],
  [
    "an image without a tag",
    { software: { ...software, images: { ...software.images, node: "op-node" } } },
    "software.images.node: ",
  ],
])("fails for %s", (_, more, message) => {
  expect(() => make(more)).toThrow(message);
});
