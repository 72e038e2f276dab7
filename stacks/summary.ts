import type { P2pNode } from "../constructs";
import { annotationsOf } from "../constructs/kubernetes/annotations";
import { TerraformResource } from "../constructs/kubernetes/terraform";
import type { BootnodeSource } from "../constructs/p2p/bootnodes";
import type { EnvironmentStack } from "./app";
import type { P2pStack } from "./p2p/stack";
import type { SequencerStack } from "./sequencer/stack";
import type { SpikeStack } from "./spike/stack";

/** What a stack creates, for tables: objects by kind, what its nodes announce, and where their ENRs come from. */
export interface StackSummary {
  readonly environment: string;
  readonly stack: string;
  readonly kinds: Readonly<Record<string, number>>;
  readonly nodes: readonly { readonly name: string; readonly address: string; readonly enr: string }[];
  readonly warnings: readonly string[];
}

export function summaryOf(stack: EnvironmentStack): StackSummary {
  const constructs = stack.node.findAll();
  const kinds: Record<string, number> = {};
  for (const resource of constructs.filter(TerraformResource.isTerraformResource)) {
    if (resource.terraformResourceType === "terraform_data") continue; // Terraform's own memory
    const kind = kindOf(resource.terraformResourceType);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return {
    environment: stack.environment,
    stack: stack.node.id,
    kinds: Object.fromEntries(Object.entries(kinds).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    nodes: "sequencer" in stack ? [sequencerOf(stack)] : "spike" in stack ? [spikeOf(stack)] : nodesOf(stack),
    warnings: annotationsOf(stack, "warn"),
  };
}

function nodesOf(stack: P2pStack): StackSummary["nodes"] {
  return [
    ...stack.bootstrapNodes.map(node => ({
      name: node.name,
      address: addressOf(node),
      enr: node.bootnodes.kind === "known" ? `known, verified (${node.bootnodes.enrs.length})` : "published at start",
    })),
    ...stack.nodes.map(node => ({
      name: node.name,
      address: addressOf(node),
      enr: node.joins.map(joined).join(", ") || "joins none",
    })),
  ];
}

function sequencerOf({ sequencer: { name, namespace, mode, members } }: SequencerStack): StackSummary["nodes"][number] {
  const many = members > 1 ? ` ×${members}` : "";
  return { name, address: `${namespace}/${name} (${mode}${many})`, enr: "–" };
}

function spikeOf({ spike: { namespace, keepers, threshold } }: SpikeStack): StackSummary["nodes"][number] {
  return { name: "spike", address: `${namespace} (any ${threshold} of ${keepers.length} keepers)`, enr: "–" };
}

/** `kubernetes_stateful_set_v1` as `StatefulSet`. */
function kindOf(type: string): string {
  const words = type.replace(/^kubernetes_|^helm_/, "").replace(/_v1$/, "");
  return words.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
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
