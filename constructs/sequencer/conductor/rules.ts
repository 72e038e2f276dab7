import { isToken } from "../../kubernetes/framework/tokens";
import type { Problem } from "../../kubernetes/problem";
import { blockTimeMs } from "../block-time";
import { endpointProblems, imageProblems, memberProblems, meshNameProblems, type Named } from "../rules";
import { chainProblems } from "../software/op-stack/chain";
import { OP_NODE_KEYS } from "../software/op-stack/node-key";
import { opStackParts } from "../software/op-stack/parts";
import { snapshotProblems } from "../software/op-stack/snapshot";
import { submitterProblems } from "../software/op-stack/submitters/rules";
import { versionProblems } from "../software/op-stack/versions";
import { CONDUCTOR } from "./engine";
import type { ConductorSequencerProps } from "./props";
import { conductorTimingProblems } from "./timing";

/** Everything that is wrong with the props of a sequencer under op-conductor. */
export function conductorSequencerProblems(props: Named<ConductorSequencerProps>): Problem[] {
  const { members = 3, software, clusterDomain, sequencerKey } = props;
  return [
    ...membersProblems(members),
    ...memberProblems(props, CONDUCTOR, members, OP_NODE_KEYS),
    ...meshNameProblems(props),
    ...conductorTimingProblems(props),
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
    ...imageProblems(opStackParts(props, members).images, props.requireDigest),
  ];
}

function membersProblems(members: number): Problem[] {
  if (CONDUCTOR.members.includes(members)) return [];
  const message = `${members} members: a quorum needs an odd number of them, and every block waits for it`;
  return [{ path: ["members"], message, remedy: "use 3, 5 or 7" }];
}

function addressProblems(address: string | undefined): Problem[] {
  if (address === undefined || isToken(address) || /^(0x)?[0-9a-fA-F]{40}$/.test(address)) return [];
  const message = `"${address}" is no address of 20 bytes in hex`;
  return [{ path: ["sequencerKey", "address"], message, remedy: "copy the chain's unsafeBlockSigner" }];
}
