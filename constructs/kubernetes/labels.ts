/** Label of every object that the package makes. */
export const MANAGED_BY = { "app.kubernetes.io/managed-by": "cdktf-rollup-network" } as const;

/** Marks every pod of a p2p network; NetworkPolicies of one namespace admit peers by it. */
export const PEER_LABEL = { "app.kubernetes.io/part-of": "rollup-network-p2p" } as const;

/** Marks what works for a prover node of a p2p network, and is no peer. */
export const PROVER_LABEL = { "app.kubernetes.io/part-of": "rollup-network-prover" } as const;

/** Marks the pods that may call a prover broker, by its name. */
export const brokerLabel = (broker: string) => ({ "cdktf-rollup-network/broker": broker });

/** Annotation of pods: the release line of their software, where the image's name does not say it. */
export const RELEASE_ANNOTATION = "cdktf-rollup-network/release";

/** Marks everything around a sequencer. */
export const SEQUENCER_LABEL = { "app.kubernetes.io/part-of": "rollup-network-sequencer" } as const;

/** The frozen, minimal set that selectors use: they can never be changed on a live workload. */
export function selectorLabels(software: string, name: string, component: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": software,
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": component,
  };
}

/** The selector plus what may change, for metadata and pod templates. */
export function objectLabels(
  selector: Record<string, string>,
  more: Readonly<Record<string, string>> = {},
  partOf: Readonly<Record<string, string>> = PEER_LABEL,
): Record<string, string> {
  return { ...more, ...selector, ...partOf, ...MANAGED_BY };
}
