import type { KubernetesObject, StackManifests } from "../../manifests/objects";
import type { Container, EnvVar } from "../../manifests/read/pod";
import type { PolicySpec } from "../../manifests/read/policy";
import type { WorkloadSpec } from "../../manifests/read/workload";

/** Changes a copy of an environment's manifests. */
type Change = (manifests: StackManifests) => StackManifests;

interface Mutation {
  readonly of: string;
  readonly change: Change;
}

const named = (object: KubernetesObject, name: string) =>
  [object.kind, object.metadata.namespace, object.metadata.name].filter(Boolean).join("/") === name;

const edit =
  (name: string, change: (object: KubernetesObject) => void): Change =>
  ({ objects, releases }) => {
    const found = objects.find(object => named(object, name));
    if (!found) throw new Error(`no ${name}`);
    const copy = structuredClone(found);
    change(copy);
    return { objects: objects.map(object => (object === found ? copy : object)), releases };
  };

/** Sets what stands at a path such as `spec.ports.0.name`, or takes it away. */
export const set = (name: string, path: string, value?: unknown): Change =>
  edit(name, object => {
    const keys = path.split(".");
    const last = keys.pop() as string;
    let holder = object as unknown as Record<string, unknown>;
    for (const key of keys) {
      holder[key] ??= {};
      holder = holder[key] as Record<string, unknown>;
    }
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  });

const remove =
  (name: string): Change =>
  ({ objects, releases }) => ({ objects: objects.filter(object => !named(object, name)), releases });

/** A policy for pods of another name. */
const add =
  (like: string, name: string): Change =>
  ({ objects, releases }) => {
    const policy = objects.find(object => named(object, like)) as KubernetesObject;
    const spec = {
      ...(policy.spec as PolicySpec),
      podSelector: { matchLabels: { "app.kubernetes.io/instance": name } },
    };
    return { objects: [...objects, { ...policy, metadata: { ...policy.metadata, name }, spec }], releases };
  };

const all =
  (...changes: Change[]): Change =>
  manifests =>
    changes.reduce((changed, change) => change(changed), manifests);

/** A release's PodMonitor reads another port. */
const monitors =
  (port: string): Change =>
  ({ objects, releases }) => ({
    objects,
    releases: JSON.parse(JSON.stringify(releases).replaceAll('"port":"metrics"', `"port":"${port}"`)),
  });

const BOOT = "StatefulSet/mainnet-p2p/boot";
const FULL = "Deployment/devnet-p2p/full";
const SEQ = "StatefulSet/devnet-seq/seq";
const PROXY = "Deployment/devnet-seq/seq-proxy";
const JOB = "Job/devnet-spike/spike-bootstrap";
const POD = "spec.template.spec";
const NODE = `${POD}.containers.0`;

const mainnet = (change: Change): Mutation => ({ of: "mainnet", change });
const devnet = (change: Change): Mutation => ({ of: "devnet", change });
const staging = (change: Change): Mutation => ({ of: "staging", change });

const role = (rule: object): Mutation => devnet(set("Role/devnet-seq/seq-status", "rules.0", rule));

const variable = (env: EnvVar): Mutation =>
  devnet(
    edit(FULL, ({ spec }) => {
      const [node] = (spec as WorkloadSpec).template.spec.containers as [Container];
      (node.env as EnvVar[]).push(env);
    }),
  );

/** A flag of a container of the OP Stack example has another value. */
export const opStackFlag = (container: string, flag: string, value: string): Change =>
  edit("StatefulSet/seq-op-stack/seq", ({ spec }) => {
    const { containers } = (spec as WorkloadSpec).template.spec;
    const found = containers?.find(({ name }) => name === container) as { args: readonly string[] };
    found.args = [...found.args.filter(each => !each.startsWith(`--${flag}=`)), `--${flag}=${value}`];
  });

export const OP_SINGLE = "StatefulSet/seq-op-single/seq";

/** The flag with which a single op-node waits is another one, at the end. */
export const opNodeStopped = (...flags: readonly string[]): Change =>
  edit(OP_SINGLE, ({ spec }) => {
    const node = (spec as WorkloadSpec).template.spec.containers?.[0] as { args: readonly string[] };
    node.args = [...node.args.filter(each => each !== "--sequencer.stopped"), ...flags];
  });

/** The same object once more, under another name. */
export const again =
  (like: string, name: string): Change =>
  ({ objects, releases }) => {
    const object = objects.find(each => named(each, like)) as KubernetesObject;
    return { objects: [...objects, { ...object, metadata: { ...object.metadata, name } }], releases };
  };

