import {
  NetworkPolicyV1,
  type NetworkPolicyV1SpecEgress,
  type NetworkPolicyV1SpecIngress,
} from "../kubernetes/framework/provider";
import { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { DNS, type Endpoint, endpoint, reach, tcp } from "../kubernetes/policy-rules";

/** What the policies of SPIKE cannot derive from the wiring. */
export interface SpikeAccess {
  /** Addresses of the Kubernetes API server, for the bootstrap. @default - ports 443 and 6443 anywhere */
  readonly apiServer?: readonly string[];
  /** Whose workloads may ask Nexus for secrets. @default - nobody */
  readonly clients?: readonly Endpoint[];
}

/** What a `SpikeNetworkPolicy` takes. */
export interface SpikeNetworkPolicyProps {
  readonly namespace: string;
  readonly access: SpikeAccess;
}

/** Keepers and Nexus listen there; Services may name other ports. */
const PORT = 8443;

/**
 * NetworkPolicies of SPIKE's parts: keepers for Nexus and the bootstrap, Nexus for Pilot, the bootstrap and named
 * clients, and nothing else. The Workload API is a socket on the host and needs no rule.
 *
 * Creates: NetworkPolicies `spike-keeper`, `spike-nexus`, `spike-pilot` and `spike-bootstrap`.
 */
export class SpikeNetworkPolicy extends Construct {
  readonly policies: readonly NetworkPolicyV1[];

  constructor(scope: Construct, id: string, props: SpikeNetworkPolicyProps) {
    super(scope, id);
    mustBeKnown(`SpikeNetworkPolicy ${id}`, props);
    const { namespace, access } = props;
    const to = (...parts: string[]) => ({ ports: [tcp(PORT)], to: parts.map(pod) });
    const from = (...parts: string[]) => ({ ports: [tcp(PORT)], from: parts.map(pod) });
    const clients = (access.clients ?? []).map(endpoint);
    const policy = (part: string, ingress: NetworkPolicyV1SpecIngress[], egress: NetworkPolicyV1SpecEgress[]) =>
      new NetworkPolicyV1(this, part, {
        metadata: { name: `spike-${part}`, namespace },
        spec: { podSelector: pod(part).podSelector, policyTypes: ["Ingress", "Egress"], ingress, egress },
      });
    this.policies = [
      policy("keeper", [from("nexus", "bootstrap")], []),
      policy(
        "nexus",
        [from("pilot", "bootstrap"), ...(clients.length > 0 ? [{ ports: [tcp(PORT)], from: clients }] : [])],
        [DNS, to("keeper")],
      ),
      policy("pilot", [], [DNS, to("nexus")]),
      policy("bootstrap", [], [DNS, to("keeper", "nexus"), reach(access.apiServer, [443, 6443])]),
    ];
  }
}

const pod = (part: string) => ({ podSelector: { matchLabels: { component: `spike-${part}` } } });
