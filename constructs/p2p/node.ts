import { durationOf, milliseconds } from "../kubernetes/duration";
import { FailFastGate } from "../kubernetes/fail-fast-gate";
import { dependOn } from "../kubernetes/framework/depend";
import {
  type Container,
  PodDisruptionBudgetV1,
  type PodSpec,
  ServiceAccountV1,
  ServiceV1,
  type Volume,
} from "../kubernetes/framework/provider";
import { Annotations, type Construct, type IConstruct, TerraformStack } from "../kubernetes/framework/terraform";
import { isToken, terraformText } from "../kubernetes/framework/tokens";
import { warnOfTag } from "../kubernetes/image";
import type { Shape } from "../kubernetes/known";
import { objectLabels, selectorLabels } from "../kubernetes/labels";
import { nameOf } from "../kubernetes/names";
import { calledUrls, calledWarnings } from "../kubernetes/network/called";
import { WorkloadPolicy } from "../kubernetes/network/policy";
import type { Resources } from "../kubernetes/resources";
import { Scripts } from "../kubernetes/scripts";
import { KubernetesConstruct } from "../kubernetes/vocabulary/construct";
import type { SecretKeyOf } from "../kubernetes/vocabulary/pod-props";
import type { KubernetesScope } from "../kubernetes/vocabulary/props";
import type { Announce } from "./announce";
import { type BootnodeSource, FETCHED } from "./bootnodes";
import { type CrsSource, crsParts, crsUrls } from "./crs";
import { type NetworkAccess, type P2pWiring, p2pRules, p2pWarnings } from "./network-policy";
import { p2pPod } from "./pod";
import { releaseAnnotation } from "./pod-frame";
import type { BrokerAddress } from "./prover/broker-source";
import { neighbourProblems } from "./rules/neighbours";
import { P2P_SCRIPTS } from "./scripts";
import { l1Of, secretUrls } from "./secret-urls";
import { P2pServices } from "./services";
import type { P2pRole, P2pSoftware, PeerRole } from "./software/software";

/** What every p2p node takes, whatever it does in the network. */
export interface P2pNodeProps extends KubernetesScope {
  /** Namespace, which exists or is made by a `NetworkNamespace`. */
  readonly namespace: string;
  /**
   * Name of the workload and stem of its Services: at most 52 characters of a DNS label. A new name is a new node with
   * a new identity.
   * @default - the construct id in lower case with dashes
   */
  readonly name?: string;
  readonly software: P2pSoftware;
  /** @default 1 */
  readonly replicas?: number;
  /** @default - 100m CPU, 512Mi to 1Gi of memory for bootstrap nodes; 500m, 2Gi to 6Gi for the others */
  readonly resources?: Resources;
  /** DNS domain of the cluster. @default "cluster.local" */
  readonly clusterDomain?: string;
  /** Whether replicas must or should run on different hosts. @default "hard" */
  readonly spread?: "hard" | "soft";
  /** Further environment of the node. What the package sets itself is refused. @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Environment taken from Secrets by reference. `targets` are where a URL in it leads: the policy opens the way there.
   * @default - none
   */
  readonly secretEnv?: Readonly<Record<string, SecretKeyOf>>;
  /** Refuse an image that is named by tag. @default false */
  readonly requireDigest?: boolean;
  /**
   * Where its pods take the CRS from, the points that proofs are verified with. @default - the software's own hosts,
   * from which a pod with an empty volume loads it at start
   */
  readonly crs?: CrsSource;
  /** What the NetworkPolicy cannot derive; `false` makes none. @default {} */
  readonly networkAccess?: NetworkAccess | false;
  /**
   * Whether Terraform waits until the pods are ready.
   * @default - true for bootstrap nodes, unless they are protected (a create that times out is tainted, and could
   * never be replaced) or wait for a Secret of keys that can only follow the namespace; false for the others, which
   * may sync for long
   */
  readonly waitForRollout?: boolean;
}

/** What decides the shape of a p2p node. The policy opens the ports of the URLs, unless it knows the addresses. */
export function nodeShape({ networkAccess = {} }: P2pNodeProps, role: P2pRole): Shape<P2pNodeProps> {
  const derived = networkAccess !== false;
  const l1 = derived && followsL1(role) && !networkAccess.l1?.length;
  const remedy = "give the URL, or the addresses as networkAccess.l1";
  return {
    name: true,
    spread: true,
    resources: { memoryLimit: "give a size: the heap is computed from it" },
    secretEnv: { "*": { targets: "give the URL" } },
    crs: { mirror: derived ? "give the URL" : undefined } as Shape<CrsSource>,
    software: {
      l1Env: true,
      crs: { urls: derived ? "give the URL" : undefined },
      upstreams: { all: derived ? "give the URL" : undefined, node: l1 ? remedy : undefined },
      collectors: derived ? "give the URL" : undefined,
    },
  };
}

