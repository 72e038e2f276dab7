import { ServiceV1 } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import type { Engine } from "./engine";
import { membersOf } from "./members";
import { MESH } from "./mesh/ports";

export interface SequencerServicesProps {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> };
  readonly selector: Record<string, string>;
  readonly engine: Engine;
  readonly members: number;
  readonly writePort: number;
  readonly protected?: boolean;
}

/**
 * The Services of a sequencer's members: their domain, one that reads from those that are ready, and one per member,
 * whose address outlives its pods. Members without a mesh have none of the last, and a single sequencer has a Service
 * for writes instead of a proxy.
 */
export function sequencerServices(scope: Construct, props: SequencerServicesProps) {
  const { metadata, selector, engine, members, writePort } = props;
  const { leaderCheck, mesh, software } = engine;
  const rpc = { name: "rpc", port: software.ports.rpc, targetPort: "rpc" };
  const p2p = { name: "p2p", port: software.ports.p2p, targetPort: "p2p" };
  const { name } = metadata;
  const write = { name: "write", port: writePort, targetPort: String(writePort) };
  const headless = new ServiceV1(scope, "Headless", {
    metadata: { ...metadata, name: `${name}-headless` },
    spec: { clusterIp: "None", publishNotReadyAddresses: true, selector, port: [p2p] },
  });
  const ports = [
    ...(mesh?.raft ? [{ name: "mesh", port: MESH.raftPort, targetPort: "mesh" }] : []),
    p2p,
    rpc,
    ...(write.port === rpc.port ? [] : [write]),
    ...(leaderCheck && leaderCheck.port !== rpc.port
      ? [{ name: "leader", port: leaderCheck.port, targetPort: String(leaderCheck.port) }]
      : []),
    ...(software.nodeRpc ? [{ name: "node-rpc", port: software.nodeRpc.port, targetPort: "node-rpc" }] : []),
  ];
  const member = (ordinal: number) =>
    new ServiceV1(scope, `Member${ordinal}`, {
      metadata: { ...metadata, name: `${name}-${ordinal}` },
      spec: {
        type: "ClusterIP",
        publishNotReadyAddresses: true,
        selector: { ...selector, "statefulset.kubernetes.io/pod-name": `${name}-${ordinal}` },
        port: ports,
      },
      ...(props.protected && { lifecycle: { preventDestroy: true } }),
    });
  const perMember = mesh ? membersOf(members).map(member) : [];
  const read = new ServiceV1(scope, "Read", {
    metadata: { ...metadata, name: `${name}-read` },
    spec: { type: "ClusterIP", selector, port: [rpc] },
  });
  const calls = software.nodeRpc
    ? [{ name: "node-rpc", port: software.nodeRpc.servicePort, targetPort: "node-rpc" }]
    : [];
  const single = leaderCheck
    ? undefined
    : new ServiceV1(scope, "Write", { metadata, spec: { type: "ClusterIP", selector, port: [write, ...calls] } });
  return { headless, perMember, read, single };
}
