import type { Draft, Pair } from "./draft";

const setImage = (draft: Draft, image: string, workloads = ["boot", "full", "rpc", "archive"]) => {
  for (const workload of workloads) draft.container(workload).image = image;
};

/** As values with a digest have it. */
const setRelease = (draft: Draft, workload: string, line: string) => {
  draft.container(workload).image = `azteclabs/aztec@sha256:${line.repeat(64)}`;
  draft.workload(workload).spec.template.metadata.annotations["cdktf-rollup-network/release"] = line;
};

/** Changes a key of the rollup's configuration; without a value takes it away. */
const setRollup = (draft: Draft, key: string, value?: unknown) => {
  const { data } = draft.of("ConfigMap", "seq-config");
  data["rollup.json"] = JSON.stringify({ ...JSON.parse(data["rollup.json"]), [key]: value });
};

/** Which chain: genesis and configuration of every component. */
export const chainPairs: readonly Pair[] = [
  {
    change: "another L1",
    base: "boot",
    edit: draft => draft.env("full", "L1_CHAIN_ID", "1"),
    lost: ["l1-chain"],
    says: /^L1_CHAIN_ID: 31337 → 1$/,
  },
  { change: "the L1 that is the default", base: "boot", edit: draft => draft.env("full", "L1_CHAIN_ID") },
  {
    change: "another L1 by flag",
    base: "boot",
    edit: draft => void draft.container("full").args.push("--l1-chain-id=1"),
    lost: ["l1-chain"],
  },
  {
    change: "the registry of another rollup",
    base: "public",
    edit: draft => draft.env("full", "REGISTRY_CONTRACT_ADDRESS", "0x1"),
    lost: ["l1-chain"],
  },
  {
    change: "a named network",
    base: "boot",
    edit: draft => draft.env("boot", "NETWORK", "testnet"),
    lost: ["l1-chain"],
    says: /NETWORK: none → testnet/,
  },
  {
    change: "the version of the rollup",
    base: "public",
    edit: draft => draft.env("full", "ROLLUP_VERSION", "3"),
    lost: ["l1-chain"],
  },
  {
    change: "other endpoints of the same L1",
    base: "public",
    edit: draft => draft.env("full", "ETHEREUM_HOSTS", "http://other.l1.svc:8545"),
  },
  ...(
    [
      ["up", "azteclabs/aztec:6.0.0", "azteclabs/aztec:7.0.0", /line 6 on claim data:\/data, for line 7/],
      ["down", "azteclabs/aztec:6.0.0", "aztecprotocol/aztec:4.1.2", /line 6 on claim data:\/data, for line 4/],
      ["with the repository", "aztecprotocol/aztec:4.1.2", "azteclabs/aztec:6.0.0", /line 4 on .*, for line 6/],
    ] as const
  ).map(
    ([how, before, after, says]): Pair => ({
      change: `the release line of a node with a volume, ${how}`,
      base: "reserved",
      prepare: draft => setImage(draft, before),
      edit: draft => setImage(draft, after),
      lost: ["release-line", "release-line", "release-line"],
      warned: ["image", "image", "image", "image"],
      says,
    }),
  ),
  {
    change: "the release line behind digests",
    base: "reserved",
    prepare: draft => setRelease(draft, "archive", "4"),
    edit: draft => setRelease(draft, "archive", "6"),
    lost: ["release-line"],
    says: /line 4 on claim data:\/data, for line 6/,
  },
  {
    change: "the release line of nodes without a volume, and of a bootstrap node, whose key stays",
    base: "boot",
    edit: draft => setImage(draft, "azteclabs/aztec:6.0.0", ["boot", "full", "rpc"]),
    warned: ["image", "image", "image"],
  },
  {
    change: "a minor version of a node with a volume",
    base: "reserved",
    edit: draft => setImage(draft, "azteclabs/aztec:6.1.0"),
  },
  {
    change: "the genesis in another ConfigMap",
    base: "raft",
    edit: draft => {
      draft.volume("seq", "genesis").configMap.name = "other";
    },
    lost: ["chain"],
    says: /the genesis of node: ConfigMap seq-genesis\[genesis.json\] → ConfigMap other\[genesis.json\]/,
  },
  {
    change: "the genesis under another path",
    base: "raft",
    edit: draft => {
      draft.mount("seq", "/genesis-source").mountPath = "/start";
      draft.env("seq", "GENESIS", "/start/genesis.json");
    },
  },
  {
    change: "the genesis of another key",
    base: "raft",
    edit: draft => {
      draft.volume("seq", "genesis").configMap.items = [{ key: "other.json", path: "genesis.json" }];
    },
    lost: ["chain"],
    says: /→ ConfigMap seq-genesis\[other.json\]/,
  },
  {
    change: "the genesis as text",
    base: "lease",
    edit: draft => {
      const { data } = draft.of("ConfigMap", "seq-config");
      data["genesis.json"] = data["genesis.json"].replace('"example"', '"other"');
    },
    lost: ["chain"],
    says: /the chain id: example → other/,
  },
  {
    change: "the genesis as text with other spaces",
    base: "lease",
    edit: draft => {
      const { data } = draft.of("ConfigMap", "seq-config");
      data["genesis.json"] = JSON.stringify(JSON.parse(data["genesis.json"]));
    },
  },
  {
    change: "the whole configuration in another ConfigMap",
    base: "lease",
    edit: draft => {
      const old = draft.of("ConfigMap", "seq-config");
      const text = old.data["evnode.yaml"];
      draft.objects.push({
        ...old,
        metadata: { ...old.metadata, name: "other" },
        data: { "genesis.json": "{}", "evnode.yaml": text.replace("example-rollup", "b") },
      });
      draft.volume("seq", "scripts").configMap.name = "other";
    },
    lost: ["chain"],
    says: /the genesis of node: .*; the DA namespace: example-rollup → b/,
  },
  {
    change: "the DA namespace by flag",
    base: "raft",
    edit: draft => void draft.container("seq").args.push("--evnode.da.namespace=other"),
    lost: ["chain"],
    says: /the DA namespace: devnet-rollup → other/,
  },
  {
    change: "a DA namespace of its own for data",
    base: "raft",
    edit: draft => {
      const { data } = draft.of("ConfigMap", "seq-config");
      data["evnode.yaml"] = data["evnode.yaml"].replace(
        "namespace: devnet-rollup",
        "namespace: devnet-rollup\n  data_namespace: b",
      );
    },
    lost: ["chain"],
    says: /devnet-rollup → devnet-rollup, data b/,
  },
  {
    change: "another DA endpoint behind the mesh, with the same namespace",
    base: "raft",
    edit: draft => {
      const { data } = draft.of("ConfigMap", "seq-mesh");
      data["haproxy.cfg"] = data["haproxy.cfg"].replaceAll("da.devnet-da.svc", "da.other-da.svc");
    },
    warned: ["da-endpoint"],
    says: /the DA that members write to: da.devnet-da.svc.cluster.local:7980 → da.other-da.svc.cluster.local:7980/,
  },
  {
    change: "one DA endpoint less",
    base: "five",
    edit: draft => {
      const { data } = draft.of("ConfigMap", "seq-mesh");
      data["haproxy.cfg"] = data["haproxy.cfg"].replace(/^ +server da-2\..*\n/m, "");
    },
  },
  {
    change: "another DA endpoint by flag",
    base: "raft",
    edit: draft => void draft.container("seq").args.push("--evnode.da.address=https://da.example.com"),
    warned: ["da-endpoint"],
    says: /→ da.example.com:443/,
  },
  {
    change: "another JWT Secret of the execution client alone",
    base: "five",
    edit: draft => {
      draft.pod("seq").volumes.push({ name: "jwt-2", secret: { secretName: "other" } });
      draft.mount("seq", "/jwt", "execution").name = "jwt-2";
    },
    warned: ["engine-jwt"],
    says: /node reads Secret ev-reth-jwt\[jwt.hex\], execution reads Secret other\[jwt.hex\]/,
  },
  {
    change: "another JWT Secret of both",
    base: "five",
    edit: draft => {
      draft.volume("seq", "jwt").secret.secretName = "other";
    },
  },
  {
    change: "the execution client's chain",
    base: "five",
    edit: draft => draft.arg("seq", "execution", /^--chain=/, "--chain=mainnet"),
    lost: ["chain"],
    says: /the genesis of execution: ConfigMap ev-reth-genesis\[genesis.json\] → mainnet/,
  },
  {
    change: "the execution client's genesis",
    base: "five",
    edit: draft => {
      draft.volume("seq", "execution-genesis").configMap.name = "other";
    },
    lost: ["chain"],
  },
  {
    change: "the hash of the execution client's genesis",
    base: "five",
    edit: draft => draft.arg("seq", "node", /genesis-hash/, `--evm.genesis-hash=0x${"0".repeat(64)}`),
    lost: ["chain"],
    says: /--evm.genesis-hash: 0x2b8b/,
  },
  {
    change: "the hash of the genesis in capitals",
    base: "five",
    edit: draft =>
      draft.arg(
        "seq",
        "node",
        /genesis-hash/,
        "--evm.genesis-hash=0x2B8BBB1EA1E04F9C9809B4B278A8687806EDC061A356C7DBC491930D8E922503",
      ),
  },
  {
    change: "the id of an OP Stack chain",
    base: "opStack",
    edit: draft => setRollup(draft, "l2_chain_id", 5),
    lost: ["chain"],
    says: /^the rollup's configuration of node: other l2_chain_id; the rollup's configuration of conductor/,
  },
  {
    change: "the block time of an OP Stack chain",
    base: "opStack",
    edit: draft => setRollup(draft, "block_time", 7),
    lost: ["chain"],
    says: /other block_time/,
  },
  {
    change: "a fork of an OP Stack chain",
    base: "opStack",
    edit: draft => setRollup(draft, "karst_time", 4_000_000_000),
  },
  {
    change: "the rollup's configuration in another ConfigMap",
    base: "opStack",
    edit: draft => draft.arg("seq", "node", /^--rollup.config=/, "--rollup.config=/run/sequencer/rollup.json"),
    lost: ["chain"],
    says: /^the rollup's configuration of node: ConfigMap seq-config\[rollup.json\] → nothing that outlives the pod$/,
  },
  {
    change: "a known network in place of the rollup's configuration",
    base: "opStack",
    edit: draft => draft.arg("seq", "node", /^--rollup.config=/, "--network=op-mainnet"),
    lost: ["chain"],
    says: /^the rollup's configuration of node: ConfigMap seq-config\[rollup.json\] → none$/,
  },
  {
    change: "another trust domain",
    base: "spike",
    edit: draft => {
      for (const each of draft.releases) if (each.values.global) each.values.global.spire.trustDomain = "b.example";
    },
    lost: ["trust-domain", "trust-domain", "trust-domain"],
  },
];
