import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
  type NetworkPolicyV1SpecIngress,
} from "../framework/provider";
import { Construct } from "../framework/terraform";

/** What a NetworkPolicy allows. */
export interface PolicyRules {
  readonly ingress: NetworkPolicyV1SpecIngress[];
  readonly egress: NetworkPolicyV1SpecEgress[];
}

/** What a `WorkloadPolicy` takes. */
export interface WorkloadPolicyProps extends PolicyRules {
  readonly namespace: string;
  readonly name: string;
  /** @default - none */
  readonly labels?: Record<string, string>;
  /** Labels of the pods that it is for. */
  readonly selector: Record<string, string>;
}

/** A NetworkPolicy for both directions: what no rule allows is denied. */
export function policyOf({ namespace, name, labels, selector, ingress, egress }: WorkloadPolicyProps) {
  return {
    metadata: { name, namespace, ...(labels && { labels }) },
    spec: { podSelector: { matchLabels: selector }, policyTypes: ["Ingress", "Egress"], ingress, egress },
  };
}

/** The NetworkPolicy of a workload, with rules that are drawn from its wiring. */
export class WorkloadPolicy extends Construct {
  readonly networkPolicy: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: WorkloadPolicyProps) {
    super(scope, id);
    this.networkPolicy = new NetworkPolicyV1(this, "Resource", policyOf(props));
  }
}
