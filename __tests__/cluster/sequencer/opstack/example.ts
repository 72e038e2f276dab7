import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Example } from "../../driver/example";
import { HAPROXY_IMAGE } from "../../driver/images";
import { GAME_FACTORY, SIGNER, type TestChain, testChain } from "./chain";

/** op-conductor, op-node and op-geth in one; a busybox shell and curl beside them. */
export const OPSTACK_IMAGE = "localhost/opstack:1";

const PROPOSER_ENV = "OP_PROPOSER_NUM_CONFIRMATIONS: '1', OP_PROPOSER_ALLOW_NON_FINALIZED: 'true'";

/** Where the tests of its cluster deploy it. */
export const OP_STACK_ON_CLUSTER = { namespace: "seq-op" } as const;
export const OP_STACK_MEMBERS = { namespace: "seq-op-members" } as const;
export const OP_STACK_SINGLE = { namespace: "seq-op-single" } as const;
/** Five members have room on three nodes. */
export const OP_STACK_MEMBERS_SET: readonly string[] = ["sequencer.spread=soft"];

/** A sequencer of `examples/sequencer/op-stack.yaml` in this namespace, with an L1 beside it. */
export function opStackExample(
  namespace: string,
  chain: TestChain,
  peerIds: readonly string[],
  haproxyImage: string,
): Example {
  const images = ["node", "conductor", "execution"].map(image => `${image}: ${OPSTACK_IMAGE}`);
  return {
    namespace,
    values: join("examples", "sequencer", "op-stack.yaml"),
    files: {
      "op-stack-genesis.json": chain.genesis,
      "op-stack-rollup.json": chain.rollup,
      "op-stack-l1.json": chain.l1ChainConfig,
    },
    section: "sequencer",
    set: [
      `sequencer.software.opStack.images={${images.join(", ")}}`,
      `sequencer.software.opStack.batcher={image: ${OPSTACK_IMAGE}, key: {secret: op-batcher}, ` +
        "dataAvailability: calldata, maxChannelDuration: 1, env: {OP_BATCHER_NUM_CONFIRMATIONS: '1'}}",
      `sequencer.software.opStack.proposer={image: ${OPSTACK_IMAGE}, key: {secret: op-proposer}, ` +
        `gameFactory: '${GAME_FACTORY}', proposalInterval: 10s, env: {${PROPOSER_ENV}}}`,
      `sequencer.software.opStack.l1={endpoints: [http://l1.${namespace}-l1.svc:8545], beacon: [], ` +
        "chainConfig: {file: op-stack-l1.json}}",
      `sequencer.signerAddress="${SIGNER.address}"`,
      `sequencer.haproxyImage=${haproxyImage}`,
      `sequencer.nodeKeys.peerIds=[${peerIds.join(", ")}]`,
      `sequencer.networkPolicies={writers: [{namespace: ${namespace}-l1}], readers: [{namespace: ${namespace}-l1}]}`,
      "sequencer.storage.size=1Gi",
      "sequencer.executionStorage.size=1Gi",
      "sequencer.kubernetes.resources.node={requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 512Mi}}",
      "sequencer.kubernetes.resources.execution={requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 1Gi}}",
    ],
  };
}

/** The example with a chain and keys that are the same in every run. */
export function fixedOpStackExample(namespace: string, haproxyImage = HAPROXY_IMAGE): Example {
  const { sequencer } = parse(readFileSync(join("examples", "sequencer", "op-stack.yaml"), "utf8"));
  const chain = testChain({ number: 0, hash: `0x${"5e".repeat(32)}`, timestamp: 1764400008 });
  return opStackExample(namespace, chain, sequencer.nodeKeys.peerIds, haproxyImage);
}
