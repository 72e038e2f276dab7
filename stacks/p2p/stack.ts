import { dependOn } from "../../constructs/kubernetes/framework/depend";
import { Annotations, type Construct, Fn } from "../../constructs/kubernetes/framework/terraform";
import { NetworkNamespace } from "../../constructs/kubernetes/network-namespace";
import { BootstrapNode } from "../../constructs/p2p/bootstrap-node";
import { FullNode } from "../../constructs/p2p/full-node";
import { P2pMonitoring } from "../../constructs/p2p/monitoring";
import { ProverAgents } from "../../constructs/p2p/prover/prover-agents";
import { ProverBroker } from "../../constructs/p2p/prover/prover-broker";
import { EnvironmentStack, type SummaryRow } from "../environment-stack";
import { runbookBaseOf } from "../monitoring";
import { Placed } from "../placed";
import { networkWarning, untracedWarning } from "./contradictions";
import {
  announceOf,
  bootstrapNodeProps,
  fullNodeProps,
  type Offers,
  type P2pEnvironment,
  proverAgentsProps,
  proverBrokerProps,
} from "./props";
import { rowsOf } from "./summary";

/**
 * The p2p network of one environment, `<env>-p2p`: namespace, bootstrap nodes, the nodes that join them, the proving
 * stack, monitoring.
 */
export class P2pStack extends EnvironmentStack {
  readonly namespace: NetworkNamespace;
  readonly bootstrapNodes: readonly BootstrapNode[];
  readonly nodes: readonly FullNode[];
  readonly proverBrokers: readonly ProverBroker[];
  readonly proverAgents: readonly ProverAgents[];

  constructor(scope: Construct, environment: string, env: P2pEnvironment) {
    const { p2p } = env;
    const scaled = p2p.proverAgents.some(({ autoscale }) => autoscale !== undefined);
    super(scope, environment, "p2p", env, { helm: p2p.monitoring.enabled || scaled });

    const announces = [...p2p.bootstrap, ...p2p.nodes].map(({ announce, port }) => announceOf(announce, port));
    this.namespace = new NetworkNamespace(this, "Namespace", {
      name: p2p.namespace,
      existing: p2p.existingNamespace,
      hostAccess: announces.some(({ hostExposure }) => hostExposure !== undefined),
      defaultDeny: p2p.networkPolicies.enabled,
      protected: env.protected,
    });
    const values = new Placed(env);
    this.bootstrapNodes = values
      .at("p2p")
      .at("bootstrap")
      .each()
      .map(node => new BootstrapNode(this, `bootstrap-${node.value.name}`, bootstrapNodeProps(values, node).value));
    this.proverBrokers = values
      .at("p2p")
      .at("proverBrokers")
      .each()
      .map(node => new ProverBroker(this, `broker-${node.value.name}`, proverBrokerProps(values, node).value));
    const named = <T extends { readonly name: string }>(list: readonly T[]) => {
      const byName = new Map(list.map(each => [each.name, each]));
      return (name: string) => byName.get(name) as T;
    };
    const offers: Offers = { bootstrap: named(this.bootstrapNodes), broker: named(this.proverBrokers) };
    this.nodes = values
      .at("p2p")
      .at("nodes")
      .each()
      .map(node => new FullNode(this, `node-${node.value.name}`, fullNodeProps(values, node, offers).value));
    this.proverAgents = values
      .at("p2p")
      .at("proverAgents")
      .each()
      .map(node => {
        const props = proverAgentsProps(values, node, offers.broker).value;
        return new ProverAgents(this, `agents-${node.value.name}`, props);
      });
    const members: Construct[] = [...this.bootstrapNodes, ...this.proverBrokers, ...this.nodes, ...this.proverAgents];
    if (p2p.monitoring.enabled) {
      const { labels } = p2p.monitoring;
      const runbookBase = runbookBaseOf(env);
      members.push(new P2pMonitoring(this, "Monitoring", { namespace: p2p.namespace, runbookBase, labels }));
    }
    this.namespace.contain(...members);
    for (const warning of [networkWarning(p2p), untracedWarning(p2p)])
      if (warning) Annotations.of(this).addWarning(warning);
    const closed = p2p.networkPolicies.enabled && p2p.networkPolicies.rpcClients.length === 0;
    for (const node of p2p.nodes.filter(({ role }) => closed && role === "rpc")) {
      Annotations.of(this).addWarning(`p2p.networkPolicies.rpcClients not set: nobody may call ${node.name}`);
    }
    if (p2p.monitoring.enabled && p2p.networkPolicies.enabled && !p2p.networkPolicies.monitoring) {
      Annotations.of(this).addWarning(
        "p2p.networkPolicies.monitoring not set: no namespace may scrape the metrics that the alerts need",
      );
    }
    const workloads = this.nodes.flatMap(({ deployment, statefulSet }) => deployment ?? statefulSet ?? []);
    dependOn(
      workloads,
      this.bootstrapNodes.map(({ enrRecord }) => enrRecord.configMap),
    );
    this.addOutputs();
  }

  summaryRows(): SummaryRow[] {
    return rowsOf(this.bootstrapNodes, this.nodes);
  }

  private addOutputs(): void {
    for (const { name, announce, bootnodes, enrRecord, p2pServices } of this.bootstrapNodes) {
      const enrs = bootnodes.kind === "known" ? bootnodes.enrs : orEmpty(enrRecord.configMap.data);
      this.output(`${name}_enrs`, enrs, "ENRs, known or by pod; empty until the pods have published them");
      const addresses = p2pServices.services.map(({ metadata, spec }, i) => [
        metadata.name,
        announce.addresses[i] ?? spec.clusterIp,
      ]);
      if (addresses.length > 0)
        this.output(`${name}_p2p_addresses`, Object.fromEntries(addresses), "announced address by Service");
    }
    const nodes = [...this.bootstrapNodes, ...this.nodes];
    this.output(
      "rpc_urls",
      Object.fromEntries(nodes.map(({ name, rpcUrl }) => [name, rpcUrl])),
      "JSON-RPC inside the cluster",
    );
  }
}

/**
 * A map that is null before anything is in it: Terraform leaves a null output out, and the CDKTF CLI then fails to
 * print it.
 */
function orEmpty(map: unknown): unknown {
  return Fn.merge([{}, map]);
}
