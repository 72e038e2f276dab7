import { dependOn } from "../../kubernetes/framework/depend";
import { ServiceV1, type StatefulSetV1 } from "../../kubernetes/framework/provider";
import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { brokerLabel } from "../../kubernetes/labels";
import { nameOf } from "../../kubernetes/names";
import { calledUrls } from "../../kubernetes/network/called";
import { DNS } from "../../kubernetes/network/dns";
import { tcp } from "../../kubernetes/network/rules";
import { type Problem, refuse } from "../../kubernetes/problem";
import type { Storage } from "../../kubernetes/storage";
import { toUpstreams } from "../network-policy";
import { known, nodeShape } from "../node";
import { workloadProblems } from "../rules/node";
import { l1Of, secretUrls } from "../secret-urls";
import { P2pStatefulSet } from "../stateful-set";
import { type Broker, type BrokerAddress, brokerAddress } from "./broker-source";
import { roleProblems } from "./problems";
import { ProverWorkload, type ProverWorkloadProps } from "./workload";

export interface ProverBrokerProps extends ProverWorkloadProps {
  /** Volume of its jobs and their proofs. @default { size: "8Gi" } - as Aztec's charts size it */
  readonly storage?: Storage;
}

/**
 * The queue between a prover node and its agents: one pod with a volume, since its jobs are in one database. While it
 * restarts, node and agents try again; jobs that are under way are kept.
 *
 * Creates: ServiceAccount, Services `<name>` and `<name>-headless`, StatefulSet, PodDisruptionBudget, NetworkPolicy.
 * The policy lets in the prover nodes and agents that name this broker.
 */
export class ProverBroker extends ProverWorkload implements Broker {
  readonly statefulSet: StatefulSetV1;
  readonly rpcService: ServiceV1;
  readonly broker: BrokerAddress;

  constructor(scope: Construct, id: string, props: ProverBrokerProps) {
    mustBeKnown(`ProverBroker ${id}`, props, nodeShape(props, "prover-broker"));
    const name = nameOf(id, props);
    refuse(`prover broker ${name}`, proverBrokerProblems({ ...props, name }));
    const { namespace, software, clusterDomain = "cluster.local" } = props;
    const { collectors = [], upstreams } = software;
    const storage = { size: "8Gi", ...props.storage };
    super(scope, id, props, {
      role: "prover-broker",
      replicas: 1,
      spread: "soft",
      labels: {},
      // Metrics have no namespace of their own, and a query over the queue needs it.
      env: { OTEL_RESOURCE_ATTRIBUTES: `k8s.namespace.name=${namespace}` },
      resources: props.resources ?? { cpu: "500m", memory: "2Gi", memoryLimit: "6Gi" },
      storage,
      rules: access => ({
        ingress: [{ ports: [tcp(software.rpcPort)], from: [{ podSelector: { matchLabels: brokerLabel(name) } }] }],
        egress: [
          DNS,
          ...toUpstreams({
            clusterDomain,
            upstreams: [
              ...known(upstreams.all),
              ...known(collectors),
              ...calledUrls({ env: props.env }),
              ...secretUrls(props).others,
            ],
            l1: l1Of(props),
            access,
          }),
        ],
      }),
    });
    const { labels, selector } = this;
    const { rpcPort } = software;
    this.rpcService = new ServiceV1(this, "Rpc", {
      metadata: { name, namespace, labels },
      spec: { type: "ClusterIP", selector, port: [{ name: "rpc", port: rpcPort, targetPort: "rpc" }] },
    });
    this.statefulSet = new P2pStatefulSet(this, "Workload", {
      namespace,
      name,
      labels,
      selector,
      replicas: 1,
      rpcPort,
      pod: this.pod,
      podAnnotations: this.podAnnotations,
      storage,
      protected: false,
      waitForRollout: props.waitForRollout ?? false,
    }).statefulSet;
    dependOn([this.statefulSet], this.frame);
    this.broker = brokerAddress({ ...props, name, selector });
  }
}

/** What a prover broker may not be. */
export function proverBrokerProblems(props: ProverBrokerProps & { readonly name: string }): Problem[] {
  return [...workloadProblems({ ...props, role: "prover-broker" }), ...roleProblems(props.software, "prover-broker")];
}
