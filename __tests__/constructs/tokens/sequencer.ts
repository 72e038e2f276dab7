import { readFileSync } from "node:fs";
import {
  ConductorSequencer,
  type ConductorSequencerProps,
  ENGINES,
  type EvNodeOptions,
  type EvNodeProps,
  type Execution,
  evNode,
  LeaderProxy,
  type LeaderProxyProps,
  LeaseSequencer,
  type LeaseSequencerProps,
  MemberMesh,
  type MemberMeshProps,
  type MemberProps,
  type OpStack,
  type OpStackGenesis,
  type OpStackSequencerProps,
  RaftSequencer,
  type RaftSequencerProps,
  SequencerMonitoring,
  type SequencerMonitoringProps,
  type SequencerProps,
  SequencerRoles,
  type SequencerRolesProps,
  SingleSequencer,
  type SubmitterKey,
  type WatchedSequencer,
} from "../../../constructs";
import { ServiceV1 } from "../../../constructs/kubernetes/framework/provider";
import type { TerraformStack } from "../../../constructs/kubernetes/framework/terraform";
import {
  CIDR_DESTINATIONS,
  CIDRS,
  caseOf,
  DESTINATIONS,
  destinations,
  ENDPOINTS,
  endpoints,
  LABELS,
  STORAGE,
  secretKey,
  storage,
  type Table,
  text,
} from "./table";

const execution: Table<Execution> = {
  kind: "known",
  image: "passes",
  jwtSecret: "passes",
  genesisConfigMap: "passes",
  genesisHash: "passes",
  feeRecipient: "passes",
  args: ["known"],
};
const options: Table<EvNodeOptions> = {
  lazyInterval: "known",
  maxPendingBlocks: "known",
  log: { level: "known", format: "known" },
  tracing: { endpoint: "known", sampleRate: "known" },
  args: ["known"],
};
const networkAccess: Table<Exclude<SequencerProps["networkAccess"], false | undefined>> = {
  apiServer: ["passes"],
  apiServerPorts: ["known"],
  da: ["passes"],
  kms: ["passes"],
  peers: destinations,
  writers: endpoints,
  readers: endpoints,
  submitters: endpoints,
  egress: destinations,
  targetPorts: { "*": "known" },
  monitoring: "passes",
};
const security = { kind: "known", secret: "passes", issuer: "passes", issuerKind: "passes" } as const;

const submitter = {
  image: "passes",
  key: { secret: "known", key: "known", signer: { endpoint: "known", address: "known", tlsSecret: "known" } },
  env: text,
} as const;

const member: Table<MemberProps> = {
  kubernetes: "made",
  namespace: "passes",
  name: "known",
  blockTime: "known",
  nodeKeys: { secret: "passes", peerIds: ["passes"] },
  storage,
  executionStorage: storage,
  haproxyImage: "passes",
  clusterDomain: "passes",
  spread: "known",
  zones: ["passes"],
  requireDigest: "known",
  networkAccess,
  protected: "known",
};
const sequencer: Table<SequencerProps> = {
  ...member,
  software: {
    ...options,
    name: "known",
    version: "known",
    image: "passes",
    execution,
    command: ["passes"],
    writePort: "known",
  },
  da: {
    endpoints: ["known"],
    namespace: "passes",
    dataNamespace: "passes",
    signingAddresses: ["passes"],
    submit: {
      gasPrice: "known",
      maxGasPrice: "known",
      gas: "known",
      priority: "known",
      keyName: "known",
      feeGranter: "known",
    },
    blockTime: "known",
    wait: "known",
    pathSecrets: { "*": secretKey },
    authToken: secretKey,
  },
  signer: { kind: "known", secret: "passes", address: "known", keyId: "passes", region: "passes", keyName: "passes" },
  genesis: { configMap: "passes", text: "passes" },
  gateImage: "passes",
};

