import { isToken } from "../../../kubernetes/framework/tokens";
import type { Problem } from "../../../kubernetes/problem";
import { blockTimeMs } from "../../block-time";
import type { Engine } from "../../engine";
import type { NodeParts } from "../../member/frame";
import { endpointProblems, imageProblems, memberProblems, type Named } from "../../rules";
import { chainProblems } from "./chain";
import { OP_NODE_KEYS } from "./node-key";
import type { OpStackSequencerProps } from "./props";
import { snapshotProblems } from "./snapshot";
import { submitterProblems } from "./submitters/rules";
import { versionProblems } from "./versions";

/** What no sequencer of an OP Stack chain may be, however many members it has. */
export function opStackProblems(
  props: Named<OpStackSequencerProps>,
  { engine, members, images }: { readonly engine: Engine; readonly members: number } & Pick<NodeParts, "images">,
): Problem[] {
  const { software, clusterDomain, sequencerKey } = props;
  return [
    ...memberProblems(props, engine, members, OP_NODE_KEYS),
    ...chainProblems(software, blockTimeMs(props), clusterDomain),
    ...versionProblems(software),
    ...snapshotProblems(software, clusterDomain),
    ...endpointProblems(["software", "l1", "endpoints"], software.l1.endpoints, clusterDomain),
    ...endpointProblems(["software", "l1", "beacon"], software.l1.beacon ?? [], clusterDomain),
    ...(software.l1.endpoints.length === 0
      ? [
          {
            path: ["software", "l1", "endpoints"],
            message: "no L1: op-node does not start without",
            remedy: "name one",
          },
        ]
      : []),
    ...(sequencerKey.secret
      ? []
      : [{ path: ["sequencerKey", "secret"], message: "empty: nobody could sign blocks", remedy: "name the Secret" }]),
    ...addressProblems(sequencerKey.address),
    ...submitterProblems(software, clusterDomain),
    ...imageProblems(images, props.requireDigest),
  ];
}

function addressProblems(address: string | undefined): Problem[] {
  if (address === undefined || isToken(address) || /^(0x)?[0-9a-fA-F]{40}$/.test(address)) return [];
  const message = `"${address}" is no address of 20 bytes in hex`;
  return [{ path: ["sequencerKey", "address"], message, remedy: "copy the chain's unsafeBlockSigner" }];
}
