import { dependOn } from "../../constructs/kubernetes/depend";
import { NetworkNamespace } from "../../constructs/kubernetes/network-namespace";
import { PriorityClassV1 } from "../../constructs/kubernetes/provider";
import { Annotations, type Construct } from "../../constructs/kubernetes/terraform";
import { LeaseSequencer } from "../../constructs/sequencer/lease/lease-sequencer";
import { SequencerMonitoring } from "../../constructs/sequencer/monitoring/monitoring";
import type { SequencerNode } from "../../constructs/sequencer/node";
import { RaftSequencer } from "../../constructs/sequencer/raft/raft-sequencer";
import { SingleSequencer } from "../../constructs/sequencer/single/single-sequencer";
import { EnvironmentStack, type SummaryRow } from "../environment-stack";
import type { FileText } from "../section";
import { leaseProps, raftProps, type SequencerEnvironment, sequencerProps } from "./props";

/** Above every workload that does not say otherwise, below what Kubernetes keeps for itself (from 1,000,000,000 up). */
const PRIORITY = "1000000";

/** The sequencer of one environment, `<env>-sequencer`: namespace, priority, members, proxy, monitoring. */
export class SequencerStack extends EnvironmentStack {
  readonly namespace: NetworkNamespace;
  readonly sequencer: SequencerNode;

  constructor(scope: Construct, environment: string, env: SequencerEnvironment, fileText: FileText) {
    const { sequencer: values } = env;
    const { ha, networkPolicies: policies } = values;
    const certificate = "raft" in ha && typeof ha.raft.mesh === "object" && "certManager" in ha.raft.mesh;
    super(scope, environment, "sequencer", env, { helm: "lease" in ha || certificate || values.monitoring.enabled });

    this.namespace = new NetworkNamespace(this, "Namespace", {
      name: values.namespace,
      defaultDeny: policies.enabled,
      protected: env.protected,
    });
    const props = sequencerProps(env, fileText);
    if ("raft" in ha) this.sequencer = new RaftSequencer(this, "Sequencer", { ...props, ...raftProps(ha.raft) });
    else if ("lease" in ha)
      this.sequencer = new LeaseSequencer(this, "Sequencer", { ...props, ...leaseProps(ha.lease) });
    else this.sequencer = new SingleSequencer(this, "Sequencer", props);
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
        namespace: values.namespace,
        name: values.name,
        mode: this.sequencer.mode,
        members: this.sequencer.members,
        blockTimeMs: props.blockTimeMs ?? 1000,
        execution: props.software.execution.kind,
        certificate: "raft" in ha && ha.raft.mesh !== "plain",
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

  summaryRows(): SummaryRow[] {
    const { name, namespace, mode, members } = this.sequencer;
    const many = members > 1 ? ` ×${members}` : "";
    return [{ name, address: `${namespace}/${name} (${mode}${many})`, enr: "–" }];
  }
}