const ADDRESS = `0x${"1".repeat(40)}`;
const KEYS: readonly SubmitterKey[] = [
  { secret: "op-batcher", key: "private.key" },
  { signer: { endpoint: "https://signer.example.com", address: ADDRESS, tlsSecret: "signer" } },
];
const OP_GENESES: readonly OpStackGenesis[] = [
  { text: readFileSync("examples/sequencer/op-stack-genesis.json", "utf8") },
  { configMap: "chain" },
  { url: "https://files.example.com/genesis.json", sha256: "5e".repeat(32) },
];
const OP_CHAINS: readonly Pick<OpStack, "network" | "rollup" | "genesis">[] = [
  ...OP_GENESES.map(genesis => ({
    rollup: readFileSync("examples/sequencer/op-stack-rollup.json", "utf8"),
    genesis,
  })),
  { network: "op-sepolia" },
];
const PEERS = [
  "12D3KooWCUpFuQufY5dQv4T6fQZvov85zwcCu4Ty87BYPt5TpXxg",
  "12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2",
  "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX",
];
const OP_PEERS = [
  "16Uiu2HAmQrq4L3i5QRuxaXbhDhbPb7bbydpi7wSEKpFkU3CZyk6e",
  "16Uiu2HAkvaHFRhcpQWCHX9PfZkdeoEGjUGZxoBSUqWPPhnGNsk2r",
  "16Uiu2HAm4jU3Tg4a98eNFvdofNLXVthv98gjv7bj3qgZpNWhCK8r",
];
const GENESIS = JSON.stringify({
  chain_id: "a",
  start_time: "b",
  initial_height: 1,
  proposer_address: "AAAA",
  da_epoch_forced_inclusion: 50,
});
const evm = {
  kind: "evm",
  image: "ev-reth:1",
  jwtSecret: "jwt",
  genesisConfigMap: "chain",
  genesisHash: `0x${"1".repeat(64)}`,
  feeRecipient: `0x${"2".repeat(40)}`,
  args: ["--full"],
} as const;
const OPTIONS: EvNodeOptions = {
  lazyInterval: "60s",
  maxPendingBlocks: 100,
  log: { level: "debug", format: "text" },
  tracing: { endpoint: "http://otel.example:4318", sampleRate: 0.5 },
  args: ["--evnode.log.trace"],
};
const ACCOUNT = `celestia1${"q".repeat(38)}`;
const ACCESS = {
  apiServer: ["10.0.0.5/32"],
  apiServerPorts: [6443],
  kms: ["10.3.0.0/16"],
  da: ["10.2.0.0/16"],
  peers: DESTINATIONS,
  writers: ENDPOINTS,
  readers: ENDPOINTS,
  submitters: ENDPOINTS,
  egress: DESTINATIONS,
  targetPorts: { "da.da.svc:7980": 26658 },
  monitoring: "prometheus",
};

const CIDR_ACCESS = {
  ...ACCESS,
  peers: CIDR_DESTINATIONS,
  writers: CIDRS,
  readers: CIDRS,
  submitters: CIDRS,
  egress: CIDR_DESTINATIONS,
};

/** Props of so many members, with every kind of signer and genesis. */
function propsOf(members: number): SequencerProps[] {
  const first: SequencerProps = {
    namespace: "net",
    name: "seq",
    software: evNode({ version: "v1.2.2", execution: evm, ...OPTIONS }),
    blockTime: "1s",
    da: {
      endpoints: ["http://da.da.svc:7980"],
      namespace: "rollup",
      dataNamespace: "rollup-data",
      submit: {
        gasPrice: 0.01,
        maxGasPrice: 0.1,
        gas: 90_000,
        priority: "low",
        keyName: "rollup",
        feeGranter: ACCOUNT,
      },
      blockTime: "6s",
      wait: "10s",
      ...(members > 1 && { pathSecrets: { "http://da.da.svc:7980": { secret: "da", key: "path" } } }),
      authToken: { secret: "da", key: "token" },
    },
    signer: { kind: "file", secret: "signer", address: "0x000000" },
    nodeKeys: { secret: "keys", peerIds: PEERS.slice(0, members) },
    genesis: { configMap: "genesis" },
    storage: STORAGE,
    executionStorage: STORAGE,
    haproxyImage: "haproxy:3.2.1",
    gateImage: "node:22.1.0",
    clusterDomain: "cluster.local",
    spread: "hard",
    zones: ["a", "b", "c"],
    requireDigest: false,
    networkAccess: ACCESS,
    protected: false,
  };
  return [
    first,
    { ...first, signer: { kind: "aws", keyId: "key", region: "eu" }, networkAccess: CIDR_ACCESS },
    {
      ...first,
      signer: { kind: "gcp", keyName: "key" },
      genesis: { text: GENESIS },
      da: { ...first.da, signingAddresses: [ACCOUNT], submit: undefined },
    },
  ];
}

