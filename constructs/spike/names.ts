/**
 * Names of SPIKE's objects, for those who make them and those who look at them; light, so that looking loads no
 * framework.
 */

/** The keepers' release, StatefulSet and label: a release whose name has the chart's name in it is called just that. */
export const SPIKE_KEEPER = "spike-keeper";
/** The StatefulSet and Service of Nexus: Pilot looks for it at `<release>-spike-nexus`. */
export const SPIKE_NEXUS = "spike-spike-nexus";
/** Name of the Job and of all that it needs. */
export const SPIKE_BOOTSTRAP = "spike-bootstrap";
/** The Job's init container, which runs before any key exists. */
export const SPIKE_PREFLIGHT = "preflight";
/** The Deployment of the operator's command line, which may ask Nexus everything. */
export const SPIKE_PILOT = "spike-spike-pilot";
/** Label by which an operator has a pod of Pilot be registered for `recover` or `restore` instead; no pod has it. */
export const SPIKE_ROLE_LABEL = "rollup-network/spike-role";
/** The Job that waits for SPIRE's agents, and what is waited for: names that the chart gives. */
export const SPIRE_READY = "spire-ready";
export const SPIRE_DAEMON_SETS = ["spire-agent", "spire-spiffe-csi-driver"] as const;
export const SPIRE_SERVER = "spire-server";
/** The ConfigMap that says that there is a root key, and its key: SPIKE's own. */
export const SPIKE_STATE = "spike-bootstrap-state";
export const SPIKE_COMPLETED = "bootstrap-completed";

/** Releases of SPIKE whose images upstream has pushed: the tags of spiffe/spike from 0.8.0 on, without the `v`. */
export const SPIKE_RELEASES: readonly string[] = ["0.8.0"];
export const spikeImage = (part: string, version: string) => `ghcr.io/spiffe/spike-${part}:${version}`;