/** Whether a role calls the endpoints of L1. */
const followsL1 = (role: P2pRole) => role !== "bootstrap" && role !== "prover-agent";

/** URLs whose ports a policy can open. */
export const known = (urls: readonly string[]) => urls.filter(url => !isToken(url));

/** The parts that only one kind of node has. */
interface P2pNodeParts {
  readonly role: PeerRole;
  readonly announce: Announce;
  readonly bootnodes: readonly BootnodeSource[];
  readonly protected: boolean;
  readonly callsApiServer: boolean;
  /** Where a prover node leaves its proofs to be made. */
  readonly broker?: BrokerAddress;
  /** Labels by which others let it call them. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Paths of the files that its pods mount. */
  readonly scripts: readonly string[];
}

interface PodParts {
  readonly pinEnr: boolean;
  readonly keepsData: boolean;
  /** What the wiring says beside `env`. @default {} */
  readonly wiredEnv?: Readonly<Record<string, string>>;
  readonly identitySecret?: string;
  readonly sidecars: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly resources: Resources;
}

/** Stacks whose nodes are checked against each other. */
const CHECKED = new WeakSet<TerraformStack>();

/** Has a stack refuse nodes that would take each other's Services or addresses. */
function checkNeighbours(stack: TerraformStack): void {
  if (CHECKED.has(stack)) return;
  CHECKED.add(stack);
  stack.node.addValidation({
    validate: () => {
      const nodes = stack.node.findAll().filter(each => "p2pServices" in each) as P2pNode[];
      return neighbourProblems(nodes, text => terraformText(stack, text)).map(({ path: [i], message, remedy }) => {
        return `${nodes[Number(i)]?.node.path}: ${message} → ${remedy}`;
      });
    },
  });
}

/**
 * The frame of a p2p node: account, scripts, Services, disruption budget and policy. The workload is its subclass's.
 */
export abstract class P2pNode extends KubernetesConstruct {
  readonly name: string;
  readonly namespace: string;
  readonly software: P2pSoftware;
  readonly announce: Announce;
  readonly replicas: number;
  readonly serviceAccount: ServiceAccountV1;
  readonly scripts: Scripts;
  /** JSON-RPC of the ready pods. */
  readonly rpcService: ServiceV1;
  readonly p2pServices: P2pServices;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  readonly networkPolicy?: WorkloadPolicy;
  /** Set where bootstrap nodes elsewhere are asked. */
  readonly gate?: FailFastGate;

  protected readonly labels: Record<string, string>;
  protected readonly selector: Record<string, string>;
  protected readonly clusterDomain: string;

  protected constructor(
    scope: Construct,
    id: string,
    private readonly nodeProps: P2pNodeProps,
    private readonly parts: P2pNodeParts,
  ) {
    super(scope, id, nodeProps);
    const { namespace, software } = nodeProps;
    const { announce } = parts;
    const name = nameOf(id, nodeProps);
    this.name = name;
    this.namespace = namespace;
    this.software = software;
    this.announce = announce;
    this.replicas = nodeProps.replicas ?? 1;
    this.clusterDomain = nodeProps.clusterDomain ?? "cluster.local";
    this.selector = selectorLabels(software.name, name, parts.role);
    this.labels = objectLabels(this.selector, parts.labels);
    const { selector, labels } = this;
    const metadata = { name, namespace, labels };

    this.serviceAccount = new ServiceAccountV1(this, "ServiceAccount", {
      metadata,
      automountServiceAccountToken: false,
    });
    const { prepared } = crsParts({ software, role: parts.role, crs: nodeProps.crs });
    const files = [...parts.scripts, ...(prepared ? [P2P_SCRIPTS.prepareCrs] : [])];
    this.scripts = new Scripts(this, "Scripts", { namespace, name: `${name}-scripts`, labels, files });
    this.gate = this.bootnodeGate();
    this.rpcService = new ServiceV1(this, "Rpc", {
      metadata,
      spec: { type: "ClusterIP", selector, port: [{ name: "rpc", port: software.rpcPort, targetPort: "rpc" }] },
    });
    this.p2pServices = new P2pServices(this, "P2p", {
      namespace,
      name,
      labels,
      selector,
      announce,
      replicas: this.replicas,
      protected: parts.protected,
    });
    this.podDisruptionBudget = new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata,
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    this.networkPolicy = this.policy();
    if (announce.hostExposure === "hostNetwork") {
      Annotations.of(this).addWarning(
        "hostNetwork: NetworkPolicies do not apply, so RPC and metrics are open on the host",
      );
    }
    if (parts.protected) warnOfTag(this, software.image);
    checkNeighbours(TerraformStack.of(this));
  }

