import type { FailFastGate } from "../../kubernetes/fail-fast-gate";
import { Founding } from "../../kubernetes/founding";
import { dependOn } from "../../kubernetes/framework/depend";
import {
  PodDisruptionBudgetV1,
  ServiceAccountV1,
  type ServiceV1,
  type StatefulSetV1,
} from "../../kubernetes/framework/provider";
import { Annotations, type Construct } from "../../kubernetes/framework/terraform";
import { warnOfTag } from "../../kubernetes/image";
import { objectLabels, SEQUENCER_LABEL, selectorLabels } from "../../kubernetes/labels";
import { nameOf } from "../../kubernetes/names";
import { WorkloadPolicy } from "../../kubernetes/network/policy";
import { refuse } from "../../kubernetes/problem";
import type { Scripts } from "../../kubernetes/scripts";
import { KubernetesConstruct } from "../../kubernetes/vocabulary/construct";
import { blockTimeMs } from "../block-time";
import type { Engine } from "../engine";
import { HAPROXY_IMAGE } from "../haproxy";
import { MemberMesh } from "../mesh/member-mesh";
import type { WatchedSequencer } from "../monitoring/watched";
import { type SequencerWiring, sequencerRules, sequencerWarnings } from "../network-policy";
import { LeaderProxy, proxySelector } from "../proxy/leader-proxy";
import { SequencerRoles } from "../roles";
import type { MemberProps, Sequencer } from "../sequencer";
import { sequencerServices } from "../services";
import { soleSignerProblems } from "../signers";
import type { SubmitterWorkload } from "../submitter";
import type { EngineParts, Frame, NodeParts } from "./frame";
import type { MemberPart } from "./part";
import { workload } from "./workload";

/** Empty members beside the old ones could make a quorum of their own. */
const NEW_MEMBERS =
  "its new members would sign every height again. " +
  "See docs/runbooks: member-count.md, single-to-ha.md, or op-stack-single-to-ha.md.";

/**
 * The frame of a sequencer: account, configuration, Services, disruption budget, policy and the StatefulSet of its
 * members; where the engine has them, also a mesh in every pod and a proxy that finds the leader.
 */
export abstract class SequencerNode extends KubernetesConstruct implements Sequencer, WatchedSequencer {
  readonly name: string;
  readonly namespace: string;
  readonly members: number;
  /** How it sequences. */
  readonly engine: Engine;
  /** Time between blocks, in milliseconds. */
  readonly blockTimeMs: number;
  /** The longest time between two blocks: longer than the block time where the chain is lazy. */
  readonly longestBlockMs: number;
  readonly execution: NodeParts["execution"];
  /** Every name of its signing key. No two sequencers of an environment may share one. */
  readonly signers: readonly string[];

  readonly serviceAccount: ServiceAccountV1;
  readonly config: Scripts;
  readonly headlessService: ServiceV1;
  /** A Service per member, by ordinal: its address outlives its pods. None where members have no mesh. */
  readonly memberServices: readonly ServiceV1[];
  readonly readService: ServiceV1;
  /** Writes of a single sequencer; others have theirs from the proxy. */
  readonly writeService: ServiceV1;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  readonly mesh?: MemberMesh;
  readonly proxy?: LeaderProxy;
  readonly networkPolicy?: WorkloadPolicy;
  readonly statefulSet: StatefulSetV1;
  /** What takes its blocks to another chain, in pods of its own. */
  readonly submitters: readonly SubmitterWorkload[];
  /** What operators may be bound to; nobody is. */
  readonly roles: SequencerRoles;

  protected readonly labels: Record<string, string>;
  private readonly frame: Frame;

  protected constructor(scope: Construct, id: string, props: MemberProps, parts: EngineParts) {
    super(scope, id, props);
    const frame = frameOf(id, props, parts);
    const { name, namespace, engine, node, members, metadata, selector } = frame;
    refuse(`sequencer ${name}`, parts.problems);
    this.frame = frame;
    this.name = name;
    this.namespace = namespace;
    this.members = members;
    this.engine = engine;
    this.blockTimeMs = frame.blockTimeMs;
    this.longestBlockMs = frame.longestBlockMs;
    this.execution = node.execution;
    this.labels = metadata.labels;
    this.signers = node.signers;
    this.node.addValidation({ validate: () => soleSignerProblems(this) });

    this.serviceAccount = new ServiceAccountV1(this, "ServiceAccount", {
      metadata,
      automountServiceAccountToken: false,
    });
    this.config = node.config(this, frame);
    const services = sequencerServices(this, { ...frame, writePort: node.writePort });
    this.headlessService = services.headless;
    this.memberServices = services.perMember;
    this.readService = services.read;
    this.podDisruptionBudget = new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata,
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    this.networkPolicy = this.makePolicy();
    this.mesh = this.makeMesh();
    this.proxy = this.makeProxy();
    // A single sequencer has the Service but no proxy; the others have it the other way round.
    this.writeService = this.proxy?.service ?? (services.single as ServiceV1);
    const gate = node.gate?.(this, frame);
    const as = engine.grows ? engine.name : `${engine.name} ${members}`;
    const founding = new Founding(this, "Founding", { what: `sequencer ${name}`, as, why: NEW_MEMBERS });
    this.statefulSet = workload(this, {
      ...frame,
      memberParts: this.memberParts(gate),
      podAnnotations: {
        "cdktf-rollup-network/config-checksum": this.config.checksum,
        ...(this.mesh && { "cdktf-rollup-network/mesh-checksum": this.mesh.scripts.checksum }),
      },
      precondition: founding.precondition,
    });
    this.roles = new SequencerRoles(this, "Roles", { ...frame, labels: metadata.labels });
    dependOn(
      [this.statefulSet],
      [
        this.serviceAccount,
        this.config,
        this.headlessService,
        ...[this.mesh, gate, this.networkPolicy].filter(part => part !== undefined),
      ],
    );
    this.submitters = node.submitters?.(this, frame) ?? [];
    this.warn();
  }

