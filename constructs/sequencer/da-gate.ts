import { FailFastGate } from "../kubernetes/fail-fast-gate";
import type { Construct } from "../kubernetes/framework/terraform";
import { daEndpoint } from "./da-endpoint";
import type { SequencerProps } from "./sequencer";

export interface DaGateProps extends Pick<SequencerProps, "namespace" | "da" | "gateImage"> {
  /** Name of the sequencer. */
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly clusterDomain: string;
}

/**
 * What has a starting member wait for its DA, where the props say so: any endpoint is enough, and it starts without one
 * in the end.
 */
export function daGate(scope: Construct, { da, name, namespace, labels, clusterDomain, gateImage }: DaGateProps) {
  if (da.wait === undefined) return undefined;
  const targets = da.endpoints.map(endpoint => {
    const { host, port } = daEndpoint(endpoint, clusterDomain);
    return { name: "DA", url: `tcp://${host}:${port}` };
  });
  return new FailFastGate(scope, "DaGate", {
    namespace,
    name: `${name}-gate`,
    labels,
    targets,
    require: "any",
    goOn: true,
    timeout: da.wait,
    remedy: "Check the endpoints and the NetworkPolicies.",
    image: gateImage,
  });
}
