import { dependOn } from "../kubernetes/framework/depend";
import { ConfigMapV1, RoleBindingV1, RoleV1 } from "../kubernetes/framework/provider";
import type { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";

/** What an `EnrRecord` takes; `BootstrapNode` makes one of its own. */
export interface EnrRecordProps extends KubernetesScope {
  readonly namespace: string;
  /** Name of the node; the ConfigMap is `<name>-enr`. */
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly serviceAccount: string;
  /** ENRs known beforehand, by pod name. Without them the records are published by the pods, once. */
  readonly known: Readonly<Record<string, string>>;
  readonly protected: boolean;
}

/**
 * The record that peers are given: the ConfigMap `<name>-enr`, a key per pod name, and the right of the node's agent to
 * it.
 *
 * Known records stand in it from the start and are only read. Otherwise Terraform creates it empty and ignores its
 * data, so that the agent needs get and patch on this one name and never create, which RBAC cannot limit to a name.
 */
export class EnrRecord extends KubernetesConstruct {
  readonly configMap: ConfigMapV1;
  readonly name: string;

  constructor(scope: Construct, id: string, props: EnrRecordProps) {
    super(scope, id, props);
    mustBeKnown(`EnrRecord ${id}`, props);
    this.name = `${props.name}-enr`;
    const metadata = { name: this.name, namespace: props.namespace, labels: props.labels };
    const known = Object.keys(props.known).length > 0;
    this.configMap = new ConfigMapV1(this, "Resource", {
      metadata,
      ...(known && { data: { ...props.known } }),
      lifecycle: { ...(!known && { ignoreChanges: ["data"] }), ...(props.protected && { preventDestroy: true }) },
    });
    const role = new RoleV1(this, "Role", {
      metadata,
      rule: [
        {
          apiGroups: [""],
          resources: ["configmaps"],
          resourceNames: [this.name],
          verbs: known ? ["get"] : ["get", "patch"],
        },
        { apiGroups: [""], resources: ["events"], verbs: ["create"] },
      ],
    });
    const binding = new RoleBindingV1(this, "RoleBinding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: this.name },
      subject: [{ kind: "ServiceAccount", name: props.serviceAccount, namespace: props.namespace }],
    });
    dependOn([binding], [role]);
  }
}
