import { OP_STACK_WATCHED } from "./alerts/op-stack-example";
import {
  P2P as ALERTS_P2P,
  PAIR as ALERTS_PAIR,
  RAFT as ALERTS_RAFT,
  SPIKE as ALERTS_SPIKE,
  EVM,
  P2P_JOINING,
  P2P_UNPINNED,
  P2P_UNREAD,
  SINGLE,
} from "./alerts/stacks";
import { aztecExample, EXAMPLE_ENR, NODES, SOAK_PINNED, SOAK_UNPINNED, SOFTWARE, UNPINNED } from "./aztec/examples";
import { chain, network, onNetwork, proving } from "./aztec/known";
import { everyStack } from "./driver/every-stack";
import type { Example } from "./driver/example";
import type { Stack } from "./driver/stack";
import { HAPROXY_3_4, OP_STACK_3_4, RAFT_3_4 } from "./haproxy/drilled";
import { BOOTNODES, ENR_PINNED, ENR_UNPINNED, p2pExample, UPGRADE } from "./p2p/examples";
import { DEDICATED, OPENSHIFT, SEQUENCER as SEQUENCER_ON_OPENSHIFT, UNTOLERATED } from "./platforms/examples";
import { MATRIX_STACKS } from "./policies/stacks";
import {
  DRILLED,
  exampleKeys,
  OUTAGES_FIVE,
  OUTAGES_PAIR,
  OUTAGES_RAFT,
  PAIR,
  RAFT,
  type SequencerExample,
  sequencerExample,
} from "./sequencer/examples";
import {
  fixedOpStackExample,
  OP_STACK_MEMBERS,
  OP_STACK_ON_CLUSTER,
  OP_STACK_SINGLE,
} from "./sequencer/opstack/example";
import { REPEATED, SDK_EXAMPLE, SPIKE, SPIKE_SET } from "./spike/example";

/** A stack as its values have it, or with some set over them. */
export type Deployed = Example | (Stack & { readonly set?: readonly string[] });

/** A test file of this folder: what its result depends on beside its own code, and what may run beside it. */
export interface Suite {
  /** Its path without `.test.ts`. */
  readonly name: string;
  /** What it runs on: this machine, the API server, or nodes that have to stay. */
  readonly on: "machine" | "api" | "nodes";
  /** What it takes away from others for a while: nodes, or the API server and nodes. */
  readonly harms?: "nodes" | "api";
  /** How it takes its time: it waits, it works, or it measures and wants nobody beside it who works. */
  readonly load: "waits" | "works" | "measures";
  /** Why it was not green on a cluster yet: it runs only where it is named. */
  readonly unproven?: string;
  /** Which of its tests run even when nothing changed, by a pattern of their names. */
  readonly always?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly deploys?: readonly Deployed[];
  /** Modules of the commands that it runs. */
  readonly commands?: readonly string[];
  readonly images?: readonly (keyof typeof IMAGES)[];
  /** A script that installs what it runs and cannot be had everywhere: it is skipped where the script ends with 69. */
  readonly installs?: string;
  /** Files and folders that it reads or runs, other than by an import. */
  readonly files?: readonly string[];
}

const CLUSTER = "__tests__/cluster";
const ROOTFS = `${CLUSTER}/driver/rootfs.sh`;
const HAPROXY = `${CLUSTER}/haproxy/haproxy.sh`;

/** What images are made of: sources, and programs of this machine. */
export const IMAGES = {
  aztec: {
    files: ["install.sh", "package.json", "package-lock.json", "image"].map(file => `__tests__/aztec/${file}`),
    programs: [],
  },
  evnode: { files: [ROOTFS, `${CLUSTER}/sequencer/evnode`], programs: ["go"] },
  haproxy: { files: [ROOTFS, HAPROXY], programs: ["haproxy"] },
  "haproxy-3.4": { files: [ROOTFS, HAPROXY], programs: ["haproxy-3.4"] },
  node: { files: [ROOTFS], programs: ["node"] },
  opstack: { files: [ROOTFS, `${CLUSTER}/sequencer/opstack`], programs: ["go"] },
  prometheus: { files: [ROOTFS, `${CLUSTER}/alerts/operator`], programs: ["go"] },
  standin: { files: [ROOTFS, `${CLUSTER}/p2p/standin`], programs: ["node"] },
} as const;

const fixedOpStack = fixedOpStackExample(OP_STACK_WATCHED.namespace);
const opStackWatched = { ...fixedOpStack, set: [...fixedOpStack.set, ...OP_STACK_WATCHED.set] };