  /** JSON-RPC endpoint inside the cluster. */
  get rpcUrl(): string {
    return `http://${this.name}.${this.namespace}.svc.${this.clusterDomain}:${this.software.rpcPort}`;
  }

  private policy(): WorkloadPolicy | undefined {
    const { nodeProps, parts, namespace, name, labels, selector, announce, software } = this;
    const access = nodeProps.networkAccess ?? {};
    if (access === false) return undefined;
    const wiring: P2pWiring = {
      namespace,
      clusterDomain: this.clusterDomain,
      announce,
      bootnodes: parts.bootnodes.map(source => this.inOwnNamespace(source)),
      rpcPort: software.rpcPort,
      rpcCallers: (parts.role === "bootstrap" ? access.peers : access.rpcClients) ?? [],
      network: software.network !== undefined,
      upstreams: known([
        ...software.upstreams.all,
        ...(software.collectors ?? []),
        ...crsUrls({ software, role: parts.role, crs: nodeProps.crs }),
        ...calledUrls({ env: nodeProps.env }),
        ...secretUrls(nodeProps).others,
      ]),
      broker: parts.broker,
      ...(parts.role !== "bootstrap" && { l1: l1Of(nodeProps) }),
      callsApiServer: parts.callsApiServer,
      access,
    };
    const warnings = [...p2pWarnings(wiring), ...calledWarnings("env", nodeProps, this.clusterDomain)];
    for (const warning of warnings) Annotations.of(this).addWarning(warning);
    return new WorkloadPolicy(this, "NetworkPolicy", { namespace, name, labels, selector, ...p2pRules(wiring) });
  }

  /** The policy has a rule for every other namespace, and two tokens for its own would differ. */
  private inOwnNamespace(source: BootnodeSource): BootnodeSource {
    const { namespace } = this;
    if (source.kind === "url" || !source.namespace || source.namespace === namespace) return source;
    const same = terraformText(this, source.namespace) === terraformText(this, namespace);
    return same ? { ...source, namespace } : source;
  }

  /** Asks bootstrap nodes elsewhere before the node starts, in the node's own image, which has Node.js. */
  private bootnodeGate(): FailFastGate | undefined {
    const { software, name, namespace, labels } = this;
    const source = this.parts.bootnodes.find(({ kind }) => kind === "url");
    if (source?.kind !== "url") return undefined;
    return new FailFastGate(this, "Gate", {
      namespace,
      name: `${name}-gate`,
      labels,
      targets: source.urls.map(url => ({ name: "bootnode", url, enrMethod: software.enrMethod })),
      require: source.require,
      attempts: source.attempts,
      timeout: durationOf(source.attempts * milliseconds(source.timeout)),
      remedy: "Check that they run and that the URLs and NetworkPolicies let this pod reach them; the pod tries again.",
      answers: FETCHED,
      image: software.image,
    });
  }

  protected pod(parts: PodParts): PodSpec {
    const { nodeProps } = this;
    return p2pPod({
      wiredEnv: {},
      ...parts,
      crs: nodeProps.crs,
      hasScripts: true,
      namespace: this.namespace,
      name: this.name,
      role: this.parts.role,
      software: this.software,
      announce: this.announce,
      clusterDomain: this.clusterDomain,
      bootnodes: this.parts.bootnodes,
      gate: this.gate,
      env: nodeProps.env ?? {},
      secretEnv: nodeProps.secretEnv ?? {},
      serviceAccount: this.name,
      selector: this.selector,
      replicas: this.replicas,
      spread: nodeProps.spread ?? "hard",
    });
  }

  /** Has a pod start only where its account, its scripts and its policy are as this configuration says. */
  protected startAfterFrame(workload: IConstruct): void {
    const ifThere = [this.gate, this.networkPolicy].filter(part => part !== undefined);
    dependOn([workload], [this.serviceAccount, this.scripts, this.p2pServices, ...ifThere]);
  }

  protected get podAnnotations(): Record<string, string> {
    return { "cdktf-rollup-network/scripts-checksum": this.scripts.checksum, ...releaseAnnotation(this.software) };
  }
}
