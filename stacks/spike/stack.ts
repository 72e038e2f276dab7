import { dependOn } from "../../constructs/kubernetes/framework/depend";
import type { Construct } from "../../constructs/kubernetes/framework/terraform";
import { NetworkNamespace } from "../../constructs/kubernetes/network-namespace";
import { SpikeBootstrap } from "../../constructs/spike/bootstrap";
import { SPIKE_STATE } from "../../constructs/spike/names";
import { SpikeNetworkPolicy } from "../../constructs/spike/network-policy";
import { SpikeRelease } from "../../constructs/spike/release";
import { SpireRelease } from "../../constructs/spike/spire";
import { spireNamespace } from "../../values/schema/spike";
import { EnvironmentStack, type SummaryRow } from "../environment-stack";
import { Placed } from "../placed";
import {
  type SpikeEnvironment,
  spikeBootstrapProps,
  spikePolicyProps,
  spikeReleaseProps,
  spireReleaseProps,
} from "./props";

/**
 * SPIRE and SPIKE of one environment, `<env>-spike`: two namespaces, the charts, policies, and the bootstrap in place
 * of the chart's own. The order: SPIRE, keepers ready, Nexus without waiting, the bootstrap, which ends when Nexus
 * decrypts with the new key.
 */
export class SpikeStack extends EnvironmentStack {
  readonly spire: SpireRelease;
  readonly spike: SpikeRelease;
  readonly bootstrap?: SpikeBootstrap;

  constructor(scope: Construct, environment: string, env: SpikeEnvironment) {
    super(scope, environment, "spike", env, { helm: true });
    const { spike: values } = env;
    const placed = new Placed(env);
    const policies = values.networkPolicies;

    // Its agents run on the host's network, from addresses no policy here could name, so nothing is denied in it.
    const own = new NetworkNamespace(this, "SpireNamespace", {
      name: spireNamespace(values),
      hostAccess: true,
      defaultDeny: false,
      protected: env.protected,
    });
    const namespace = new NetworkNamespace(this, "Namespace", {
      name: values.namespace,
      defaultDeny: policies.enabled,
      protected: env.protected,
    });
    this.spire = new SpireRelease(this, "Spire", spireReleaseProps(placed).value);
    this.spike = new SpikeRelease(this, "Spike", spikeReleaseProps(placed).value);
    own.contain(this.spire);
    namespace.contain(this.spike);
    // Identities, and the driver that brings them.
    dependOn([this.spike], [this.spire]);
    if (policies.enabled) {
      const policy = new SpikeNetworkPolicy(this, "NetworkPolicy", spikePolicyProps(placed).value);
      namespace.contain(policy);
      dependOn([this.spike], [policy]);
    }
    if (values.bootstrap !== false) {
      this.bootstrap = new SpikeBootstrap(this, "Bootstrap", spikeBootstrapProps(placed, this.spike).value);
      namespace.contain(this.bootstrap);
      this.output(
        "completion_config_map",
        `${values.namespace}/${SPIKE_STATE}`,
        "says when the root key was made, and by which pod",
      );
    }
    this.output("nexus_url", this.spike.nexusUrl, "where workloads ask for secrets, inside the cluster");
    this.output("trust_domain", values.trustDomain, "trust domain of every identity");
  }

  summaryRows(): SummaryRow[] {
    const { namespace, keepers, threshold } = this.spike;
    return [{ name: "spike", address: `${namespace} (any ${threshold} of ${keepers.length} keepers)`, enr: "–" }];
  }
}
