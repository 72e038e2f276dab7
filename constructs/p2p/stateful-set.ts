import { dependOn } from "../kubernetes/framework/depend";
import { type PodSpec, ServiceV1, StatefulSetV1 } from "../kubernetes/framework/provider";
import { Construct } from "../kubernetes/framework/terraform";
import type { Storage } from "../kubernetes/storage";
import { startupSeconds } from "./pod-frame";

export interface P2pStatefulSetProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly selector: Record<string, string>;
  readonly replicas: number;
  readonly rpcPort: number;
  readonly pod: PodSpec;
  readonly podAnnotations: Record<string, string>;
  /** @default - no claim template */
  readonly storage?: Storage;
  readonly protected: boolean;
  readonly waitForRollout: boolean;
  /** Whether something else chooses the number of replicas. @default false */
  readonly scaled?: boolean;
}

/** What Terraform leaves alone where something else chooses the number of replicas. */
export const SCALED = ["spec[0].replicas"];

/** Above the slowest start of every replica, one after the other: the provider fails at its own timeout. */
export function rolloutTimeouts(
  scope: Construct,
  replicas: number,
): { readonly create: string; readonly update: string } {
  const minutes = `${Math.ceil((replicas * startupSeconds(scope)) / 60) + 5}m`;
  return { create: minutes, update: minutes };
}

/**
 * A StatefulSet with its headless Service. Claims stay when the set is deleted or scaled down: they hold identities.
 * Pods start together (`Parallel`), since no replica needs another, and are replaced one at a time.
 */
export class P2pStatefulSet extends Construct {
  readonly statefulSet: StatefulSetV1;
  readonly headlessService: ServiceV1;

  constructor(scope: Construct, id: string, props: P2pStatefulSetProps) {
    super(scope, id);
    const { name, namespace, labels, selector, storage } = props;
    this.headlessService = new ServiceV1(this, "Headless", {
      metadata: { name: `${name}-headless`, namespace, labels },
      spec: {
        clusterIp: "None",
        publishNotReadyAddresses: true,
        selector,
        port: [{ name: "rpc", port: props.rpcPort, targetPort: "rpc" }],
      },
    });
    this.statefulSet = new StatefulSetV1(this, "Resource", {
      metadata: { name, namespace, labels },
      waitForRollout: props.waitForRollout,
      timeouts: rolloutTimeouts(this, props.replicas),
      spec: {
        serviceName: `${name}-headless`,
        replicas: String(props.replicas),
        podManagementPolicy: "Parallel",
        revisionHistoryLimit: 10,
        updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
        selector: { matchLabels: selector },
        template: { metadata: { labels, annotations: props.podAnnotations }, spec: props.pod },
        ...(storage && {
          persistentVolumeClaimRetentionPolicy: [{ whenDeleted: "Retain", whenScaled: "Retain" }],
          volumeClaimTemplate: [
            {
              metadata: { name: "data", labels: selector },
              spec: {
                accessModes: ["ReadWriteOnce"],
                ...(storage.className && { storageClassName: storage.className }),
                resources: { requests: { storage: storage.size ?? "2Gi" } },
              },
            },
          ],
        }),
      },
      ...(props.protected && { lifecycle: { preventDestroy: true } }),
      ...(props.scaled && { lifecycle: { ignoreChanges: SCALED } }),
    });
    dependOn([this.statefulSet], [this.headlessService]);
  }
}