/** For every rule, a manifest that breaks only it. */
export const mutations: Readonly<Record<string, Mutation>> = {
  "run-as-non-root": mainnet(set(BOOT, `${NODE}.securityContext.runAsNonRoot`, false)),
  "high-uid": mainnet(set(BOOT, `${POD}.securityContext.runAsUser`, 1000)),
  "no-privilege-escalation": mainnet(set(BOOT, `${NODE}.securityContext.allowPrivilegeEscalation`)),
  "not-privileged": mainnet(set(BOOT, `${NODE}.securityContext.privileged`, true)),
  "drop-capabilities": mainnet(set(BOOT, `${NODE}.securityContext.capabilities.add`, ["NET_ADMIN"])),
  "seccomp-profile": mainnet(set(BOOT, `${NODE}.securityContext.seccompProfile.type`, "Unconfined")),
  "read-only-root": mainnet(set(BOOT, `${NODE}.securityContext.readOnlyRootFilesystem`, false)),
  "no-host-namespaces": mainnet(set(BOOT, `${POD}.hostPID`, true)),
  "no-host-ports": mainnet(set(BOOT, `${NODE}.ports.0.hostPort`, 8080)),
  "volume-types": mainnet(set(BOOT, `${POD}.volumes.1`, { name: "tmp", hostPath: { path: "/tmp" } })),
  "service-links": mainnet(set(BOOT, `${POD}.enableServiceLinks`, true)),
  "own-service-account": mainnet(set(BOOT, `${POD}.serviceAccountName`, "default")),
  "token-automount": mainnet(set(BOOT, `${POD}.automountServiceAccountToken`, true)),

  "image-tag": mainnet(set(BOOT, `${NODE}.image`, "registry.example.org:5000/aztec")),
  "image-digest": { of: "digests", change: set(BOOT, `${NODE}.image`, "aztecprotocol/aztec:4.1.2") },
  "image-pull-policy": mainnet(set(BOOT, `${NODE}.imagePullPolicy`, "Always")),
  resources: mainnet(set(BOOT, `${NODE}.resources.limits.memory`)),
  "no-cpu-limit": mainnet(set(BOOT, `${NODE}.resources.limits.cpu`, "1")),
  "readiness-probe": mainnet(set(BOOT, `${NODE}.readinessProbe`)),
  "startup-probe": mainnet(set(BOOT, `${NODE}.startupProbe`)),
  "probes-differ": mainnet(set(BOOT, `${NODE}.livenessProbe`, { httpGet: { path: "/status", port: "rpc" } })),
  "probe-port": mainnet(set(BOOT, `${NODE}.readinessProbe.httpGet.port`, "http")),
  "env-unique": variable({ name: "HOME", value: "/data" }),
  "priority-class": devnet(set(SEQ, `${POD}.priorityClassName`)),

  "selector-matches-template": mainnet(set(BOOT, "spec.selector.matchLabels.team", "network")),
  "disruption-budget": mainnet(remove("PodDisruptionBudget/mainnet-p2p/boot")),
  "disruption-budget-evicts": mainnet(
    set("PodDisruptionBudget/mainnet-p2p/boot", "spec", {
      minAvailable: "100%",
      selector: { matchLabels: { "app.kubernetes.io/instance": "boot" } },
    }),
  ),
  "disruption-budget-quorum": devnet(set("PodDisruptionBudget/devnet-seq/seq", "spec.maxUnavailable", "50%")),
  spread: mainnet(set(BOOT, `${POD}.topologySpreadConstraints`)),
  replicas: devnet(set(PROXY, "spec.replicas", 1)),
  "rolling-update": mainnet(set(BOOT, "spec.updateStrategy.type", "OnDelete")),
  "termination-grace": devnet(set(PROXY, `${POD}.terminationGracePeriodSeconds`, 13)),
  "stable-annotations": mainnet(set(BOOT, "spec.template.metadata.annotations.restarted", "2026-11-20T10:00:00Z")),
  "job-bounds": devnet(set(JOB, "spec.activeDeadlineSeconds")),
  "job-no-ttl": devnet(set(JOB, "spec.ttlSecondsAfterFinished", 600)),

  "rbac-wildcard": role({ apiGroups: ["*"], resources: ["pods"], resourceNames: ["seq-0"], verbs: ["get"] }),
  "rbac-secrets": role({ apiGroups: [""], resources: ["secrets"], resourceNames: ["seq-signer"], verbs: ["get"] }),
  "rbac-pod-exec": role({ apiGroups: [""], resources: ["pods/attach"], verbs: ["create"] }),
  "rbac-escalation": role({ apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] }),
  "rbac-named-objects": role({ apiGroups: [""], resources: ["pods"], verbs: ["list"] }),
  "rbac-binding": mainnet(set("RoleBinding/mainnet-p2p/boot-enr", "roleRef.kind", "ClusterRole")),

  "secret-env": variable({ name: "L1_URL", valueFrom: { secretKeyRef: { name: "l1", key: "url" } } }),
  "secret-text": variable({ name: "L1_URL", value: "https://user:password@l1.example.org" }),

  "default-deny": mainnet(remove("NetworkPolicy/mainnet-p2p/default-deny")),
  "pod-policy": mainnet(remove("NetworkPolicy/mainnet-p2p/full")),
  "policy-target": mainnet(add("NetworkPolicy/mainnet-p2p/full", "gone")),
  "open-ingress": mainnet(set("NetworkPolicy/mainnet-p2p/rpc", "spec.ingress.1.from")),
  "open-egress": mainnet(set("NetworkPolicy/mainnet-p2p/rpc", "spec.egress.1", {})),

  "service-target": mainnet(set("Service/mainnet-p2p/rpc", "spec.selector", { app: "rpc" })),
  "service-target-port": mainnet(set("Service/mainnet-p2p/rpc", "spec.ports.0.targetPort", "http")),
  "exposed-service": mainnet(set("Service/mainnet-p2p/rpc", "spec.type", "NodePort")),
  "external-traffic-local": mainnet(
    all(
      set("Service/mainnet-p2p/boot-p2p", "spec.type", "LoadBalancer"),
      set("Service/mainnet-p2p/boot-p2p", "spec.loadBalancerIP", "10.96.7.7"),
    ),
  ),
  "p2p-port-parity": devnet(set(FULL, `${NODE}.ports.2.containerPort`, 40401)),
  "p2p-not-ready": mainnet(set("Service/mainnet-p2p/boot-p2p", "spec.publishNotReadyAddresses")),
  "headless-service": mainnet(set("Service/mainnet-p2p/boot-headless", "spec.clusterIP")),
  "monitor-target": mainnet(monitors("telemetry")),

  "claim-retention": mainnet(set(BOOT, "spec.persistentVolumeClaimRetentionPolicy.whenScaled", "Delete")),
  "identity-on-claim": mainnet(set(BOOT, `${NODE}.volumeMounts.0.name`, "tmp")),
  "own-node-key": mainnet(set(BOOT, `${NODE}.volumeMounts.4.subPathExpr`)),
  "one-signer": devnet(set(SEQ, `${NODE}.env.2.value`, "single")),
  "announced-address": mainnet(set("Service/mainnet-p2p/boot-1-p2p", "spec.clusterIP", "10.96.7.99")),
  "op-stack-loopback": { of: "op-stack", change: opStackFlag("conductor", "rpc.addr", "0.0.0.0") },
  "op-conductor-health": { of: "op-stack", change: opStackFlag("conductor", "healthcheck.min-peer-count", "3") },
  "op-node-stopped": { of: "op-stack-single", change: opNodeStopped() },

  namespace: mainnet(remove("Namespace/mainnet-p2p")),
  "pod-security-level": mainnet(
    set("Namespace/mainnet-p2p", "metadata.labels", { "pod-security.kubernetes.io/enforce": "privileged" }),
  ),
  "stable-api": mainnet(set("PodDisruptionBudget/mainnet-p2p/boot", "apiVersion", "policy/v1beta1")),
  "label-values": mainnet(set("Service/mainnet-p2p/rpc", "metadata.labels.team", "network/p2p")),
};

/** The waiver that the announce mode documents does not reach further than it says. */
export const beyondTheAnnounceMode: Readonly<Record<string, Mutation>> = {
  "an RPC port on the host": staging(set("StatefulSet/staging-p2p/boot", `${NODE}.ports.0.hostPort`, 8080)),
  "a host port where restricted is enforced": staging(
    set("Namespace/staging-p2p", "metadata.labels", { "pod-security.kubernetes.io/enforce": "restricted" }),
  ),
};

/** The API server gives no endpoints to a Service without a selector. */
export const governedByNoSelector = set("Service/mainnet-p2p/boot-headless", "spec.selector");

export const initContainerByLatest = set(JOB, `${POD}.initContainers.0.image`, "node:latest");
