import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DataTerraformRemoteStateS3 } from "cdktf";
import type { BootnodeSource, Bootnodes } from "cdktf-rollup-network";
import { Construct } from "constructs";

export interface PartnerBootnodesProps {
  readonly namespace: string;
  /** The partner's bootstrap nodes: the keys of the output `enrs` of its state. */
  readonly nodes: readonly string[];
  readonly state: { readonly bucket: string; readonly key: string; readonly region: string };
}

/**
 * Bootstrap nodes of a partner, whose ENRs are an output of the partner's Terraform state. They are known at apply,
 * not at synth: a ConfigMap carries them to the nodes that join.
 */
export class PartnerBootnodes extends Construct implements Bootnodes {
  readonly bootnodes: BootnodeSource;

  constructor(scope: Construct, id: string, { namespace, nodes, state }: PartnerBootnodesProps) {
    super(scope, id);
    const partner = new DataTerraformRemoteStateS3(this, "State", state);
    const enrs = new ConfigMapV1(this, "Enrs", {
      metadata: { name: "partner-enrs", namespace },
      data: Object.fromEntries(nodes.map(node => [node, partner.getString(`enrs["${node}"]`)])),
    });
    this.bootnodes = { kind: "published", namespace, configMap: enrs.metadata.name, keys: nodes, isPublic: true };
  }
}
