import { hasLabels, type Labels, POD_NAME } from "./labels";
import { type Of, ofKind } from "./object";
import { podNames, type Workload } from "./workload";

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: string | number;
  readonly nodePort?: number;
}

export interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly loadBalancerIP?: string;
  readonly externalIPs?: readonly string[];
  readonly externalTrafficPolicy?: string;
  readonly publishNotReadyAddresses?: boolean;
  readonly selector?: Labels;
  readonly ports?: readonly ServicePort[];
}

export type Service = Of<ServiceSpec>;

export const servicesIn = ofKind<ServiceSpec>("Service");

/** The one pod that a Service is for. */
export const podOf = ({ spec }: Service): string | undefined => spec.selector?.[POD_NAME];

/** A Service without a selector sends to addresses that something else gives it. */
export const hasSelector = ({ spec }: Service): boolean => Object.keys(spec.selector ?? {}).length > 0;

/** Whether a Service sends to pods of a workload. A pod selected by its name has to be one of a StatefulSet. */
export function selects(service: Service, workload: Workload): boolean {
  const { [POD_NAME]: pod, ...labels } = service.spec.selector ?? {};
  const named = pod === undefined || (workload.kind === "StatefulSet" && podNames(workload).includes(pod));
  return (
    hasSelector(service) && named && service.namespace === workload.namespace && hasLabels(workload.labels, labels)
  );
}
