import type { BootnodeSource } from "../../constructs/p2p/bootnodes";
import type { BootstrapNode } from "../../constructs/p2p/bootstrap-node";
import type { FullNode } from "../../constructs/p2p/full-node";
import type { P2pNode } from "../../constructs/p2p/node";
import type { SummaryRow } from "../environment-stack";

/** What the nodes announce, and where their ENRs come from. */
export function rowsOf(bootstrapNodes: readonly BootstrapNode[], nodes: readonly FullNode[]): SummaryRow[] {
  return [
    ...bootstrapNodes.map(node => ({
      name: node.name,
      address: addressOf(node),
      enr: node.bootnodes.kind === "known" ? `known, verified (${node.bootnodes.enrs.length})` : "published at start",
    })),
    ...nodes.map(node => ({
      name: node.name,
      address: addressOf(node),
      enr: node.joins.map(joined).join(", ") || "joins none",
    })),
  ];
}

function joined(source: BootnodeSource): string {
  switch (source.kind) {
    case "known":
      return `given ${source.enrs.length}`;
    case "published":
      return `waits for ${source.configMap}`;
    case "url":
      return `fetched from ${source.urls.length === 1 ? "1 URL" : `${source.urls.length} URLs`}`;
  }
}

function addressOf({ announce, name, namespace, replicas }: P2pNode): string {
  const many = replicas > 1 ? ` ×${replicas}` : "";
  switch (announce.mode) {
    case "podIp":
      return `pod address${many}`;
    case "publicIp":
      return `host address, ${announce.expose} ${announce.port}${many}`;
    case "address":
      return `${announce.addresses.join(", ")} (${announce.expose})`;
    default:
      return announce.addresses.length > 0
        ? `${announce.addresses.join(", ")} (reserved)`
        : `${namespace}/${name}-p2p (ClusterIP)${many}`;
  }
}
