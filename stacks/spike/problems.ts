import type { Problem } from "../../constructs/kubernetes/problem";
import { spikeBootstrapProblems } from "../../constructs/spike/bootstrap";
import { spikeNetworkPolicyProblems } from "../../constructs/spike/network-policy";
import { spikeReleaseProblems } from "../../constructs/spike/release";
import { spireReleaseProblems } from "../../constructs/spike/spire";
import { Placed, problemsAt } from "../placed";
import {
  type SpikeEnvironment,
  spikeBootstrapProps,
  spikePolicyProps,
  spikeReleaseProps,
  spireReleaseProps,
} from "./props";

/** Everything that is wrong with a spike section beyond its form, at paths in the values. */
export function spikeProblems(environment: SpikeEnvironment): Problem[] {
  const env = new Placed(environment);
  return [
    ...problemsAt(spikeReleaseProps(env), spikeReleaseProblems, WORDS),
    ...problemsAt(spireReleaseProps(env), spireReleaseProblems, WORDS),
    ...(environment.spike.networkPolicies.enabled
      ? problemsAt(spikePolicyProps(env), spikeNetworkPolicyProblems, WORDS)
      : []),
    ...bootstrapProblems(environment),
  ];
}

function bootstrapProblems(environment: SpikeEnvironment): Problem[] {
  const { backendStore, digests, bootstrap } = environment.spike;
  if (bootstrap !== false) {
    const release = { backendStore, digests, requireDigest: environment.requireDigests };
    return problemsAt(spikeBootstrapProps(new Placed(environment), release), spikeBootstrapProblems, WORDS);
  }
  if (backendStore !== "sqlite") return [];
  const message = "no bootstrap: without a root key Nexus never becomes ready";
  const remedy = "leave it out, or use another backendStore";
  return [{ path: ["spike", "bootstrap"], message, remedy }];
}

/** What a values file calls the things that remedies name. */
const WORDS = {
  "leave SpikeBootstrap out": "set bootstrap: false",
  "digests.bootstrap of the release": "digests.bootstrap",
};
