import { join } from "node:path";
import { dependOn } from "../../../../kubernetes/framework/depend";
import { escapeTerraform } from "../../../../kubernetes/framework/escape";
import {
  DeploymentV1,
  type NetworkPolicyV1,
  PodDisruptionBudgetV1,
  ServiceAccountV1,
} from "../../../../kubernetes/framework/provider";
import { Construct } from "../../../../kubernetes/framework/terraform";
import { objectLabels, SEQUENCER_LABEL } from "../../../../kubernetes/labels";
import { WorkloadPolicy } from "../../../../kubernetes/network/policy";
import { Scripts } from "../../../../kubernetes/scripts";
import { withoutCloudRole } from "../../../../kubernetes/vocabulary/scope";
import type { SequencerAccess } from "../../../access";
import { defaultsSection, globalSection, metricsFrontend, sections } from "../../../haproxy";
import type { Frame } from "../../../member/frame";
import { toUpstreams } from "../../../mesh/upstreams";
import type { SubmitterWorkload } from "../../../submitter";
import type { OpStack } from "../op-stack";
import { SUBMITTER } from "./command";
import { type Submitter, submitterSelector, submittersOf } from "./kinds";
import { submitterPod } from "./pod";
import { type Called, calledOf, submitterRules } from "./policy";

/** What an `OpStackSubmitter` takes; a sequencer makes those that its software names. */
export interface OpStackSubmitterProps {
  readonly namespace: string;
  /** The sequencer that it reads from. */
  readonly sequencer: Called;
  readonly submitter: Submitter;
  /** JSON-RPC of L1, `http(s)://host[:port]`, in the order of preference. */
  readonly l1: readonly string[];
  readonly clusterDomain: string;
  readonly haproxyImage: string;
  readonly networkAccess: SequencerAccess | false;
}

/**
 * An op-batcher or op-proposer. It reads from the member that makes blocks, through the sequencer's Service, and has
 * the members' endpoints of L1 with the same failover. There is one replica, and the old one ends before a new one
 * starts: two with one key would use the same nonces.
 *
 * Creates: ServiceAccount, ConfigMap, Deployment, PodDisruptionBudget and NetworkPolicy `<sequencer>-<component>`.
 */
export class OpStackSubmitter extends Construct implements SubmitterWorkload {
  readonly component: string;
  readonly program: string;
  readonly everySeconds: number;
  readonly deployment: DeploymentV1;
  readonly networkPolicy?: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: OpStackSubmitterProps) {
    super(scope, id);
    withoutCloudRole(this);
    const { namespace, sequencer, submitter, clusterDomain, haproxyImage, networkAccess } = props;
    const name = `${sequencer.name}-${submitter.component}`;
    const selector = submitterSelector(submitter, sequencer.name);
    const labels = objectLabels(selector, {}, SEQUENCER_LABEL);
    const metadata = { name, namespace, labels };
    this.component = submitter.component;
    this.program = submitter.program;
    this.everySeconds = submitter.everySeconds;
    const account = new ServiceAccountV1(this, "ServiceAccount", { metadata, automountServiceAccountToken: false });
    const scripts = new Scripts(this, "Scripts", {
      ...metadata,
      files: [join(__dirname, "scripts", "start-submitter.sh")],
      texts: { "haproxy.cfg": escapeTerraform(l1Config(props)) },
    });
    new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata,
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    const policy =
      networkAccess === false
        ? undefined
        : new WorkloadPolicy(this, "NetworkPolicy", { ...metadata, selector, ...submitterRules(props, networkAccess) });
    this.networkPolicy = policy?.networkPolicy;
    this.deployment = new DeploymentV1(this, "Deployment", {
      metadata,
      waitForRollout: false,
      spec: {
        replicas: "1",
        revisionHistoryLimit: 10,
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels, annotations: { "cdktf-rollup-network/config-checksum": scripts.checksum } },
          spec: submitterPod(submitter, {
            name,
            sequencer: `${sequencer.name}.${namespace}.svc.${clusterDomain}`,
            haproxyImage,
          }),
        },
      },
    });
    dependOn([this.deployment], [account, scripts, ...(policy ? [policy] : [])]);
  }
}

/** Makes the submitters that the software names. */
export function opStackSubmitters({ l1, ...software }: OpStack) {
  return (scope: Construct, frame: Frame): OpStackSubmitter[] =>
    submittersOf(software).map(
      submitter =>
        new OpStackSubmitter(scope, submitter.component === "batcher" ? "Batcher" : "Proposer", {
          namespace: frame.namespace,
          sequencer: calledOf(frame),
          submitter,
          l1: l1.endpoints,
          clusterDomain: frame.clusterDomain,
          haproxyImage: frame.haproxyImage,
          networkAccess: frame.networkAccess ?? {},
        }),
    );
}

/** HAProxy configuration: the endpoints of L1, the first that is up. */
export function l1Config({ l1, clusterDomain }: Pick<OpStackSubmitterProps, "l1" | "clusterDomain">): string {
  const upstreams = toUpstreams([{ name: "l1", port: SUBMITTER.l1, endpoints: l1 }], clusterDomain);
  return sections(
    globalSection(),
    defaultsSection("mode http", "timeout client 2m", "timeout server 2m"),
    upstreams.resolvers,
    ...upstreams.sections,
    metricsFrontend(`:${SUBMITTER.proxyMetrics}`),
  );
}
