import { dependOn } from "../../kubernetes/framework/depend";
import { DeploymentV1, type StatefulSetV1 } from "../../kubernetes/framework/provider";
import type { Construct } from "../../kubernetes/framework/terraform";
import { grammarProblems } from "../../kubernetes/grammar/grammar";
import { workloadName } from "../../kubernetes/grammar/reserved";
import { mustBeKnown } from "../../kubernetes/known";
import { brokerLabel } from "../../kubernetes/labels";
import { nameOf } from "../../kubernetes/names";
import { calledUrls } from "../../kubernetes/network/called";
import { DNS } from "../../kubernetes/network/dns";
import { ObjectsRelease } from "../../kubernetes/objects-release";
import { type Problem, refuse } from "../../kubernetes/problem";
import type { Storage } from "../../kubernetes/storage";
import { type CrsSource, crsUrls } from "../crs";
import { toBroker, toUpstreams } from "../network-policy";
import { known, nodeShape } from "../node";
import { workloadProblems } from "../rules/node";
import { P2pStatefulSet, rolloutTimeouts, SCALED } from "../stateful-set";
import { type Autoscale, autoscaleProblems, scaledObject } from "./autoscale";
import type { Broker } from "./broker-source";
import { brokerProblems, roleProblems } from "./problems";
import { ProverWorkload, type ProverWorkloadProps } from "./workload";

export interface ProverAgentsProps extends ProverWorkloadProps {
  /** The queue that they take jobs from. */
  readonly broker: Broker;
  /** @default 1 */
  readonly replicas?: number;
  /** Let KEDA choose the number by the length of the queue, instead of `replicas`. @default - a fixed number */
  readonly autoscale?: Autoscale;
  /** Where the pods take the CRS from: 2 GiB to prove with. @default - the software's own hosts */
  readonly crs?: CrsSource;
  /**
   * Keep the CRS on a volume for each agent, which become a StatefulSet. @default - a Deployment, whose new pods load
   * the CRS each
   */
  readonly storage?: Storage;
}

/** Names of Helm releases have at most 53 characters, and this one's ends in `-scaling`. */
const MOST_SCALED = 53 - "-scaling".length;

/**
 * Agents that make proofs: they ask a broker for jobs, and need nothing else but the CRS.
 *
 * Creates: ServiceAccount, Deployment (StatefulSet with `<name>-headless` where they keep the CRS),
 * PodDisruptionBudget, NetworkPolicy; with `autoscale` a Helm release `<name>-scaling` with a ScaledObject;
 * a ConfigMap of scripts where a CRS is prepared.
 */
export class ProverAgents extends ProverWorkload {
  /** Set unless they keep the CRS. */
  readonly deployment?: DeploymentV1;
  /** Set where they keep the CRS. */
  readonly statefulSet?: StatefulSetV1;
  /** Set where KEDA scales them. */
  readonly scaling?: ObjectsRelease;

  constructor(scope: Construct, id: string, props: ProverAgentsProps) {
    mustBeKnown(`ProverAgents ${id}`, props, nodeShape(props, "prover-agent"));
    const name = nameOf(id, props);
    refuse(`prover agents ${name}`, proverAgentsProblems({ ...props, name }));
    const { namespace, software, autoscale, crs, clusterDomain = "cluster.local" } = props;
    const { broker } = props.broker;
    const replicas = autoscale?.minReplicas ?? (autoscale ? 0 : (props.replicas ?? 1));
    super(scope, id, props, {
      role: "prover-agent",
      replicas: autoscale?.maxReplicas ?? replicas,
      spread: "soft",
      crs,
      labels: brokerLabel(broker.name),
      env: { [software.proving?.brokerUrl as string]: broker.url },
      resources: props.resources ?? { cpu: "7500m", memory: "28Gi", memoryLimit: "64Gi" },
      storage: props.storage && { size: "4Gi", ...props.storage },
      rules: access => ({
        ingress: [],
        egress: [
          DNS,
          toBroker(broker),
          ...toUpstreams({
            clusterDomain,
            upstreams: [
              ...known(crsUrls({ software, role: "prover-agent", crs })),
              ...known(software.collectors ?? []),
              ...calledUrls(props),
            ],
            access,
          }),
        ],
      }),
    });
    const { labels, selector, pod, podAnnotations } = this;
    const waitForRollout = props.waitForRollout ?? false;
    const scaled = autoscale !== undefined;
    if (props.storage) {
      this.statefulSet = new P2pStatefulSet(this, "Workload", {
        namespace,
        name,
        labels,
        selector,
        replicas,
        rpcPort: software.rpcPort,
        pod,
        podAnnotations,
        storage: { size: "4Gi", ...props.storage },
        protected: false,
        waitForRollout,
        scaled,
      }).statefulSet;
    } else {
      this.deployment = new DeploymentV1(this, "Workload", {
        metadata: { name, namespace, labels },
        waitForRollout,
        timeouts: rolloutTimeouts(this, replicas),
        spec: {
          replicas: String(replicas),
          // None more meanwhile: an agent may fill its host.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "0", maxUnavailable: "25%" } },
          selector: { matchLabels: selector },
          template: { metadata: { labels, annotations: podAnnotations }, spec: pod },
        },
        ...(scaled && { lifecycle: { ignoreChanges: SCALED } }),
      });
    }
    const workloads = [this.deployment, this.statefulSet].filter(workload => workload !== undefined);
    dependOn(workloads, this.frame);
    if (autoscale) {
      const kind = this.deployment ? "Deployment" : "StatefulSet";
      this.scaling = new ObjectsRelease(this, "Scaling", {
        namespace,
        name: `${name}-scaling`,
        objects: [scaledObject({ name, namespace, labels, kind, autoscale })],
      });
      dependOn([this.scaling], workloads);
    }
  }
}

/** What prover agents may not be. */
export function proverAgentsProblems(props: ProverAgentsProps & { readonly name: string }): Problem[] {
  const { name, namespace, software, broker, autoscale, replicas } = props;
  return [
    ...workloadProblems({ ...props, role: "prover-agent" }),
    ...roleProblems(software, "prover-agent"),
    ...brokerProblems(name, namespace, broker),
    ...(autoscale ? grammarProblems(["name"], name, workloadName(MOST_SCALED)) : []),
    ...autoscaleProblems({ autoscale, replicas, broker: broker?.broker }),
  ];
}
