import { join } from "node:path";
import { dependOn } from "../kubernetes/depend";
import { escapeTerraform } from "../kubernetes/escape";
import { Founding } from "../kubernetes/founding";
import { warnOfTag } from "../kubernetes/image";
import { objectLabels, SEQUENCER_LABEL, selectorLabels } from "../kubernetes/labels";
import { nameOf } from "../kubernetes/names";
import { refuse } from "../kubernetes/problem";
import type { Container, Volume } from "../kubernetes/provider";
import { PodDisruptionBudgetV1, ServiceAccountV1, type ServiceV1, StatefulSetV1 } from "../kubernetes/provider";
import { Scripts } from "../kubernetes/scripts";
import { Annotations, Construct } from "../kubernetes/terraform";
import { daGate } from "./da-gate";
import { EV_NODE_PORTS } from "./ev-node";
import { evNodeConfig, readinessWindow } from "./ev-node-config";
import { HAPROXY_IMAGE } from "./haproxy";
import { MemberMesh, type MeshSecurity } from "./mesh/member-mesh";
import { SequencerNetworkPolicy } from "./network-policy";
import { daAddressOf, sequencerPod } from "./pod";
import { type LeaderCheck, LeaderProxy, proxySelector } from "./proxy/leader-proxy";
import type { RaftSettings } from "./raft/timing";
import { SequencerRoles } from "./roles";
import { imagesOf, sequencerProblems } from "./rules";
import { DEFAULT_BLOCK_TIME_MS, type Sequencer, type SequencerMode, type SequencerProps } from "./sequencer";
import { sequencerServices } from "./services";
import { signersOf, soleSignerProblems } from "./signers";

/** Empty members beside the old ones would make a quorum of their own. */
const NEW_MEMBERS =
  "its new members would sign every height again. See docs/runbooks/member-count.md, or docs/runbooks/single-to-ha.md.";

/** The parts that only one kind of sequencer has. */
export interface SequencerParts {
  readonly mode: SequencerMode;
  readonly members: number;
  readonly raft?: RaftSettings;
  readonly mesh?: MeshSecurity;
  readonly leaderCheck?: LeaderCheck;
  /** Paths of further files that its pods mount. */
  readonly scripts?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly sidecars?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

/**
 * The frame of a sequencer: account, configuration, Services, disruption budget, policy and the StatefulSet of its members; with more than
 * one member also a mesh in every pod and a proxy that finds the leader.
 */
export abstract class SequencerNode extends Construct implements Sequencer {
  readonly name: string;
  readonly namespace: string;
  readonly members: number;
  readonly mode: SequencerMode;
  /** What signs, by every name it is known by: no two sequencers of an environment may have one in common. */
  readonly signers: readonly string[];

  readonly serviceAccount: ServiceAccountV1;
  readonly config: Scripts;
  readonly headlessService: ServiceV1;
  /** A Service per member, by ordinal: its address outlives its pods. None for a single sequencer. */
  readonly memberServices: readonly ServiceV1[];
  readonly readService: ServiceV1;
  /** Writes of a single sequencer; others have theirs from the proxy. */
  readonly writeService: ServiceV1;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  readonly mesh?: MemberMesh;
  readonly proxy?: LeaderProxy;
  readonly networkPolicy?: SequencerNetworkPolicy;
  readonly statefulSet: StatefulSetV1;
  /** What operators may be bound to; nobody is. */
  readonly roles: SequencerRoles;

  protected readonly labels: Record<string, string>;
  private readonly clusterDomain: string;
  private readonly writePort: number;