const ofSequencer = (example: SequencerExample) => sequencerExample(example, exampleKeys(example.members));

/** What the tests of a deployed sequencer have in common. */
const SEQUENCER = {
  on: "nodes",
  load: "measures",
  images: ["evnode", "haproxy", "node"],
  files: [`${CLUSTER}/sequencer/watch.mjs`, `${CLUSTER}/sequencer/writes.mjs`],
  commands: ["cli/keys/mesh.ts"],
} as const;
const PROXY = {
  on: "machine",
  load: "works",
  images: ["haproxy"],
  files: ["constructs/sequencer/mesh/scripts", "constructs/sequencer/proxy/scripts"],
} as const;
const PROXIED = ["raft-3", "raft-5", "lease", "op-stack"].map(
  (name): Stack => ({
    dir: "examples/sequencer",
    name,
    section: "sequencer",
  }),
);
const WAKE = "constructs/sequencer/software/op-stack/scripts/wake.lua";
const APISERVER = {
  on: "machine",
  load: "works",
  installs: `${CLUSTER}/apiserver/build.sh`,
  files: ["build.sh", "exec.sh", "go.mod", "go.sum"].map(file => `${CLUSTER}/apiserver/${file}`),
} as const;
const INSTALLS_OP_STACK = `${CLUSTER}/sequencer/opstack/build.sh`;
/** Real members of an OP Stack sequencer on loopback. */
const OP_STACK = { on: "machine", load: "works", installs: INSTALLS_OP_STACK, images: ["opstack", "haproxy"] } as const;
/** The commands of an operator on them. */
const OPERATED = {
  ...OP_STACK,
  commands: ["cli/sequencer/sequencer.ts"],
  files: [
    "constructs/sequencer/mesh/scripts",
    "constructs/sequencer/software/op-stack/scripts",
    "examples/sequencer/op-stack.yaml",
    "__tests__/cli/kubernetes/kubectl-stub.sh",
  ],
} as const;
const INSTALLS_AZTEC = "__tests__/aztec/install.sh";
const AZTEC = { load: "works", installs: INSTALLS_AZTEC, images: ["aztec"] } as const;
const P2P = { on: "nodes", load: "waits", images: ["standin"] } as const;

