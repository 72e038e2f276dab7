import { NetworkPolicyV1 } from "../kubernetes/framework/provider";
import { Annotations, type Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import {
  type ApiServerAccess,
  apiServerProblems,
  apiServerWarnings,
  toApiServer,
} from "../kubernetes/network/api-server";
import { DNS } from "../kubernetes/network/dns";
import { type Endpoint, peerOf } from "../kubernetes/network/endpoint";
import { type PolicyRules, policyOf } from "../kubernetes/network/policy";
import { tcp } from "../kubernetes/network/rules";
import { type Problem, refuse } from "../kubernetes/problem";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";

/** What the policies of SPIKE cannot derive from the wiring; the bootstrap asks the API server. */
export interface SpikeAccess extends ApiServerAccess {
  /** Whose workloads may ask Nexus for secrets. @default - nobody */
  readonly clients?: readonly Endpoint[];
}

/** What a `SpikeNetworkPolicy` takes. */
export interface SpikeNetworkPolicyProps extends KubernetesScope {
  readonly namespace: string;
  readonly access: SpikeAccess;
  /** Whether the bootstrap's way to the API server has to be named. @default false */
  readonly protected?: boolean;
}

/** What no policies of SPIKE may be. */
export function spikeNetworkPolicyProblems(props: Pick<SpikeNetworkPolicyProps, "access" | "protected">): Problem[] {
  return apiServerProblems(props.access, props.protected ?? false).map(({ path: [, ...path], ...problem }) => {
    return { ...problem, path: ["access", ...path] };
  });
}

/** Keepers and Nexus listen there; Services may name other ports. */
const PORT = 8443;

/**
 * NetworkPolicies of SPIKE's parts: keepers for Nexus and the bootstrap, Nexus for Pilot, the bootstrap and named
 * clients, and nothing else. The Workload API is a socket on the host and needs no rule.
 *
 * Creates: NetworkPolicies `spike-keeper`, `spike-nexus`, `spike-pilot` and `spike-bootstrap`.
 */
export class SpikeNetworkPolicy extends KubernetesConstruct {
  readonly policies: readonly NetworkPolicyV1[];

  constructor(scope: Construct, id: string, props: SpikeNetworkPolicyProps) {
    super(scope, id, props);
    mustBeKnown(`SpikeNetworkPolicy ${id}`, props);
    const { namespace, access } = props;
    refuse(`SPIKE's policies in ${namespace}`, spikeNetworkPolicyProblems(props));
    for (const warning of apiServerWarnings(access)) Annotations.of(this).addWarning(warning);
    const to = (...parts: string[]) => ({ ports: [tcp(PORT)], to: parts.map(pod) });
    const from = (...parts: string[]) => ({ ports: [tcp(PORT)], from: parts.map(pod) });
    const clients = (access.clients ?? []).map(peerOf);
    const policy = (part: string, ingress: PolicyRules["ingress"], egress: PolicyRules["egress"]) =>
      new NetworkPolicyV1(
        this,
        part,
        policyOf({ namespace, name: `spike-${part}`, selector: labelsOf(part), ingress, egress }),
      );
    this.policies = [
      policy("keeper", [from("nexus", "bootstrap")], []),
      policy(
        "nexus",
        [from("pilot", "bootstrap"), ...(clients.length > 0 ? [{ ports: [tcp(PORT)], from: clients }] : [])],
        [DNS, to("keeper")],
      ),
      policy("pilot", [], [DNS, to("nexus")]),
      policy("bootstrap", [], [DNS, to("keeper", "nexus"), toApiServer(access)]),
    ];
  }
}

const labelsOf = (part: string) => ({ component: `spike-${part}` });

const pod = (part: string) => ({ podSelector: { matchLabels: labelsOf(part) } });
