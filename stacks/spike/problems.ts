import type { Problem } from "../../constructs/kubernetes/problem";
import { spikeBootstrapProblems } from "../../constructs/spike/bootstrap";
import { twoPlaces } from "../../constructs/spike/chart-file";
import { spikeNetworkPolicyProblems } from "../../constructs/spike/network-policy";
import { spikeReleaseProblems } from "../../constructs/spike/release";
import { spireReleaseProblems } from "../../constructs/spike/spire";
import { spireReadyProblems } from "../../constructs/spike/spire-ready";
import { Placed, problemsAt } from "../placed";
import type { FilePath } from "../section";
import {
  type SpikeEnvironment,
  spikeBootstrapProps,
  spikePolicyProps,
  spikeReleaseProps,
  spireReleaseProps,
} from "./props";

/** Everything that is wrong with a spike section beyond its form, at paths in the values. */
export function spikeProblems(environment: SpikeEnvironment, filePath: FilePath): Problem[] {
  const env = new Placed(environment);
  return [
    ...problemsAt(spikeReleaseProps(env, filePath), spikeReleaseProblems, WORDS),
    ...spireProblems(environment, filePath),
    ...repositoryProblems(environment),
    ...(environment.spike.networkPolicies.enabled
      ? problemsAt(spikePolicyProps(env), spikeNetworkPolicyProblems, WORDS)
      : []),
    ...bootstrapProblems(environment),
  ];
}

function spireProblems(environment: SpikeEnvironment, filePath: FilePath): Problem[] {
  const { spike } = environment;
  const { existing, ...own } = spike.spire;
  if (existing) return existingProblems(own);
  const problems = [...problemsAt(spireReleaseProps(new Placed(environment), filePath), spireReleaseProblems, WORDS)];
  if (spike.clusterName === undefined) {
    const message = "is missing: SPIRE attests its nodes under this name";
    problems.push({ path: ["spike", "clusterName"], message, remedy: "name the cluster" });
  }
  // Another image is the preflight's, which has rules of its own.
  if (spike.spire.gateImage !== undefined || spike.bootstrap === false) {
    const { gateImage: image } = spike.spire;
    const faults = spireReadyProblems({ image, requireDigest: environment.requireDigests });
    problems.push(...faults.map(fault => ({ ...fault, path: ["spike", "spire", "gateImage"] })));
  }
  return problems;
}

/** Charts that have a file and a repository. */
function repositoryProblems({ kubernetes, spike }: SpikeEnvironment): Problem[] {
  const repository = spike.kubernetes?.chartRepository ?? kubernetes?.chartRepository;
  const files = {
    chartFile: spike.chartFile,
    "spire.chartFile": spike.spire.chartFile,
    "spire.crdsFile": spike.spire.crdsFile,
  };
  return Object.entries(files).flatMap(([key, file]) =>
    file === undefined ? [] : twoPlaces(["spike", ...key.split(".")], repository),
  );
}

/** Where SPIRE is there already, nothing of it is installed. */
function existingProblems({ values, ...own }: Omit<SpikeEnvironment["spike"]["spire"], "existing">): Problem[] {
  const given = { ...own, values: Object.keys(values).length > 0 ? values : undefined };
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const message = "has no effect: SPIRE is there already, and nothing of it is installed";
    return [{ path: ["spike", "spire", key], message, remedy: "remove it, or spire.existing" }];
  });
}

function bootstrapProblems(environment: SpikeEnvironment): Problem[] {
  const { backendStore, version, digests, bootstrap } = environment.spike;
  if (bootstrap !== false) {
    const release = { backendStore, version, digests, requireDigest: environment.requireDigests };
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
