import type { SpikeBootstrapProps } from "../../constructs/spike/bootstrap";
import type { SpikeNetworkPolicyProps } from "../../constructs/spike/network-policy";
import type { SpikeReleaseProps } from "../../constructs/spike/release";
import type { SpireReleaseProps } from "../../constructs/spike/spire";
import type { EnvironmentValues } from "../../values/schema/environment";
import { type SpikeValues, spireNamespace } from "../../values/schema/spike";
import { Placed, type Prop, propsOf } from "../placed";
import type { FilePath } from "../section";

/** An environment that has a spike section. */
export interface SpikeEnvironment extends EnvironmentValues {
  readonly spike: SpikeValues;
}

type Env = Placed<SpikeEnvironment>;

export function spireReleaseProps(env: Env, filePath: FilePath): Prop<SpireReleaseProps> {
  const spike = env.at("spike");
  const spire = spike.at("spire");
  return propsOf<SpireReleaseProps>(spire.path, {
    namespace: new Placed(spireNamespace(spike.value), spire.at("namespace").path),
    trustDomain: spike.at("trustDomain"),
    // Its absence is a problem of the values.
    clusterName: spike.at("clusterName").as(name => name) as Prop<string>,
    clusterDomain: env.at("cluster").at("domain"),
    chartVersion: spire.at("chartVersion"),
    chartFile: spire.at("chartFile").as(filePath),
    crdsVersion: spire.at("crdsVersion"),
    crdsFile: spire.at("crdsFile").as(filePath),
    values: spire.at("values"),
  });
}

/** Image of the wait for SPIRE's agents: its own, or that of the bootstrap's preflight. */
export function gateImageOf({ spire, bootstrap }: SpikeValues): string | undefined {
  return spire.gateImage ?? (bootstrap === false ? undefined : bootstrap.gateImage);
}

export function spikeReleaseProps(env: Env, filePath: FilePath): Prop<SpikeReleaseProps> {
  const spike = env.at("spike");
  return propsOf<SpikeReleaseProps>(spike.path, {
    namespace: spike.at("namespace"),
    version: spike.at("version"),
    keeperVersion: spike.at("keeperVersion"),
    digests: spike.at("digests"),
    trustDomain: spike.at("trustDomain"),
    keepers: spike.at("keepers"),
    threshold: spike.at("threshold"),
    backendStore: spike.at("backendStore"),
    storage: spike.at("storage"),
    chartVersion: spike.at("chartVersion"),
    chartFile: spike.at("chartFile").as(filePath),
    values: spike.at("values"),
    requireDigest: env.at("requireDigests"),
    clusterDomain: env.at("cluster").at("domain"),
    workloadApi: spike
      .at("spire")
      .at("existing")
      .as(({ csiDriver, socket }) => ({ csiDriver, socket })),
    protected: env.at("protected"),
  });
}

/** Without a bootstrap nothing asks the API server. */
export function spikePolicyProps(env: Env): Prop<SpikeNetworkPolicyProps> {
  const spike = env.at("spike");
  return propsOf<SpikeNetworkPolicyProps>(spike.path, {
    namespace: spike.at("namespace"),
    access: spike.at("networkPolicies").as(({ enabled, ...access }) => access),
    protected: spike.as(({ bootstrap }) => env.value.protected && bootstrap !== false),
  });
}

/** Of the release, or of what is known of it. */
export function spikeBootstrapProps<R>(env: Env, release: R) {
  const spike = env.at("spike");
  const bootstrap = spike.at("bootstrap");
  return propsOf<Omit<SpikeBootstrapProps, "release"> & { readonly release: R }>(bootstrap.path, {
    release: spike.as(() => release),
    keeperMaxRetries: bootstrap.at("keeperMaxRetries"),
    keeperTimeout: bootstrap.at("keeperTimeout"),
    svidTimeout: bootstrap.at("svidTimeout"),
    verificationTimeout: bootstrap.at("verificationTimeout"),
    image: bootstrap.at("image"),
    gateImage: bootstrap.at("gateImage"),
    force: bootstrap.at("force"),
    protected: env.at("protected"),
  });
}
