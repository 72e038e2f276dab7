/** The public API of the library. */

export type { Duration } from "./kubernetes/duration";
export { FailFastGate, type FailFastGateProps, type GateMarker, type GateTarget } from "./kubernetes/fail-fast-gate";
export { dependOn } from "./kubernetes/framework/depend";
export type { Rule, Severity } from "./kubernetes/monitoring/alert";
export type { ApiServerAccess } from "./kubernetes/network/api-server";
export type { DnsPreset, DnsServer } from "./kubernetes/network/dns";
export type { Destination, Endpoint } from "./kubernetes/network/endpoint";
export type { WorkloadPolicy, WorkloadPolicyProps } from "./kubernetes/network/policy";
export { NetworkNamespace, type NetworkNamespaceProps } from "./kubernetes/network-namespace";
export { ObjectsRelease, type ObjectsReleaseProps } from "./kubernetes/objects-release";
export type { Naming, Problem } from "./kubernetes/problem";
export type { Resources } from "./kubernetes/resources";
export type { Scripts } from "./kubernetes/scripts";
export type { Storage } from "./kubernetes/storage";
export { KubernetesConstruct } from "./kubernetes/vocabulary/construct";
export type {
  Affinity,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PodSelector,
  Requirement,
  Toleration,
  TopologySpread,
} from "./kubernetes/vocabulary/placement-props";
export type {
  AddedContainer,
  Amounts,
  CaBundle,
  ContainerResources,
  DnsConfig,
  EnvSource,
  HostAlias,
  Mount,
  PodProps,
  PodVolume,
  SecretKeyOf,
  Users,
} from "./kubernetes/vocabulary/pod-props";
export type { KubernetesProps, KubernetesScope } from "./kubernetes/vocabulary/props";
export { kubernetesOf, setKubernetes } from "./kubernetes/vocabulary/scope";
export { p2pAlerts } from "./p2p/alerts";
export {
  type AddressExposure,
  Announce,
  type AnnounceMode,
  type AnnounceOptions,
  type HostExposure,
} from "./p2p/announce";
export { type BootnodeSource, Bootnodes, type FromUrlOptions } from "./p2p/bootnodes";
export { BootstrapNode, type BootstrapNodeProps } from "./p2p/bootstrap-node";
export type { CrsSource } from "./p2p/crs";
export { type DecodedEnr, decodeEnr, type EnrExpectation, enrMismatch } from "./p2p/enr";
export { EnrRecord, type EnrRecordProps } from "./p2p/enr-record";
export { FullNode, type FullNodeProps } from "./p2p/full-node";
export { Identity } from "./p2p/identity";
export { P2pMonitoring, type P2pMonitoringProps } from "./p2p/monitoring";
export type { NetworkAccess } from "./p2p/network-policy";
export { P2pNode, type P2pNodeProps } from "./p2p/node";
export type { SecretKey } from "./p2p/pod-frame";
export type { Autoscale } from "./p2p/prover/autoscale";
export type { Broker, BrokerAddress } from "./p2p/prover/broker-source";
export { ProverAgents, type ProverAgentsProps } from "./p2p/prover/prover-agents";
export { ProverBroker, type ProverBrokerProps } from "./p2p/prover/prover-broker";
export { ProverWorkload, type ProverWorkloadProps } from "./p2p/prover/workload";
export type { P2pServices } from "./p2p/services";
export { type AztecProps, aztec } from "./p2p/software/aztec/aztec";
export type { AztecRelease } from "./p2p/software/aztec/releases";
export type { CrsFile, P2pRole, P2pSoftware, PeerRole, ProverRole, SoftwareVariable } from "./p2p/software/software";
export type { SequencerAccess } from "./sequencer/access";
export { ConductorSequencer } from "./sequencer/conductor/conductor-sequencer";
export type { ConductorMembers, ConductorSequencerProps } from "./sequencer/conductor/props";
export { type ConductorSettings, type ConductorTimingProps, conductorSettings } from "./sequencer/conductor/timing";
export type { Engine, EngineNode, EngineRole, EvNodeEngine, MemberRole, RaftFolder } from "./sequencer/engine";
export { ENGINES, type SequencerMode } from "./sequencer/engines";
export type { EvmExecution } from "./sequencer/execution/evm";
export type { ExecutionParts } from "./sequencer/execution/execution";
export type { Execution } from "./sequencer/execution/executions";
export type { TestappExecution } from "./sequencer/execution/testapp";
export { LeaseSequencer } from "./sequencer/lease/lease-sequencer";
export type { LeaseSequencerProps } from "./sequencer/lease/props";
export type { LeaseTiming } from "./sequencer/lease/timing";
export type { DaSubmit } from "./sequencer/member/da-submit";
export { type EvNode, type EvNodeProps, evNode } from "./sequencer/member/ev-node";
export type { EvNodeOptions } from "./sequencer/member/ev-node-options";
export type { DaPriority, LogFormat, LogLevel } from "./sequencer/member/ev-node-words";
export type { Frame, NodeParts } from "./sequencer/member/frame";
export { SequencerNode } from "./sequencer/member/node";
export type { MemberPart } from "./sequencer/member/part";
export type { MeshAdditions } from "./sequencer/mesh/config";
export { MemberMesh, type MemberMeshProps, type MeshSecurity } from "./sequencer/mesh/member-mesh";
export type { Upstream } from "./sequencer/mesh/upstream";
export { sequencerAlerts } from "./sequencer/monitoring/alerts";
export type { EngineMonitoring, Thresholds } from "./sequencer/monitoring/engine-monitoring";
export { SequencerMonitoring, type SequencerMonitoringProps } from "./sequencer/monitoring/monitoring";
export type { Panel } from "./sequencer/monitoring/panels";
export type { Series } from "./sequencer/monitoring/series";
export type { WatchedSequencer } from "./sequencer/monitoring/watched";
export type { LeaderCheck } from "./sequencer/proxy/config";
export { LeaderProxy } from "./sequencer/proxy/leader-proxy";
export type { LeaderProxyProps } from "./sequencer/proxy/props";
export type { RaftMembers, RaftSequencerProps } from "./sequencer/raft/props";
export { RaftSequencer } from "./sequencer/raft/raft-sequencer";
export { type RaftSettings, type RaftTimingProps, raftSettings } from "./sequencer/raft/timing";
export type { CommandRules, RoleRule, RuleWords } from "./sequencer/role-rules";
export { SequencerRoles, type SequencerRolesProps } from "./sequencer/roles";
export type {
  DataAvailability,
  Genesis,
  MemberProps,
  Sequencer,
  SequencerProps,
  Signer,
} from "./sequencer/sequencer";
export type { SingleSequencerProps } from "./sequencer/single/props";
export { SingleSequencer } from "./sequencer/single/single-sequencer";
export type {
  OpStack,
  OpStackExecution,
  OpStackGenesis,
  OpStackL1,
  OpStackSnapshot,
} from "./sequencer/software/op-stack/op-stack";
export type { OpStackSequencerProps } from "./sequencer/software/op-stack/props";
export type { OpStackSubmitter } from "./sequencer/software/op-stack/submitters/op-stack-submitter";
export type {
  OpBatcher,
  OpProposer,
  RemoteSigner,
  SubmitterKey,
  SubmitterSettings,
} from "./sequencer/software/op-stack/submitters/props";
export type { BlockReader, NodePorts, NodeSoftware } from "./sequencer/software/software";
export type { SubmitterWorkload } from "./sequencer/submitter";
export { spikeAlerts, type WatchedSpike } from "./spike/alerts";
export { FORCE_ACKNOWLEDGEMENT, SpikeBootstrap, type SpikeBootstrapProps } from "./spike/bootstrap";
export { SpikeIdentities, type SpikeIdentitiesProps } from "./spike/identities";
export { SpikeMonitoring, type SpikeMonitoringProps } from "./spike/monitoring";
export { type SpikeAccess, SpikeNetworkPolicy, type SpikeNetworkPolicyProps } from "./spike/network-policy";
export {
  type SpikeBackend,
  type SpikeKeeper,
  type SpikePart,
  SpikeRelease,
  type SpikeReleaseProps,
  type WorkloadApi,
} from "./spike/release";
export { SPIFFE_CLIENT_LABEL, SpireRelease, type SpireReleaseProps } from "./spike/spire";
export { SpireReady, type SpireReadyProps } from "./spike/spire-ready";