/** Every test file of this folder, in the order in which they begin. */
export const SUITES: readonly Suite[] = [
  {
    ...P2P,
    name: "p2p/enr",
    harms: "nodes",
    always: "^the record is published once|^after a forced delete",
    deploys: [p2pExample(ENR_PINNED), p2pExample(ENR_UNPINNED)],
  },
  { name: "conformance", on: "api", load: "works", always: ".", deploys: everyStack },
  { ...APISERVER, name: "apiserver/conformance", deploys: everyStack },
  {
    ...APISERVER,
    name: "platforms/ipv6-first",
    deploys: everyStack,
    files: [...APISERVER.files, "docs/platforms.md"],
  },
  {
    name: "platforms/admission",
    on: "api",
    load: "works",
    always: ".",
    deploys: everyStack,
    files: ["docs/platforms.md"],
  },
  {
    name: "platforms/deployed",
    on: "nodes",
    harms: "nodes",
    load: "waits",
    deploys: [DEDICATED, UNTOLERATED, OPENSHIFT, ofSequencer(SEQUENCER_ON_OPENSHIFT)],
    commands: ["cli/check/check.ts"],
    images: ["evnode", "haproxy", "node", "standin"],
    files: [`${CLUSTER}/platforms/servers.mjs`, ...SEQUENCER.files],
  },
  { name: "analyzers", on: "api", load: "works", deploys: everyStack },
  {
    name: "policies/matrix",
    on: "nodes",
    harms: "nodes",
    load: "works",
    deploys: MATRIX_STACKS,
    commands: ["cli/check/check.ts"],
    images: ["node"],
    files: [`${CLUSTER}/policies/calls.mjs`],
  },
  {
    name: "alerts/fire",
    installs: `${CLUSTER}/alerts/operator/build.sh`,
    on: "nodes",
    load: "measures",
    deploys: [
      ...[ALERTS_RAFT, ALERTS_PAIR, SINGLE, EVM].map(ofSequencer),
      ...[ALERTS_P2P, P2P_UNPINNED].map(p2pExample),
      P2P_JOINING,
      P2P_UNREAD,
      ALERTS_SPIKE,
    ],
    commands: ["cli/keys/mesh.ts"],
    images: ["evnode", "haproxy", "node", "prometheus", "standin"],
    files: [`${CLUSTER}/sequencer/watch.mjs`, `${CLUSTER}/sequencer/writes.mjs`],
  },
  {
    name: "alerts/op-stack",
    installs: INSTALLS_OP_STACK,
    on: "nodes",
    load: "measures",
    deploys: [opStackWatched],
    commands: ["cli/keys/mesh.ts", "cli/sequencer/sequencer.ts"],
    images: ["evnode", "haproxy", "node", "opstack", "prometheus"],
    files: [
      ...SEQUENCER.files,
      `${CLUSTER}/sequencer/opstack/watch.mjs`,
      ...["op-stack.yaml", "op-stack-genesis.json", "op-stack-rollup.json"].map(file => `examples/sequencer/${file}`),
    ],
  },
  { ...PROXY, name: "haproxy/da" },
  { ...PROXY, name: "haproxy/mesh" },
  { ...PROXY, name: "haproxy/node-rpc" },
  { ...PROXY, name: "haproxy/op-stack", files: [...PROXY.files, WAKE] },
  { ...PROXY, name: "haproxy/proxy" },
  { ...PROXY, name: "haproxy/start" },
  { ...PROXY, name: "haproxy/examples", deploys: PROXIED },
  {
    ...PROXY,
    name: "haproxy/line-3.4",
    env: { HAPROXY_LINE: "3.4" },
    installs: HAPROXY,
    images: ["haproxy-3.4"],
    deploys: PROXIED,
    files: [...PROXY.files, WAKE],
  },
  { name: "alerts/rules", on: "machine", load: "works" },
  {
    ...OP_STACK,
    name: "sequencer/founding",
    files: [
      "constructs/sequencer/software/op-stack/scripts/bring-genesis.sh",
      "constructs/sequencer/software/op-stack/scripts/supervise.sh",
    ],
  },
  {
    ...OP_STACK,
    name: "sequencer/registry",
    env: { LOOPBACK_PORTS: "26000" },
    files: ["start-execution.sh", "look-up-chain.sh", "start-op-node.sh", "start-conductor.sh", "supervise.sh"].map(
      name => `constructs/sequencer/software/op-stack/scripts/${name}`,
    ),
  },
  {
    name: "sequencer/options",
    on: "machine",
    load: "works",
    images: ["evnode"],
    files: ["__tests__/constructs/sequencer/member/ev-node-flags.txt"],
  },
  {
    ...OP_STACK,
    name: "sequencer/submitters",
    env: { LOOPBACK_PORTS: "21000" },
    files: ["constructs/sequencer/mesh/scripts", "constructs/sequencer/proxy/scripts"],
  },
  { ...OPERATED, name: "sequencer/membership", env: { LOOPBACK_PORTS: "22000" } },
  { ...OPERATED, name: "sequencer/found", env: { LOOPBACK_PORTS: "25000" } },
  {
    name: "sequencer/lease-agent",
    on: "api",
    load: "measures",
    files: [
      "constructs/sequencer/lease/scripts/follow-lease.sh",
      "bundles/lease-agent.mjs",
      `${CLUSTER}/sequencer/lease-agent-forwarder.mjs`,
    ],
  },
  { ...P2P, name: "p2p/bootnodes", deploys: [p2pExample(BOOTNODES)] },
  {
    ...P2P,
    name: "p2p/upgrade",
    deploys: [p2pExample(UPGRADE)],
    commands: ["cli/check/check.ts"],
    files: [`${CLUSTER}/p2p/l1.mjs`],
  },
  {
    ...P2P,
    name: "p2p/enr-soak",
    env: { SOAK_MINUTES: "20" },
    installs: INSTALLS_AZTEC,
    images: ["aztec", "standin"],
    deploys: [SOAK_PINNED, SOAK_UNPINNED].map(aztecExample),
  },
  {
    ...AZTEC,
    name: "aztec/software",
    on: "machine",
    deploys: [
      ...[SOFTWARE, UNPINNED].map(aztecExample),
      ...[chain, proving, network, onNetwork].map(example => example(EXAMPLE_ENR)),
    ],
    files: ["__tests__/aztec/room.sh", "__tests__/aztec/votes.mjs", "examples/p2p/proving.yaml"],
  },
  {
    ...AZTEC,
    name: "aztec/nodes",
    on: "nodes",
    deploys: [aztecExample(NODES)],
  },
  {
    name: "check/platform",
    on: "nodes",
    load: "waits",
    commands: ["cli/check/check.ts", "cli/deploy.ts"],
  },
  {
    name: "sequencer/operate",
    on: "nodes",
    load: "works",
    commands: ["cli/manifests.ts", "cli/sequencer/sequencer.ts"],
    files: ["raft-3.yaml", "lease.yaml", "genesis.json"].map(file => `examples/sequencer/${file}`),
  },
  {
    name: "spike/sdk",
    on: "machine",
    load: "works",
    deploys: [SDK_EXAMPLE],
    files: [`${CLUSTER}/spike/sdk`, "bundles/gate.mjs"],
  },
  {
    name: "spike/repeat",
    on: "nodes",
    load: "works",
    deploys: [REPEATED],
    commands: ["cli/check/check.ts"],
    images: ["node"],
    files: ["charts/objects", `${CLUSTER}/spike/deploy.ts`],
  },
  {
    name: "spike/spike",
    on: "nodes",
    load: "works",
    always: "^once the keeper is there",
    deploys: [{ ...SPIKE, set: SPIKE_SET }],
    commands: ["cli/check/check.ts"],
    images: ["node"],
    files: [`${CLUSTER}/spike/bootstrap.mjs`, `${CLUSTER}/spike/keeper.mjs`],
  },
  {
    ...SEQUENCER,
    name: "sequencer/drill",
    deploys: [ofSequencer(DRILLED)],
    commands: ["cli/keys/mesh.ts", "cli/drill/drill.ts"],
  },
  {
    ...SEQUENCER,
    name: "sequencer/lease",
    harms: "nodes",
    always: "^one member holds the Lease|^the holder's process killed",
    deploys: [ofSequencer(PAIR)],
  },
  {
    ...SEQUENCER,
    name: "sequencer/raft",
    harms: "nodes",
    always: "^every member becomes ready|^the leader killed \\(SIGKILL\\)",
    deploys: [ofSequencer(RAFT)],
  },
  {
    ...SEQUENCER,
    name: "sequencer/conductor",
    harms: "nodes",
    installs: INSTALLS_OP_STACK,
    images: ["evnode", "haproxy", "node", "opstack"],
    files: [...SEQUENCER.files, `${CLUSTER}/sequencer/opstack/watch.mjs`],
    deploys: [fixedOpStackExample(OP_STACK_ON_CLUSTER.namespace)],
  },
  {
    ...SEQUENCER,
    name: "sequencer/conductor-members",
    installs: INSTALLS_OP_STACK,
    images: ["evnode", "haproxy", "node", "opstack"],
    commands: ["cli/keys/mesh.ts", "cli/sequencer/sequencer.ts", "cli/drill/drill.ts"],
    files: [
      ...SEQUENCER.files,
      `${CLUSTER}/sequencer/opstack/watch.mjs`,
      ...["op-stack.yaml", "op-stack-genesis.json", "op-stack-rollup.json"].map(file => `examples/sequencer/${file}`),
    ],
    deploys: [fixedOpStackExample(OP_STACK_MEMBERS.namespace)],
  },
  {
    ...SEQUENCER,
    name: "sequencer/op-stack-single",
    installs: INSTALLS_OP_STACK,
    images: ["evnode", "haproxy", "node", "opstack"],
    commands: ["cli/keys/mesh.ts", "cli/sequencer/sequencer.ts"],
    files: [
      ...SEQUENCER.files,
      `${CLUSTER}/sequencer/opstack/watch.mjs`,
      ...["op-stack.yaml", "op-stack-single.yaml", "op-stack-genesis.json", "op-stack-rollup.json"].map(
        file => `examples/sequencer/${file}`,
      ),
    ],
    deploys: [fixedOpStackExample(OP_STACK_SINGLE.namespace)],
  },
  {
    ...SEQUENCER,
    name: "haproxy/drills-3.4",
    harms: "nodes",
    env: { HAPROXY_LINE: "3.4" },
    installs: INSTALLS_OP_STACK,
    images: ["evnode", "haproxy-3.4", "node", "opstack"],
    files: [...SEQUENCER.files, `${CLUSTER}/sequencer/opstack/watch.mjs`],
    deploys: [ofSequencer(RAFT_3_4), fixedOpStackExample(OP_STACK_3_4.namespace, HAPROXY_3_4)],
  },
  {
    ...SEQUENCER,
    name: "sequencer/outages",
    harms: "api",
    deploys: [ofSequencer(OUTAGES_RAFT), ofSequencer(OUTAGES_FIVE), ofSequencer(OUTAGES_PAIR)],
    commands: ["cli/keys/mesh.ts", "cli/check/check.ts"],
  },
];
