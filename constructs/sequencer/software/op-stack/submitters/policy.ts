import { DNS } from "../../../../kubernetes/network/dns";
import { peerOf } from "../../../../kubernetes/network/endpoint";
import type { PolicyRules } from "../../../../kubernetes/network/policy";
import { tcp, toServices, toUrls } from "../../../../kubernetes/network/rules";
import type { SequencerAccess } from "../../../access";
import { PROXY } from "../../../proxy/config";
import { proxySelector } from "../../../proxy/leader-proxy";
import { SUBMITTER } from "./command";
import { type Submitter, submitterSelector, submittersOf } from "./kinds";
import type { OpBatcher, OpProposer } from "./props";

interface Wiring {
  readonly sequencer: string;
  readonly submitter: Submitter;
  readonly l1: readonly string[];
  readonly clusterDomain: string;
}

/** A submitter reaches the leader proxy, L1 and its signer; monitoring reaches it, and nobody else does. */
export function submitterRules(wiring: Wiring, { da, kms, targetPorts, monitoring }: SequencerAccess): PolicyRules {
  const { sequencer, submitter, l1, clusterDomain } = wiring;
  const { key } = submitter.settings;
  const signers = "signer" in key ? [key.signer.endpoint] : [];
  return {
    ingress: monitoring ? [{ ports: [tcp(SUBMITTER.metrics)], from: [peerOf({ namespace: monitoring })] }] : [],
    egress: [
      DNS,
      {
        ports: [PROXY.nodeRpcPort, ...(submitter.readsBlocks ? [PROXY.writePort] : [])].map(tcp),
        to: [{ podSelector: { matchLabels: proxySelector(sequencer) } }],
      },
      ...toServices([...l1, ...signers], clusterDomain, targetPorts),
      ...toUrls(l1, clusterDomain, da),
      ...toUrls(signers, clusterDomain, kms),
    ],
  };
}

/** What the proxy has to know of them: who may call it, beside those whom the props name. */
export function accessWithSubmitters(
  access: SequencerAccess | false | undefined,
  software: { readonly batcher?: OpBatcher; readonly proposer?: OpProposer },
  { namespace, name }: { readonly namespace: string; readonly name: string },
): SequencerAccess | false | undefined {
  const submitters = submittersOf(software);
  if (access === false || submitters.length === 0) return access;
  const pods = (some: readonly Submitter[]) =>
    some.map(each => ({ namespace, podLabels: submitterSelector(each, name) }));
  return {
    ...access,
    writers: [...(access?.writers ?? []), ...pods(submitters.filter(({ readsBlocks }) => readsBlocks))],
    submitters: [...(access?.submitters ?? []), ...pods(submitters)],
  };
}
