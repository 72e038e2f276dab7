import { DNS } from "../../../../kubernetes/network/dns";
import { peerOf } from "../../../../kubernetes/network/endpoint";
import type { PolicyRules } from "../../../../kubernetes/network/policy";
import { tcp, toServices, toUrls } from "../../../../kubernetes/network/rules";
import type { SequencerAccess } from "../../../access";
import type { Frame } from "../../../member/frame";
import { PROXY } from "../../../proxy/config";
import { proxySelector } from "../../../proxy/leader-proxy";
import type { OpStack } from "../op-stack";
import { OP_STACK_PORTS as PORTS } from "../ports";
import { SUBMITTER } from "./command";
import { type Submitter, submitterSelector, submittersOf } from "./kinds";

interface Wiring {
  readonly sequencer: Called;
  readonly submitter: Submitter;
  readonly l1: readonly string[];
  readonly clusterDomain: string;
}

/** What submitters call of a sequencer: the proxy, or the one member that makes blocks. */
export interface Called {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  /** Of op-node's calls, and of the execution client's. */
  readonly ports: { readonly node: number; readonly blocks: number };
}

/** Which pods take what is sent to the sequencer's Service. */
export function calledOf({ name, selector, engine }: Pick<Frame, "name" | "selector" | "engine">): Called {
  return engine.leaderCheck
    ? { name, selector: proxySelector(name), ports: { node: PROXY.nodeRpcPort, blocks: PROXY.writePort } }
    : { name, selector, ports: { node: PORTS.nodeRpc, blocks: PORTS.rpc } };
}

/** A submitter reaches the sequencer, L1 and its signer; monitoring reaches it, and nobody else does. */
export function submitterRules(wiring: Wiring, { da, kms, targetPorts, monitoring }: SequencerAccess): PolicyRules {
  const { sequencer, submitter, l1, clusterDomain } = wiring;
  const { key } = submitter.settings;
  const signers = "signer" in key ? [key.signer.endpoint] : [];
  return {
    ingress: monitoring ? [{ ports: [tcp(SUBMITTER.metrics)], from: [peerOf({ namespace: monitoring })] }] : [],
    egress: [
      DNS,
      {
        ports: [sequencer.ports.node, ...(submitter.readsBlocks ? [sequencer.ports.blocks] : [])].map(tcp),
        to: [{ podSelector: { matchLabels: { ...sequencer.selector } } }],
      },
      ...toServices([...l1, ...signers], clusterDomain, targetPorts),
      ...toUrls(l1, clusterDomain, da),
      ...toUrls(signers, clusterDomain, kms),
    ],
  };
}

/** What the sequencer has to know of them. */
export function submitterCallers(
  software: Pick<OpStack, "batcher" | "proposer">,
  { namespace, name }: Pick<Frame, "namespace" | "name">,
): Required<Pick<SequencerAccess, "writers" | "submitters">> {
  const submitters = submittersOf(software);
  const pods = (some: readonly Submitter[]) =>
    some.map(each => ({ namespace, podLabels: submitterSelector(each, name) }));
  return { writers: pods(submitters.filter(({ readsBlocks }) => readsBlocks)), submitters: pods(submitters) };
}
