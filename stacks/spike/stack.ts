import { dependOn } from "../../constructs/kubernetes/framework/depend";
import type { Construct } from "../../constructs/kubernetes/framework/terraform";
import { NetworkNamespace } from "../../constructs/kubernetes/network-namespace";
import { SpikeBootstrap } from "../../constructs/spike/bootstrap";
import { SpikeIdentities } from "../../constructs/spike/identities";
import { SpikeMonitoring } from "../../constructs/spike/monitoring";
import { SPIKE_STATE } from "../../constructs/spike/names";
import { SpikeNetworkPolicy } from "../../constructs/spike/network-policy";
import { SpikeRelease } from "../../constructs/spike/release";
import { SpireRelease } from "../../constructs/spike/spire";
import { SpireReady } from "../../constructs/spike/spire-ready";
import { spireNamespace } from "../../values/schema/spike";
import { EnvironmentStack, type SummaryRow } from "../environment-stack";
import { runbookBaseOf } from "../monitoring";
import { Placed } from "../placed";
import type { FilePath } from "../section";
import {
  gateImageOf,
  type SpikeEnvironment,
  spikeBootstrapProps,
  spikePolicyProps,
  spikeReleaseProps,
  spireReleaseProps,
} from "./props";

/**
 * SPIRE and SPIKE of one environment, `<env>-spike`: two namespaces, the charts, identities, policies, alerts, and the
 * bootstrap in place of the chart's own. The order: SPIRE with every agent, keepers ready, Nexus without waiting, the
 * bootstrap, which ends when Nexus decrypts with the new key. A SPIRE that is there already is used as it is.
 */
export class SpikeStack extends EnvironmentStack {
  readonly spire?: SpireRelease;
  readonly spike: SpikeRelease;
  readonly bootstrap?: SpikeBootstrap;

  constructor(scope: Construct, environment: string, env: SpikeEnvironment, filePath: FilePath) {
    super(scope, environment, "spike", env, { helm: true });
    const { spike: values } = env;
    const placed = new Placed(env);
    const policies = values.networkPolicies;

    const namespace = new NetworkNamespace(this, "Namespace", {
      name: values.namespace,
      existing: values.existingNamespace,
      defaultDeny: policies.enabled,
      protected: env.protected,
    });
    const { existing } = values.spire;
    const { className, parts, spire } = existing
      ? { className: existing.className, parts: [], spire: undefined }
      : this.install(env, namespace, filePath);
    this.spire = spire;
    const identities = new SpikeIdentities(this, "Identities", { namespace: values.namespace, className });
    this.spike = new SpikeRelease(this, "Spike", spikeReleaseProps(placed, filePath).value);
    namespace.contain(identities, this.spike);
    dependOn([this.spike], [identities, ...parts]);
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
    if (values.monitoring.enabled) {
      const monitoring = new SpikeMonitoring(this, "Monitoring", {
        spike: this.spike,
        runbookBase: runbookBaseOf(env),
        labels: values.monitoring.labels,
      });
      namespace.contain(monitoring);
    }
    this.output("nexus_url", this.spike.nexusUrl, "where workloads ask for secrets, inside the cluster");
    this.output("trust_domain", values.trustDomain, "trust domain of every identity");
  }

  /** SPIRE, and the wait for it in SPIKE's namespace. */
  private install(env: SpikeEnvironment, namespace: NetworkNamespace, filePath: FilePath) {
    // Its agents run on the host's network, from addresses no policy here could name, so nothing is denied in it.
    const own = new NetworkNamespace(this, "SpireNamespace", {
      name: spireNamespace(env.spike),
      existing: env.spike.spire.existingNamespace,
      hostAccess: true,
      defaultDeny: false,
      protected: env.protected,
    });
    const spire = new SpireRelease(this, "Spire", spireReleaseProps(new Placed(env), filePath).value);
    own.contain(spire);
    // A pod ends only while SPIRE's CSI driver runs: on destroy the whole namespace goes before SPIRE.
    dependOn([namespace], [spire]);
    const { networkPolicies } = env.spike;
    const ready = new SpireReady(this, "SpireReady", {
      release: spire,
      namespace: namespace.name,
      ...(networkPolicies.enabled && { access: networkPolicies }),
      image: gateImageOf(env.spike),
      requireDigest: env.requireDigests,
    });
    namespace.contain(ready);
    return { className: spire.className, parts: [ready], spire };
  }

  summaryRows(): SummaryRow[] {
    const { namespace, keepers, threshold } = this.spike;
    return [{ name: "spike", address: `${namespace} (any ${threshold} of ${keepers.length} keepers)`, enr: "–" }];
  }
}
