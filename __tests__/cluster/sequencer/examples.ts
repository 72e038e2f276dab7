import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Example } from "../driver/example";
import { EVNODE_IMAGE, HAPROXY_IMAGE, NODE_IMAGE } from "../driver/images";

/** A sequencer of `examples/sequencer` that a test deploys. */
export interface SequencerExample {
  readonly example: "raft-3" | "lease" | "single";
  readonly namespace: string;
  readonly members: number;
  readonly set?: readonly string[];
}

// Plain literals: a test's digest leaves out those that the test does not name.
export const RAFT: SequencerExample = { example: "raft-3", namespace: "seq-raft", members: 3 };
export const PAIR: SequencerExample = { example: "lease", namespace: "seq-pair", members: 2 };
export const DRILLED: SequencerExample = { example: "raft-3", namespace: "seq-drill", members: 3 };
export const OUTAGES_RAFT: SequencerExample = { example: "raft-3", namespace: "seq-outages", members: 3 };
export const OUTAGES_FIVE: SequencerExample = {
  example: "raft-3",
  namespace: "seq-outages-five",
  members: 5,
  set: ["sequencer.ha.raft.members=5", "sequencer.spread=soft"],
};
export const OUTAGES_PAIR: SequencerExample = { example: "lease", namespace: "seq-outages-pair", members: 2 };

/** Where those run who write, read and monitor. */
export const watchersOf = (namespace: string) => `${namespace}-watch`;

/** All namespaces of an example. */
export const namespacesOf = (namespace: string) => [namespace, `${namespace}-da`, watchersOf(namespace)];

/** What of the keys is in the manifests. */
export interface PublicKeys {
  readonly peerIds: readonly string[];
  readonly genesis: string;
}

/** The example with the images of the tests, a local DA and these keys. */
export function sequencerExample(
  { example, namespace, set = [] }: SequencerExample,
  { peerIds, genesis }: PublicKeys,
): Example {
  const watchers = watchersOf(namespace);
  const own = [
    `sequencer.software.evNode.image=${EVNODE_IMAGE}`,
    `sequencer.haproxyImage=${HAPROXY_IMAGE}`,
    `sequencer.da.endpoints=[http://da.${namespace}-da.svc:7980]`,
    `sequencer.nodeKeys.peerIds=[${peerIds.join(", ")}]`,
    `sequencer.networkPolicies={writers: [{namespace: ${watchers}}], readers: [{namespace: ${watchers}}], ` +
      `monitoring: ${watchers}}`,
    "sequencer.storage.size=1Gi",
    "sequencer.kubernetes.resources.node={requests: {cpu: 500m, memory: 128Mi}, limits: {memory: 512Mi}}",
    ...(example === "lease" ? [`sequencer.ha.lease.agentImage=${NODE_IMAGE}`] : []),
  ];
  return {
    namespace,
    values: join("examples", "sequencer", `${example}.yaml`),
    files: { "genesis.json": genesis },
    section: "sequencer",
    set: [...own, ...set],
  };
}

/** Keys that are the same in every run: those of the example of five members. */
export function exampleKeys(members: number): PublicKeys {
  const read = (name: string) => readFileSync(join("examples", "sequencer", name), "utf8");
  const peerIds: string[] = parse(read("raft-5.yaml")).sequencer.nodeKeys.peerIds;
  return { peerIds: peerIds.slice(0, members), genesis: read("genesis.json") };
}
