import type { Construct } from "../kubernetes/framework/terraform";
import { mustBeKnown } from "../kubernetes/known";
import { ObjectsRelease } from "../kubernetes/objects-release";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import { SPIKE_ROLE_LABEL } from "./names";

/** What a `SpikeIdentities` takes. */
export interface SpikeIdentitiesProps extends KubernetesScope {
  /** Namespace of SPIKE: only its pods get these identities, and whoever may create pods there may become each. */
  readonly namespace: string;
  /** Class of SPIRE's controller manager. */
  readonly className: string;
}

/** Identities by the label `component`. The chart's own kinds find pods of SPIRE's release and namespace only. */
const PARTS: Readonly<Record<string, string>> = {
  keeper: "keeper/{{ .PodMeta.Name }}",
  nexus: "nexus/{{ .PodMeta.Name }}",
  bootstrap: "bootstrap/{{ .PodMeta.Name }}",
};

/** What SPIKE takes from no superuser. A pod of Pilot has one of them while an operator gives it the label. */
const ROLES = ["recover", "restore"] as const;

/**
 * Registrations of SPIKE's parts with SPIRE: keepers, Nexus and bootstrap by pod, and Pilot as superuser. A pod of
 * Pilot with the label `SPIKE_ROLE_LABEL` is registered for `recover` or `restore` instead; no pod has it by default.
 *
 * Creates: Helm release `spike-identities` with a ClusterSPIFFEID each.
 */
export class SpikeIdentities extends KubernetesConstruct {
  readonly release: ObjectsRelease;

  constructor(scope: Construct, id: string, props: SpikeIdentitiesProps) {
    super(scope, id, props);
    mustBeKnown(`SpikeIdentities ${id}`, props);
    const { namespace, className } = props;
    const identity = (name: string, path: string, podSelector: object) => ({
      apiVersion: "spire.spiffe.io/v1alpha1",
      kind: "ClusterSPIFFEID",
      metadata: { name: `${namespace}-spike-${name}` },
      spec: {
        className,
        hint: `spike-${name}`,
        spiffeIDTemplate: `spiffe://{{ .TrustDomain }}/spike/${path}`,
        podSelector,
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      },
    });
    const pilot = (...roles: string[]) => ({
      matchLabels: { component: "spike-pilot" },
      matchExpressions: [
        roles.length > 0
          ? { key: SPIKE_ROLE_LABEL, operator: "In", values: roles }
          : { key: SPIKE_ROLE_LABEL, operator: "DoesNotExist" },
      ],
    });
    this.release = new ObjectsRelease(this, "Objects", {
      namespace,
      name: "spike-identities",
      objects: [
        ...Object.entries(PARTS).map(([part, path]) =>
          identity(part, path, { matchLabels: { component: `spike-${part}` } }),
        ),
        identity("pilot", "pilot/role/superuser", pilot()),
        ...ROLES.map(role => identity(`pilot-${role}`, `pilot/role/${role}`, pilot(role))),
      ],
    });
  }
}