const services = (stack: TerraformStack) => [new ServiceV1(stack, "Service", { metadata: {}, spec: {} })];
const watched: WatchedSequencer = {
  namespace: "net",
  name: "seq",
  engine: ENGINES.raft,
  members: 3,
  blockTimeMs: 1000,
  longestBlockMs: 60_000,
  execution: { metricsPort: { name: "eth-metrics", port: 9001, path: "/metrics" } },
  certificate: true,
  submitters: [{ component: "batcher", program: "op-batcher", everySeconds: 300 }],
};

/** Services come with the stack. */
type Alone<P> = Omit<P, "services">;

/** `evNode` has written them into the command. */
const IN_COMMAND = ["software.execution.genesisHash", "software.execution.feeRecipient"];

const opStack: Table<OpStackSequencerProps> = {
  ...member,
  software: {
    execution: "known",
    network: "known",
    images: { node: "passes", conductor: "passes", execution: "passes" },
    rollup: "known",
    genesis: { text: "known", configMap: "passes", url: "known", sha256: "known" },
    snapshot: { url: "known", sha256: "known", format: "known" },
    l1: { endpoints: ["known"], beacon: ["known"], chainConfig: "passes" },
    batcher: { ...submitter, dataAvailability: "known", maxChannelDuration: "known" },
    proposer: { ...submitter, gameFactory: "passes", gameType: "known", proposalInterval: "known" },
  },
  sequencerKey: { secret: "passes", address: "known" },
};

/** Of every kind of chain. */
function opStackPropsOf(members: number): OpStackSequencerProps[] {
  return OP_CHAINS.map((chain, i) => {
    const { da: _, genesis: __, signer: ___, gateImage: ____, ...rest } = propsOf(members)[i % 3] as SequencerProps;
    return {
      ...rest,
      software: {
        execution: "op-geth",
        images: { node: "op-node:1", conductor: "op-conductor:1", execution: "op-geth:1" },
        ...chain,
        snapshot: { url: "https://files.example.com/data.tar", sha256: "5e".repeat(32), format: "tar" },
        l1: {
          endpoints: ["http://l1.l1.svc:8545"],
          beacon: ["http://l1.l1.svc:5052"],
          chainConfig: '{ "chainId": 11155111 }',
        },
        batcher: {
          image: "op-batcher:1",
          key: KEYS[i % 2] as SubmitterKey,
          dataAvailability: "blobs",
          maxChannelDuration: 25,
          env: { OP_BATCHER_MAX_PENDING_TX: "10" },
        },
        proposer: {
          image: "op-proposer:1",
          key: KEYS[(i + 1) % 2] as SubmitterKey,
          gameFactory: ADDRESS,
          gameType: 1,
          proposalInterval: "1h",
          env: { OP_PROPOSER_ALLOW_NON_FINALIZED: "true" },
        },
      },
      nodeKeys: { secret: "keys", peerIds: OP_PEERS.slice(0, members) },
      sequencerKey: { secret: "signer", address: `0x${"1".repeat(40)}` },
    };
  });
}

