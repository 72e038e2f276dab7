/**
 * Alerts, as `name severity`, under the fault that sets them off on the cluster; those that only an OP Stack sequencer
 * has are in `op-stack-faults.ts`. `npm test` fails while an alert is missing.
 */
export const FAULTS = {
  "raft: two of three members and a proxy taken away, under writes": [
    "SequencerNoBlocks critical",
    "SequencerNoQuorum critical",
    "SequencerNoLeader critical",
    "SequencerWritesRefused warning",
    "SequencerMemberDown warning",
    "SequencerMeshPeerUnreachable warning",
    "SequencerProxyDown warning",
  ],
  "raft: a mesh that takes no renewed certificate, and one of two days": [
    "SequencerMeshCertificateDiffers warning",
    "SequencerMeshCertificateExpires warning",
    "SequencerMeshCertificateExpires critical",
  ],
  "raft: a follower cut off from all but Prometheus": [
    "SequencerMemberBehind warning",
    "SequencerConnectionDropped warning",
  ],
  "raft: a proxy cut off from the members": ["SequencerProxyBlind warning"],
  "raft: a follower's Service sends to the leader": ["SequencerTwoLeaders critical"],
  "raft: leaders killed one after the other": ["SequencerLeaderChanges warning"],
  "raft: the DA taken away": ["SequencerDaUnreachable warning"],
  "pair: the holder cut off from the API server": ["SequencerLeaseLost warning", "SequencerLeaseRenewalsFail warning"],
  "pair: the agent of a follower stopped (SIGSTOP)": ["SequencerLeaseAgentDown warning"],
  "pair: the node of a member killed again and again": ["SequencerRestarts warning"],
  "pair: both members taken away": ["SequencerBothDown critical"],
  "single: a volume of which a fiftieth is left (a stand-in for kubelet)": [
    "SequencerVolumeFills warning",
    "SequencerVolumeFills critical",
  ],
  "single: the DA taken away": [
    "SequencerDaFailures warning",
    "SequencerDaBacklog critical",
    "SequencerDaNotIncluded critical",
  ],
  "single: the member taken away": ["SequencerDown critical"],
  "evm: the execution client ended (a stand-in)": ["SequencerExecutionDown warning"],
  "p2p: restarted behind a policy without the API server": [
    "EnrNotPublished critical",
    "P2pApiServerUnreachable warning",
    "P2pAgentSilent warning",
  ],
  "p2p: nodes restarted behind a policy that lets no peer in": [
    "NoPeers warning",
    "P2pNetworkDown critical",
    "P2pBootstrapUnreachable warning",
  ],
  "p2p: nodes in standby": ["NodeInStandby warning"],
  "p2p: a network whose configuration nobody serves": ["NetworkConfigUnread warning"],
  "p2p: a node whose joinUrls nobody serves": ["P2pJoinUrlsUnreachable warning"],
  "p2p: a node that does not become ready (a stand-in)": ["P2pNodeNotReady warning"],
  "p2p: not pinned, and voted to the pod's address": ["EnrDrift critical", "EnrNotAnnounced critical"],
  "spike: Nexus restarted beside young keepers": ["SpikeRootKeyInDoubt critical"],
  "spike: a Job that fails": ["SpikeJobFailed warning"],
  "spike: four of five keepers and Nexus taken away": [
    "SpikeKeepersBelowThreshold critical",
    "SpikeKeeperDown warning",
    "SpikeNexusNotReady critical",
  ],
  "spike: the StatefulSet of Nexus deleted": ["SpikeUnwatched warning"],
} as const;

export type Fault = keyof typeof FAULTS;