  /** The name of its engine: `single`, `raft`, `lease` or `conductor`. */
  get mode(): string {
    return this.engine.name;
  }

  /** Whether its mesh shows a certificate. */
  get certificate(): boolean {
    return this.mesh?.tls ?? false;
  }

  get writeUrl(): string {
    const { clusterDomain, node } = this.frame;
    return `http://${this.name}.${this.namespace}.svc.${clusterDomain}:${node.writePort}`;
  }

  get metrics() {
    const { name: instance, engine } = this;
    return {
      selector: { ...SEQUENCER_LABEL, "app.kubernetes.io/instance": instance },
      port: engine.software.ports.metrics,
    };
  }

  get readUrl(): string {
    const { rpc } = this.engine.software.ports;
    return `http://${this.name}-read.${this.namespace}.svc.${this.frame.clusterDomain}:${rpc}`;
  }

  /** What runs beside the node, in the order of the pod. */
  private memberParts(gate: FailFastGate | undefined): MemberPart[] {
    const { part } = this.frame;
    return [
      ...(this.mesh ? [this.mesh.part] : []),
      ...(gate ? [{ initContainers: [gate.container], volumes: gate.volumes }] : []),
      ...(this.execution.client ? [this.execution.client] : []),
      ...(part ? [part] : []),
    ];
  }

  private makePolicy(): WorkloadPolicy | undefined {
    const { frame } = this;
    const { networkAccess: access = {}, engine, name } = frame;
    if (access === false) return undefined;
    const wiring: SequencerWiring = {
      ...frame,
      ...(engine.leaderCheck && { proxy: proxySelector(name) }),
      access,
    };
    for (const warning of sequencerWarnings(wiring)) Annotations.of(this).addWarning(warning);
    const { metadata, selector } = frame;
    return new WorkloadPolicy(this, "NetworkPolicy", { ...metadata, selector, ...sequencerRules(wiring) });
  }

  private makeMesh(): MemberMesh | undefined {
    const { frame, labels } = this;
    const { engine, node, security } = frame;
    if (!engine.mesh || !security) return undefined;
    return new MemberMesh(this, "Mesh", {
      ...frame,
      labels,
      image: frame.haproxyImage,
      services: this.memberServices,
      raft: engine.mesh.raft,
      ports: engine.software.ports,
      security,
      upstreams: node.upstreams,
      additions: node.mesh,
    });
  }

  private makeProxy(): LeaderProxy | undefined {
    const { frame } = this;
    const { leaderCheck: check } = frame.engine;
    if (!check) return undefined;
    return new LeaderProxy(this, "LeaderProxy", {
      ...frame,
      image: frame.haproxyImage,
      services: this.memberServices,
      writePort: frame.node.writePort,
      check,
      nodeRpc: frame.engine.software.nodeRpc,
      spread: frame.spread ?? "hard",
      networkAccess: frame.networkAccess ?? {},
    });
  }

  private warn(): void {
    const { frame } = this;
    if (!frame.isProtected) return;
    for (const [, each] of frame.node.images) warnOfTag(this, each);
    if (!frame.storage?.className) {
      Annotations.of(this).addWarning(
        "storageClass not set: the cluster's default decides where blocks and raft state live",
      );
    }
  }
}

function frameOf(id: string, props: MemberProps, parts: EngineParts): Frame {
  const { namespace } = props;
  const name = nameOf(id, props);
  const selector = selectorLabels(parts.node.name, name, "sequencer");
  const labels = objectLabels(selector, {}, SEQUENCER_LABEL);
  return {
    ...props,
    ...parts,
    name,
    blockTimeMs: blockTimeMs(props),
    longestBlockMs: parts.node.longestBlockMs ?? blockTimeMs(props),
    clusterDomain: props.clusterDomain ?? "cluster.local",
    haproxyImage: props.haproxyImage ?? HAPROXY_IMAGE,
    isProtected: props.protected ?? false,
    networkAccess: withCallers(props.networkAccess, parts.node.callers?.({ namespace, name })),
    selector,
    metadata: { name, namespace, labels },
  };
}

/** Who may call it, with its own submitters. */
function withCallers(
  access: MemberProps["networkAccess"],
  callers: ReturnType<NonNullable<NodeParts["callers"]>> | undefined,
): MemberProps["networkAccess"] {
  if (access === false || !callers) return access;
  return {
    ...access,
    writers: [...(access?.writers ?? []), ...callers.writers],
    submitters: [...(access?.submitters ?? []), ...callers.submitters],
  };
}