export const SEQUENCER = [
  caseOf<SequencerProps>({
    name: "SingleSequencer",
    table: sequencer,
    props: propsOf(1),
    make: (stack, props) => new SingleSequencer(stack, "X", props),
    refused: ["da.pathSecrets"],
    unused: ["haproxyImage", "networkAccess.apiServer", "networkAccess.submitters", ...IN_COMMAND],
  }),
  caseOf<LeaseSequencerProps>({
    name: "LeaseSequencer",
    table: {
      ...sequencer,
      agentImage: "passes",
      timing: {
        duration: "known",
        renewDeadline: "known",
        retry: "known",
        killGrace: "known",
        catchupTimeout: "known",
      },
    },
    props: propsOf(2).map(each => ({
      ...each,
      agentImage: "node:22.1.0",
      timing: { duration: "5s", renewDeadline: "3s", retry: "500ms", killGrace: "1s", catchupTimeout: "2s" },
    })),
    make: (stack, props) => new LeaseSequencer(stack, "X", props),
    unused: ["networkAccess.submitters", ...IN_COMMAND],
  }),
  caseOf<OpStackSequencerProps>({
    name: "SingleSequencer of the OP Stack",
    table: opStack,
    props: opStackPropsOf(1),
    make: (stack, props) => new SingleSequencer(stack, "X", props),
    unused: ["software.images.conductor", "networkAccess.apiServer", "networkAccess.kms"],
  }),
  caseOf<ConductorSequencerProps>({
    name: "ConductorSequencer",
    table: {
      ...opStack,
      // In the files that found the raft.
      namespace: "known",
      clusterDomain: "known",
      members: "known",
      mesh: security,
      rttMax: "known",
      founding: "known",
    },
    props: (
      [
        { kind: "secret", secret: "mesh" },
        { kind: "certManager", issuer: "ca", issuerKind: "Issuer" },
        { kind: "secret", secret: "mesh" },
        { kind: "secret", secret: "mesh" },
      ] as const
    ).map((mesh, i) => ({
      ...(opStackPropsOf(3)[i] as OpStackSequencerProps),
      members: 3,
      mesh,
      rttMax: "10ms",
      founding: "command",
    })),
    make: (stack, props) => new ConductorSequencer(stack, "X", props),
    unused: ["networkAccess.apiServer", "networkAccess.kms"],
  }),
  caseOf<RaftSequencerProps>({
    name: "RaftSequencer",
    table: {
      ...sequencer,
      members: "known",
      mesh: security,
      rttMax: "known",
      maintenanceWindow: "known",
      settings: {
        heartbeatTimeout: "known",
        electionTimeout: "known",
        leaderLeaseTimeout: "known",
        sendTimeout: "known",
        snapCount: "known",
        snapshotThreshold: "known",
        trailingLogs: "known",
      },
    },
    props: [
      ...propsOf(3).map(each => ({ ...each, mesh: { kind: "secret", secret: "mesh" } as const })),
      {
        ...(propsOf(3)[0] as SequencerProps),
        mesh: { kind: "certManager", issuer: "ca", issuerKind: "Issuer" } as const,
      },
    ].map(each => ({
      ...each,
      members: 3,
      rttMax: "10ms",
      maintenanceWindow: "1h",
      settings: {
        heartbeatTimeout: "200ms",
        electionTimeout: "400ms",
        leaderLeaseTimeout: "200ms",
        sendTimeout: "300ms",
        snapCount: 3,
        snapshotThreshold: 500,
        trailingLogs: 1000,
      },
    })),
    make: (stack, props) => new RaftSequencer(stack, "X", props),
    unused: ["networkAccess.apiServer", "networkAccess.submitters", ...IN_COMMAND],
  }),
  caseOf<EvNodeProps>({
    name: "evNode",
    table: { ...options, version: "known", execution, image: "passes" },
    props: [{ ...OPTIONS, version: "v1.2.2", execution: evm, image: "ev-node:1" }],
    make: (stack, props) =>
      new SingleSequencer(stack, "X", { ...(propsOf(1)[0] as SequencerProps), software: evNode(props) }),
  }),
  caseOf<SequencerMonitoringProps>({
    name: "SequencerMonitoring",
    table: {
      kubernetes: "made",
      sequencer: {
        namespace: "passes",
        name: "known",
        engine: "made",
        members: "known",
        blockTimeMs: "known",
        longestBlockMs: "known",
        execution: { metricsPort: { name: "passes", port: "known", path: "passes" } },
        certificate: "known",
        submitters: [{ component: "known", program: "known", everySeconds: "known" }],
      },
      labels: text,
      dashboard: "known",
      runbookBase: "passes",
    },
    props: [{ sequencer: watched, labels: LABELS, dashboard: true, runbookBase: "https://a" }],
    make: (stack, props) => new SequencerMonitoring(stack, "X", props),
  }),
  caseOf<SequencerRolesProps>({
    name: "SequencerRoles",
    table: { kubernetes: "made", namespace: "passes", name: "passes", members: "known", engine: "made", labels: text },
    props: [{ namespace: "net", name: "seq", members: 3, engine: ENGINES.raft, labels: LABELS }],
    make: (stack, props) => new SequencerRoles(stack, "X", props),
  }),
  caseOf<Alone<LeaderProxyProps>>({
    name: "LeaderProxy",
    table: {
      kubernetes: "made",
      namespace: "passes",
      name: "passes",
      image: "passes",
      writePort: "known",
      check: { path: "known", port: "known", expect: "known" },
      nodeRpc: { port: "known", servicePort: "known" },
      spread: "known",
      networkAccess,
    },
    props: [ACCESS, CIDR_ACCESS].map(each => ({
      namespace: "net",
      name: "seq",
      image: "haproxy:3.2.1",
      writePort: 9090,
      check: { path: "/a", port: 1, expect: "200" },
      nodeRpc: { port: 2, servicePort: 3 },
      spread: "hard",
      networkAccess: each,
    })),
    make: (stack, props) => new LeaderProxy(stack, "X", { ...props, services: services(stack) }),
    unused: ["apiServer", "da", "kms", "peers", "readers", "egress"].map(each => `networkAccess.${each}`),
  }),
  caseOf<Alone<MemberMeshProps>>({
    name: "MemberMesh",
    table: {
      kubernetes: "made",
      namespace: "passes",
      name: "passes",
      labels: text,
      clusterDomain: "passes",
      image: "passes",
      raft: "known",
      security,
      ports: { raft: "known", p2p: "known" },
      upstreams: [{ name: "known", port: "known", endpoints: ["known"], pathSecrets: { "*": secretKey } }],
      additions: { sections: ["known"], lua: ["known"], told: ["known"] },
    },
    props: [
      { kind: "secret", secret: "mesh" } as const,
      { kind: "certManager", issuer: "ca", issuerKind: "Issuer" } as const,
    ].map(each => ({
      namespace: "net",
      name: "seq",
      labels: LABELS,
      clusterDomain: "cluster.local",
      image: "haproxy:3.2.1",
      raft: true,
      security: each,
      ports: { raft: 5001, p2p: 7676 },
      upstreams: [
        {
          name: "da",
          port: 7980,
          endpoints: ["http://da.da.svc:7980"],
          pathSecrets: { "http://da.da.svc:7980": { secret: "da", key: "path" } },
        },
      ],
      additions: {
        sections: ["frontend x", "backend y"],
        lua: ["constructs/sequencer/software/op-stack/scripts/wake.lua"],
        told: ["y"],
      },
    })),
    make: (stack, props) => new MemberMesh(stack, "X", { ...props, services: services(stack) }),
    // They are in its part of the pod.
    unused: ["image", "security.secret", "upstreams.0.pathSecrets.*.secret", "upstreams.0.pathSecrets.*.key"],
  }),
];
