import { dependOn } from "../../constructs/kubernetes/framework/depend";
import { PriorityClassV1 } from "../../constructs/kubernetes/framework/provider";
import { Annotations, type Construct } from "../../constructs/kubernetes/framework/terraform";
import { NetworkNamespace } from "../../constructs/kubernetes/network-namespace";
import type { SequencerNode } from "../../constructs/sequencer/member/node";
import { SequencerMonitoring } from "../../constructs/sequencer/monitoring/monitoring";
import { EnvironmentStack, type SummaryRow } from "../environment-stack";
import { runbookBaseOf } from "../monitoring";
import { Placed } from "../placed";
import type { FileText } from "../section";
import { engineOf } from "./engines";
import { ownPriority, type SequencerEnvironment, sharedProps } from "./props";

/** Above every workload that does not say otherwise, below what Kubernetes keeps for itself (from 1,000,000,000 up). */
const PRIORITY = "1000000";

/** The sequencer of one environment, `<env>-sequencer`: namespace, priority, members, proxy, monitoring. */
export class SequencerStack extends EnvironmentStack {
  readonly namespace: NetworkNamespace;
  readonly sequencer: SequencerNode;

  constructor(scope: Construct, environment: string, env: SequencerEnvironment, fileText: FileText) {
    const { sequencer: values } = env;
    const { networkPolicies: policies } = values;
    const placed = new Placed(env);
    const { engine, own } = engineOf(placed);
    super(scope, environment, "sequencer", env, { helm: engine.usesHelm(own.value) || values.monitoring.enabled });

    this.namespace = new NetworkNamespace(this, "Namespace", {
      name: values.namespace,
      existing: values.existingNamespace,
      defaultDeny: policies.enabled,
      protected: env.protected,
    });
    const { value: props } = engine.props(sharedProps(placed, fileText), own);
    this.sequencer = engine.create(this, "Sequencer", props);
    this.namespace.contain(this.sequencer);

    const priorityClassName = ownPriority(env);
    if (priorityClassName) {
      const priority = new PriorityClassV1(this, "Priority", {
        metadata: { name: priorityClassName },
        value: Number(PRIORITY),
        description: `members and proxies of the sequencer of ${environment}`,
      });
      const { statefulSet, proxy, submitters } = this.sequencer;
      const deployments = [...(proxy ? [proxy] : []), ...submitters].map(({ deployment }) => deployment);
      dependOn([statefulSet, ...deployments], [priority]);
    }
    if (values.monitoring.enabled) {
      const monitoring = new SequencerMonitoring(this, "Monitoring", {
        sequencer: this.sequencer,
        labels: values.monitoring.labels,
        dashboard: values.monitoring.dashboard,
        runbookBase: runbookBaseOf(env),
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
    if (values.da && values.da.endpoints.length > 1) {
      Annotations.of(this).addWarning(
        `sequencer.da.endpoints names ${values.da.endpoints.length}: where the DA has accounts, as Celestia, each ` +
          "needs a funded one of its own",
      );
    }
    this.output("write_url", this.sequencer.writeUrl, "where transactions go, inside the cluster");
    this.output("read_url", this.sequencer.readUrl, "ev-node's RPC of ready members, inside the cluster");
  }

  summaryRows(): SummaryRow[] {
    const { name, namespace, mode, members } = this.sequencer;
    const many = members > 1 ? ` ×${members}` : "";
    return [{ name, address: `${namespace}/${name} (${mode}${many})`, enr: "–" }];
  }
}