  protected constructor(scope: Construct, id: string, props: SequencerProps, parts: SequencerParts) {
    super(scope, id);
    const { namespace, software, signer } = props;
    const { mode, members } = parts;
    const name = nameOf(id, props);
    refuse(`sequencer ${name}`, sequencerProblems({ ...props, name }, mode, members));
    this.name = name;
    this.namespace = namespace;
    this.members = members;
    this.mode = mode;
    this.signers = signersOf(props);
    this.node.addValidation({ validate: () => soleSignerProblems(this) });
    this.clusterDomain = props.clusterDomain ?? "cluster.local";
    this.writePort = software.writePort;
    const selector = selectorLabels(software.name, name, "sequencer");
    this.labels = objectLabels(selector, props.labels, SEQUENCER_LABEL);
    const { labels, clusterDomain } = this;
    const metadata = { name, namespace, labels };
    const isProtected = props.protected ?? false;
    const image = props.haproxyImage ?? HAPROXY_IMAGE;

    this.serviceAccount = new ServiceAccountV1(this, "ServiceAccount", {
      metadata: {
        ...metadata,
        ...(props.serviceAccountAnnotations && { annotations: { ...props.serviceAccountAnnotations } }),
      },
      automountServiceAccountToken: false,
    });
    this.config = new Scripts(this, "Config", {
      namespace,
      name: `${name}-config`,
      labels,
      files: [join(__dirname, "scripts/start-sequencer.sh"), ...(parts.scripts ?? [])],
      texts: {
        "evnode.yaml": evNodeConfig({
          mode,
          blockTimeMs: props.blockTimeMs ?? DEFAULT_BLOCK_TIME_MS,
          da: props.da,
          daAddress: daAddressOf(mode, props.da.endpoints, this.clusterDomain),
          signer,
          raft: parts.raft,
        }),
        ...("text" in props.genesis && { "genesis.json": escapeTerraform(props.genesis.text) }),
      },
    });
    const services = sequencerServices(this, {
      metadata,
      selector,
      mode,
      members,
      writePort: software.writePort,
      leaderCheck: parts.leaderCheck,
      protected: isProtected,
    });
    this.headlessService = services.headless;
    this.memberServices = services.perMember;
    this.readService = services.read;
    this.podDisruptionBudget = new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata,
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    const access = props.networkAccess ?? {};
    if (access !== false) {
      this.networkPolicy = new SequencerNetworkPolicy(this, "NetworkPolicy", {
        namespace,
        name,
        labels,
        selector,
        ...(parts.leaderCheck && { proxy: proxySelector(name) }),
        mode,
        software,
        daEndpoints: props.da.endpoints,
        signerInKms: signer.kind !== "file",
        access,
      });
    }
    if (parts.mesh) {
      this.mesh = new MemberMesh(this, "Mesh", {
        namespace,
        name,
        labels,
        clusterDomain,
        image,
        services: this.memberServices,
        raft: mode === "raft",
        security: parts.mesh,
        daEndpoints: props.da.endpoints,
      });
    }
    if (parts.leaderCheck) {
      this.proxy = new LeaderProxy(this, "LeaderProxy", {
        namespace,
        name,
        image,
        services: this.memberServices,
        writePort: software.writePort,
        check: parts.leaderCheck,
        spread: props.spread ?? "hard",
        labels: props.labels,
        nodeSelector: props.nodeSelector,
        priorityClassName: props.priorityClassName,
        imagePullSecrets: props.imagePullSecrets,
        networkAccess: access,
      });
    }
    // One of the two: a single sequencer has no proxy, the others have no such Service.
    this.writeService = this.proxy?.service ?? (services.single as ServiceV1);

    const gate = daGate(this, { ...props, name, labels, clusterDomain });
    const claim = (volume: string, storage: { readonly size: string; readonly className?: string }) => ({
      metadata: { name: volume, labels: selector },
      spec: {
        accessModes: ["ReadWriteOnce"],
        ...(storage.className && { storageClassName: storage.className }),
        resources: { requests: { storage: storage.size } },
      },
    });
    const founding = new Founding(this, "Founding", {
      what: `sequencer ${name}`,
      as: `${mode} ${members}`,
      why: NEW_MEMBERS,
    });
    this.statefulSet = new StatefulSetV1(this, "Workload", {
      metadata,
      // Members wait for Secrets that can only follow the namespace, and a create that times out could never be replaced.
      waitForRollout: false,
      spec: {
        serviceName: `${name}-headless`,
        replicas: String(members),
        podManagementPolicy: "Parallel",
        // As long as a member may be behind and ready: the next one goes only when this one could lead.
        minReadySeconds: mode === "single" ? 0 : readinessWindow(props.blockTimeMs ?? DEFAULT_BLOCK_TIME_MS),
        revisionHistoryLimit: 10,
        updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
        selector: { matchLabels: selector },
        persistentVolumeClaimRetentionPolicy: [{ whenDeleted: "Retain", whenScaled: "Retain" }],
        template: {
          metadata: {
            labels,
            annotations: {
              "cdktf-rollup-network/config-checksum": this.config.checksum,
              ...(this.mesh && { "cdktf-rollup-network/mesh-checksum": this.mesh.scripts.checksum }),
            },
          },
          spec: sequencerPod({
            ...props,
            name,
            clusterDomain,
            mode,
            selector,
            mesh: this.mesh,
            gate,
            env: parts.env ?? {},
            sidecars: parts.sidecars ?? [],
            volumes: parts.volumes ?? [],
          }),
        },
        volumeClaimTemplate: [
          claim("data", { size: "10Gi", ...props.storage }),
          ...(software.execution.kind === "evm"
            ? [claim("execution", { size: "50Gi", ...props.executionStorage })]
            : []),
        ],
      },
      lifecycle: {
        ...(isProtected && { preventDestroy: true }),
        precondition: [founding.precondition],
      },
    });
    this.roles = new SequencerRoles(this, "Roles", { namespace, name, members, mode, labels });
    dependOn(
      [this.statefulSet],
      [
        this.serviceAccount,
        this.config,
        this.headlessService,
        ...[this.mesh, gate].filter(part => part !== undefined),
        ...(this.networkPolicy ? [this.networkPolicy] : []),
      ],
    );
    if (!isProtected) return;
    for (const [, each] of imagesOf(props, mode)) warnOfTag(this, each);
    if (!props.storage?.className) {
      Annotations.of(this).addWarning(
        "storageClass not set: the cluster's default decides where blocks and raft state live",
      );
    }
  }

  get writeUrl(): string {
    return `http://${this.name}.${this.namespace}.svc.${this.clusterDomain}:${this.writePort}`;
  }

  get metrics() {
    const { name: instance } = this;
    return { selector: { ...SEQUENCER_LABEL, "app.kubernetes.io/instance": instance }, port: EV_NODE_PORTS.metrics };
  }

  get readUrl(): string {
    return `http://${this.name}-read.${this.namespace}.svc.${this.clusterDomain}:${EV_NODE_PORTS.rpc}`;
  }
}
