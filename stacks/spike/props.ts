import { milliseconds } from "../../constructs/kubernetes/duration";
import type { SpikeBootstrapProps } from "../../constructs/spike/bootstrap";
import type { SpikeReleaseProps } from "../../constructs/spike/release";
import type { SpireReleaseProps } from "../../constructs/spike/spire";
import type { EnvironmentValues } from "../../values/schema/environment";
import { type SpikeValues, spireNamespace } from "../../values/schema/spike";

/** An environment that has a spike section. */
export interface SpikeEnvironment extends EnvironmentValues {
  readonly spike: SpikeValues;
}

export function spireProps({ spike, cluster }: SpikeEnvironment): SpireReleaseProps {
  const { namespace, trustDomain, clusterName, spire } = spike;
  return {
    ...spire,
    namespace: spireNamespace(spike),
    trustDomain,
    clusterName,
    spikeNamespace: namespace,
    clusterDomain: cluster.domain,
  };
}

export function spikeProps({ spike, cluster, ...env }: SpikeEnvironment): SpikeReleaseProps {
  return {
    namespace: spike.namespace,
    version: spike.version,
    keeperVersion: spike.keeperVersion,
    digests: spike.digests,
    trustDomain: spike.trustDomain,
    keepers: spike.keepers,
    threshold: spike.threshold,
    backendStore: spike.backendStore,
    storage: spike.storage,
    chartVersion: spike.chartVersion,
    values: spike.values,
    requireDigest: env.requireDigests,
    clusterDomain: cluster.domain,
    protected: env.protected,
  };
}

/** What the bootstrap takes from the values alone; the rest comes from the release. Nothing where there is none. */
export function bootstrapProps({ bootstrap, namespace, trustDomain, version, digests, backendStore }: SpikeValues) {
  if (bootstrap === false) return undefined;
  const { keeperMaxRetries, keeperTimeout, svidTimeout, verificationTimeout, image, gateImage, force } = bootstrap;
  return {
    namespace,
    trustDomain,
    version,
    backendStore,
    keeperMaxRetries,
    keeperTimeoutMs: milliseconds(keeperTimeout),
    svidTimeoutMs: milliseconds(svidTimeout),
    verificationTimeoutMs: milliseconds(verificationTimeout),
    digest: digests.bootstrap,
    image,
    gateImage,
    force,
  } satisfies Partial<SpikeBootstrapProps>;
}
