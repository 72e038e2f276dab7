import { ExistingNamespace, POD_SECURITY } from "./existing-namespace";
import { dependOn } from "./framework/depend";
import { NamespaceV1, NetworkPolicyV1 } from "./framework/provider";
import { Annotations, type Construct, type IConstruct } from "./framework/terraform";
import { grammarProblems } from "./grammar/grammar";
import { DEFAULT_DENY, ownNamespace } from "./grammar/reserved";
import { mustBeKnown } from "./known";
import { MANAGED_BY } from "./labels";
import { refuse } from "./problem";
import { KubernetesConstruct } from "./vocabulary/construct";
import type { KubernetesScope } from "./vocabulary/props";
import { kubernetesOf } from "./vocabulary/scope";

/** What a `NetworkNamespace` takes. */
export interface NetworkNamespaceProps extends KubernetesScope {
  readonly name: string;
  /**
   * Whether it exists already, and is used without being owned. Its labels, with the Pod Security level, are its
   * owner's. The default deny is made in it.
   * @default false - it is made, and destroyed with the stack
   */
  readonly existing?: boolean;
  /**
   * Whether a pod in it uses ports or the network of its host. Pod Security below `privileged` refuses that, so the
   * waiver stands in the namespace's labels.
   * @default false - `restricted` is enforced
   */
  readonly hostAccess?: boolean;
  /** Deny all traffic that no other policy allows. @default true */
  readonly defaultDeny?: boolean;
  /** Terraform refuses to destroy it if it made it, and with it the claims inside. @default false */
  readonly protected?: boolean;
}

/**
 * A Namespace with its Pod Security level and a default-deny NetworkPolicy, or one that exists with that policy.
 *
 * @throws Error for a name that is no DNS label, or that of a namespace of Kubernetes
 */
export class NetworkNamespace extends KubernetesConstruct {
  /** None where it exists already. */
  readonly namespace?: NamespaceV1;
  readonly name: string;

  constructor(scope: Construct, id: string, props: NetworkNamespaceProps) {
    super(scope, id, props);
    mustBeKnown(`NetworkNamespace ${id}`, props);
    refuse(`NetworkNamespace ${id}`, grammarProblems(["name"], props.name, ownNamespace()));
    this.name = props.name;
    const level = props.hostAccess ? "privileged" : "restricted";
    const defaultDeny = props.defaultDeny ?? true;
    if (props.existing) {
      new ExistingNamespace(this, "Existing", { name: props.name, ...(props.hostAccess && { level: "privileged" }) });
      this.warn(level, defaultDeny);
    } else {
      this.namespace = new NamespaceV1(this, "Resource", {
        metadata: {
          name: props.name,
          labels: {
            ...MANAGED_BY,
            [POD_SECURITY]: level,
            "pod-security.kubernetes.io/warn": level,
            "pod-security.kubernetes.io/audit": "restricted",
          },
        },
        ...(props.protected && { lifecycle: { preventDestroy: true } }),
      });
    }
    if (defaultDeny) {
      const policy = new NetworkPolicyV1(this, "DefaultDeny", {
        metadata: { name: DEFAULT_DENY, namespace: props.name },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      });
      dependOn([policy], this.namespace ? [this.namespace] : []);
    }
  }

  /** What its owner has to know, and what the package cannot do in it. */
  private warn(level: string, defaultDeny: boolean): void {
    const { name } = this;
    const warn = (text: string) => Annotations.of(this).addWarning(`namespace ${name} is its owner's: ${text}`);
    warn(`the label ${POD_SECURITY}=${level} is theirs to set`);
    if (defaultDeny) warn(`its NetworkPolicy ${DEFAULT_DENY} denies the traffic of every pod in it, theirs too`);
    const { namespaceLabels = {}, namespaceAnnotations = {} } = kubernetesOf(this);
    if (Object.keys({ ...namespaceLabels, ...namespaceAnnotations }).length > 0)
      warn("kubernetes.namespaceLabels and namespaceAnnotations do not reach it");
  }

  /** Has everything in `constructs` created after the namespace and its policy, and destroyed before them. */
  contain(...constructs: readonly IConstruct[]): void {
    dependOn(constructs, [this]);
  }
}
