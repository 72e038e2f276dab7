import { NetworkNamespace, SequencerMonitoring } from "../../constructs";
import { dependOn } from "../../constructs/kubernetes/depend";
import { PriorityClassV1 } from "../../constructs/kubernetes/provider";
import { Annotations, type Construct, TerraformOutput, TerraformStack } from "../../constructs/kubernetes/terraform";
import type { SequencerNode } from "../../constructs/sequencer/node";
import { stackName } from "../../values/load/environment";
import { configureBackend } from "../backend";
import { connect } from "../connection";
import { engineOf } from "./engines";
import { type FileText, type SequencerEnvironment, sequencerProps } from "./props";

/** Above every workload that does not say otherwise, below what Kubernetes keeps for itself (from 1,000,000,000 up). */
const PRIORITY = "1000000";

/** The sequencer of one environment, `<env>-sequencer`: namespace, priority, members, proxy, monitoring. */
export class SequencerStack extends TerraformStack {
  readonly environment: string;
  readonly namespace: NetworkNamespace;
  readonly sequencer: SequencerNode;

  constructor(scope: Construct, environment: string, env: SequencerEnvironment, fileText: FileText) {
    super(scope, stackName(environment, "sequencer"));
    this.environment = environment;
    const { sequencer: values } = env;
    const { networkPolicies: policies } = values;
    configureBackend(this, environment, "sequencer", env);
    const engine = engineOf(values);
    connect(this, env.cluster, { helm: engine.usesHelm(engine.values) || values.monitoring.enabled });

    this.namespace = new NetworkNamespace(this, "Namespace", {
      name: values.namespace,
      defaultDeny: policies.enabled,
      protected: env.protected,
    });
    this.sequencer = engine.create(this, "Sequencer", sequencerProps(env, fileText), engine.values);
    this.namespace.contain(this.sequencer);

    if (!values.priorityClassName) {
      const priority = new PriorityClassV1(this, "Priority", {
        metadata: { name: values.namespace },
        value: Number(PRIORITY),
        description: `members and proxies of the sequencer of ${environment}`,
      });
      const { statefulSet, proxy } = this.sequencer;
      dependOn([statefulSet, ...(proxy ? [proxy.deployment] : [])], [priority]);
    }
    if (values.monitoring.enabled) {
      const monitoring = new SequencerMonitoring(this, "Monitoring", {
        sequencer: this.sequencer,
        labels: values.monitoring.labels,
        dashboard: values.monitoring.dashboard,
        runbookBase: values.monitoring.runbookBase,
      });
      this.namespace.contain(monitoring);
    }
    if (policies.enabled && policies.writers.length === 0) {
      Annotations.of(this).addWarning("sequencer.networkPolicies.writers not set: nobody may send transactions");
    }
    if (policies.enabled && values.monitoring.enabled && !policies.monitoring) {
      Annotations.of(this).addWarning(
        "sequencer.networkPolicies.monitoring not set: no namespace may scrape the metrics that the alerts need",
      );
    }
    this.output("write_url", this.sequencer.writeUrl, "where transactions go, inside the cluster");
    this.output("read_url", this.sequencer.readUrl, "ev-node's RPC of ready members, inside the cluster");
  }

  /**
   * The framework would resolve every element here a first time, to find references across stacks, of which there are
   * none.
   */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  private output(id: string, value: unknown, description: string): void {
    new TerraformOutput(this, id, { value, description, staticId: true });
  }
}
