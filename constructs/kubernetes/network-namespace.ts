import { dependOn } from "./framework/depend";
import { NamespaceV1, NetworkPolicyV1 } from "./framework/provider";
import type { Construct, IConstruct } from "./framework/terraform";
import { grammarProblems } from "./grammar/grammar";
import { DEFAULT_DENY, ownNamespace } from "./grammar/reserved";
import { mustBeKnown } from "./known";
import { MANAGED_BY } from "./labels";
import { refuse } from "./problem";
import { KubernetesConstruct } from "./vocabulary/construct";
import type { KubernetesScope } from "./vocabulary/props";

/** What a `NetworkNamespace` takes. */
export interface NetworkNamespaceProps extends KubernetesScope {
  readonly name: string;
  /**
   * Whether a pod in it uses ports or the network of its host. Pod Security below `privileged` refuses that, so the
   * waiver stands in the namespace's labels.
   * @default false - `restricted` is enforced
   */
  readonly hostAccess?: boolean;
  /** Deny all traffic that no other policy allows. @default true */
  readonly defaultDeny?: boolean;
  /** Terraform refuses to destroy it, and with it the claims inside. @default false */
  readonly protected?: boolean;
}

/**
 * A Namespace with its Pod Security level and a default-deny NetworkPolicy.
 *
 * @throws Error for a name that is no DNS label, or that of a namespace of Kubernetes
 */
export class NetworkNamespace extends KubernetesConstruct {
  readonly namespace: NamespaceV1;
  readonly name: string;

  constructor(scope: Construct, id: string, props: NetworkNamespaceProps) {
    super(scope, id, props);
    mustBeKnown(`NetworkNamespace ${id}`, props);
    refuse(`NetworkNamespace ${id}`, grammarProblems(["name"], props.name, ownNamespace()));
    this.name = props.name;
    const level = props.hostAccess ? "privileged" : "restricted";
    this.namespace = new NamespaceV1(this, "Resource", {
      metadata: {
        name: props.name,
        labels: {
          ...MANAGED_BY,
          "pod-security.kubernetes.io/enforce": level,
          "pod-security.kubernetes.io/warn": level,
          "pod-security.kubernetes.io/audit": "restricted",
        },
      },
      ...(props.protected && { lifecycle: { preventDestroy: true } }),
    });
    if (props.defaultDeny ?? true) {
      const policy = new NetworkPolicyV1(this, "DefaultDeny", {
        metadata: { name: DEFAULT_DENY, namespace: props.name },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      });
      dependOn([policy], [this.namespace]);
    }
  }

  /** Has everything in `constructs` created after the namespace and its policy, and destroyed before them. */
  contain(...constructs: readonly IConstruct[]): void {
    dependOn(constructs, [this]);
  }
}
