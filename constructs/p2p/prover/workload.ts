import { PodDisruptionBudgetV1, type PodSpec, ServiceAccountV1 } from "../../kubernetes/framework/provider";
import { Annotations, type Construct } from "../../kubernetes/framework/terraform";
import { isToken } from "../../kubernetes/framework/tokens";
import { objectLabels, PROVER_LABEL, selectorLabels } from "../../kubernetes/labels";
import { nameOf } from "../../kubernetes/names";
import { calledUrls, calledWarnings } from "../../kubernetes/network/called";
import { hostWarnings } from "../../kubernetes/network/host";
import { type PolicyRules, WorkloadPolicy } from "../../kubernetes/network/policy";
import type { Resources } from "../../kubernetes/resources";
import { Scripts } from "../../kubernetes/scripts";
import type { Storage } from "../../kubernetes/storage";
import { KubernetesConstruct } from "../../kubernetes/vocabulary/construct";
import { crsParts } from "../crs";
import type { P2pNodeProps } from "../node";
import { nodeOptions, podFrame, releaseAnnotation, softwareContainer, softwareEnv, statusProbe } from "../pod-frame";
import { P2P_SCRIPTS } from "../scripts";
import { secretUrls } from "../secret-urls";
import type { P2pSoftware, ProverRole } from "../software/software";

/** What a broker and agents take; they are no peers, and announce nothing. */
export interface ProverWorkloadProps extends Omit<P2pNodeProps, "replicas" | "spread" | "crs" | "waitForRollout"> {
  /** Whether Terraform waits until the pods are ready. @default false - they may wait long for L1 or for the CRS */
  readonly waitForRollout?: boolean;
}

/** What only one of them has. */
interface ProverWorkloadParts {
  readonly role: ProverRole;
  readonly replicas: number;
  readonly spread: "hard" | "soft";
  readonly crs?: P2pNodeProps["crs"];
  /** Labels by which others let it call them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly storage?: Storage;
  readonly rules: (access: NonNullable<Exclude<P2pNodeProps["networkAccess"], false>>) => PolicyRules;
}

/** The frame of what works for a prover node: account, disruption budget, policy and pod. */
export abstract class ProverWorkload extends KubernetesConstruct {
  readonly name: string;
  readonly namespace: string;
  readonly software: P2pSoftware;
  readonly serviceAccount: ServiceAccountV1;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  readonly networkPolicy?: WorkloadPolicy;
  /** Set where its pods prepare the CRS. */
  readonly scripts?: Scripts;

  protected readonly labels: Record<string, string>;
  protected readonly selector: Record<string, string>;
  protected readonly pod: PodSpec;

  protected constructor(scope: Construct, id: string, props: ProverWorkloadProps, parts: ProverWorkloadParts) {
    super(scope, id, props);
    const { namespace, software, networkAccess = {} } = props;
    const name = nameOf(id, props);
    this.name = name;
    this.namespace = namespace;
    this.software = software;
    this.selector = selectorLabels(software.name, name, parts.role);
    this.labels = objectLabels(this.selector, parts.labels, PROVER_LABEL);
    const { labels, selector } = this;
    const metadata = { name, namespace, labels };
    this.serviceAccount = new ServiceAccountV1(this, "ServiceAccount", {
      metadata,
      automountServiceAccountToken: false,
    });
    const { prepared } = crsParts({ software, role: parts.role, crs: parts.crs });
    if (prepared) {
      const files = [P2P_SCRIPTS.prepareCrs];
      this.scripts = new Scripts(this, "Scripts", { namespace, name: `${name}-scripts`, labels, files });
    }
    this.podDisruptionBudget = new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata,
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    if (networkAccess !== false) {
      const rules = parts.rules(networkAccess);
      this.networkPolicy = new WorkloadPolicy(this, "NetworkPolicy", { namespace, name, labels, selector, ...rules });
      const { crs } = parts;
      const { env, clusterDomain = "cluster.local" } = props;
      const mirror = crs && "mirror" in crs && !isToken(crs.mirror) ? [crs.mirror] : [];
      const called = networkAccess.egress?.length
        ? []
        : [...mirror, ...calledUrls({ env }), ...secretUrls(props).others];
      const warnings = [
        ...hostWarnings(called, "egress", clusterDomain),
        ...calledWarnings("env", { env }, clusterDomain),
      ];
      for (const warning of warnings) Annotations.of(this).addWarning(warning);
    }
    this.pod = this.podOf(props, parts, prepared);
  }

  /** Changes with the scripts, which then roll the pods. */
  protected get podAnnotations(): Record<string, string> {
    const { scripts } = this;
    return {
      ...(scripts && { "cdktf-rollup-network/scripts-checksum": scripts.checksum }),
      ...releaseAnnotation(this.software),
    };
  }

  /** What has to be there before a pod starts. */
  protected get frame(): Construct[] {
    return [this.serviceAccount, this.scripts, this.networkPolicy].filter(part => part !== undefined) as Construct[];
  }

  private podOf(props: ProverWorkloadProps, parts: ProverWorkloadParts, hasScripts: boolean): PodSpec {
    const { software, name, selector } = this;
    const framed = {
      ...parts,
      name,
      software,
      selector,
      hasScripts,
      secretEnv: props.secretEnv ?? {},
      keepsData: parts.storage !== undefined,
      serviceAccount: name,
    };
    const texts = {
      HOME: "/tmp",
      ...software.env,
      ...software.roleEnv[parts.role],
      ...props.env,
      ...parts.env,
      ...crsParts({ software, role: parts.role, crs: parts.crs }).env,
      NODE_OPTIONS: nodeOptions(framed),
    };
    return {
      ...podFrame(framed),
      container: [
        {
          ...softwareContainer(framed),
          command: [...(software.command[parts.role] ?? [])],
          env: softwareEnv(framed, texts),
          port: [{ name: "rpc", containerPort: software.rpcPort, protocol: "TCP" }],
          readinessProbe: { ...statusProbe(software), periodSeconds: 15, failureThreshold: 2 },
        },
      ],
    };
  }
}
