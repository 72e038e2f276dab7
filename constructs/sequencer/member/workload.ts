import { StatefulSetV1 } from "../../kubernetes/framework/provider";
import type { Construct } from "../../kubernetes/framework/terraform";
import { readinessWindow } from "./ev-node-config";
import type { Frame } from "./frame";
import type { MemberPart } from "./part";
import { sequencerPod } from "./pod";

export interface WorkloadProps extends Frame {
  /** What runs beside the node, in their order. */
  readonly memberParts: readonly MemberPart[];
  readonly podAnnotations: Record<string, string>;
  readonly precondition: { readonly condition: string; readonly errorMessage: string };
}

/** The StatefulSet of the members, with a volume each. */
export function workload(scope: Construct, props: WorkloadProps): StatefulSetV1 {
  const { metadata, selector, engine, node, name } = props;
  const claim = (volume: string, storage: { readonly size: string; readonly className?: string }) => ({
    metadata: { name: volume, labels: selector },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storage.className && { storageClassName: storage.className }),
      resources: { requests: { storage: storage.size } },
    },
  });
  return new StatefulSetV1(scope, "Workload", {
    metadata,
    // Members wait for Secrets that can only follow the namespace, and a create that times out could never be replaced.
    waitForRollout: false,
    spec: {
      serviceName: `${name}-headless`,
      replicas: String(props.members),
      podManagementPolicy: "Parallel",
      // A ready member may be behind for this long. The next one is replaced only when this one could lead.
      minReadySeconds: engine.leaderCheck ? readinessWindow(props.longestBlockMs) : 0,
      revisionHistoryLimit: 10,
      updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
      selector: { matchLabels: selector },
      persistentVolumeClaimRetentionPolicy: [{ whenDeleted: "Retain", whenScaled: "Retain" }],
      template: {
        metadata: { labels: metadata.labels, annotations: props.podAnnotations },
        spec: sequencerPod({ ...props, parts: props.memberParts }),
      },
      volumeClaimTemplate: [
        claim("data", { size: "10Gi", ...props.storage }),
        ...(node.execution.client ? [claim("execution", { size: "50Gi", ...props.executionStorage })] : []),
      ],
    },
    lifecycle: {
      ...(props.isProtected && { preventDestroy: true }),
      precondition: [props.precondition],
    },
  });
}
