/** The public API of the library. */
export { type AddressExposure, Announce, type AnnounceMode, type AnnounceOptions, type HostExposure } from "./announce";
export { type BootnodeSource, Bootnodes, type FromUrlOptions } from "./bootnodes";
export { BootstrapNode, type BootstrapNodeProps } from "./bootstrap-node";
export { type DecodedEnr, decodeEnr, type EnrExpectation, enrMismatch } from "./enr";
export { EnrRecord, type EnrRecordProps } from "./enr-record";
export { FullNode, type FullNodeProps } from "./full-node";
export { Identity } from "./identity";
export { NetworkNamespace, type NetworkNamespaceProps } from "./network-namespace";
export { ObjectsRelease, type ObjectsReleaseProps } from "./objects-release";
export { P2pMonitoring, type P2pMonitoringProps, p2pAlerts } from "./p2p-monitoring";
export type { Endpoint, NetworkAccess } from "./p2p-network-policy";
export { P2pNode, type P2pNodeProps } from "./p2p-node";
export type { Resources } from "./p2p-pod";
export type { Storage } from "./p2p-stateful-set";
export { type AztecProps, aztec } from "./software/aztec";
export type { P2pRole, P2pSoftware } from "./software/p2p-software";
