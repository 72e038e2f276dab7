import type { LabelSelector } from "./labels";
import { ofKind } from "./object";

interface MonitorSpec {
  readonly selector?: LabelSelector;
  readonly podMetricsEndpoints?: readonly { readonly port: string }[];
}

export const podMonitorsIn = ofKind<MonitorSpec>("PodMonitor");
