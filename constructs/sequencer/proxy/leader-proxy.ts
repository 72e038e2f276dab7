import { join } from "node:path";
import { dependOn } from "../../kubernetes/framework/depend";
import { escapeTerraform } from "../../kubernetes/framework/escape";
import {
  DeploymentV1,
  NetworkPolicyV1,
  PodDisruptionBudgetV1,
  ServiceAccountV1,
  ServiceV1,
} from "../../kubernetes/framework/provider";
import { Construct } from "../../kubernetes/framework/terraform";
import { objectLabels, SEQUENCER_LABEL, selectorLabels } from "../../kubernetes/labels";
import { peerOf } from "../../kubernetes/network/endpoint";
import { policyOf } from "../../kubernetes/network/policy";
import { tcp } from "../../kubernetes/network/rules";
import { CONTAINER_SECURITY, POD_SECURITY } from "../../kubernetes/pod-security";
import { Scripts } from "../../kubernetes/scripts";
import type { SequencerAccess } from "../access";
import { memberAddresses } from "../mesh/member-mesh";
import { type LeaderCheck, PROXY, proxyConfig } from "./config";

export type { LeaderCheck } from "./config";

/** What a `LeaderProxy` takes; a sequencer of several members makes one of its own. */
export interface LeaderProxyProps {
  readonly namespace: string;
  /** Name of the sequencer, whose write Service it is. */
  readonly name: string;
  readonly image: string;
  /** A Service per member. */
  readonly services: readonly ServiceV1[];
  /** Port of transactions, of members and of the Service. */
  readonly writePort: number;
  /** How a member says that it leads. */
  readonly check: LeaderCheck;
  readonly spread: "hard" | "soft";
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** @default - the cluster's default */
  readonly priorityClassName?: string;
  /** @default - none */
  readonly imagePullSecrets?: readonly string[];
  readonly networkAccess: SequencerAccess | false;
}

/** How long a write waits for a leader, in seconds: longer than a failover takes, shorter than clients wait. */
const QUEUE_SECONDS = 10;

const REPLICAS = 2;

/** Selects the proxies of a sequencer. */
export function proxySelector(name: string): Record<string, string> {
  return selectorLabels("haproxy", name, "leader-proxy");
}

/**
 * Two HAProxies that ask every member twice a second whether it leads, send writes to the one that does, and let them
 * wait through a failover. Members are dialled at the addresses of their Services, so nothing is resolved while one is
 * lost. The servers that are up in backend `write` (`haproxy_backend_active_servers`) are the leaders there are.
 *
 * Creates: ServiceAccount, ConfigMap and Deployment `<name>-proxy`, Service `<name>`, PodDisruptionBudget,
 * NetworkPolicy.
 */
export class LeaderProxy extends Construct {
  readonly service: ServiceV1;
  readonly deployment: DeploymentV1;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  readonly networkPolicy?: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: LeaderProxyProps) {
    super(scope, id);
    const { namespace, networkAccess } = props;
    const name = `${props.name}-proxy`;
    const selector = proxySelector(props.name);
    const labels = objectLabels(selector, props.labels, SEQUENCER_LABEL);
    const metadata = { name, namespace, labels };
    const account = new ServiceAccountV1(this, "ServiceAccount", { metadata, automountServiceAccountToken: false });
    const scripts = new Scripts(this, "Scripts", {
      namespace,
      name,
      labels,
      files: [join(__dirname, "scripts/proxy.lua")],
      texts: {
        "haproxy.cfg": escapeTerraform(
          proxyConfig({
            name: props.name,
            members: props.services.length,
            writePort: props.writePort,
            check: props.check,
            queueSeconds: QUEUE_SECONDS,
          }),
        ),
      },
    });
    this.service = new ServiceV1(this, "Service", {
      metadata: { ...metadata, name: props.name },
      spec: { type: "ClusterIP", selector, port: [{ name: "write", port: props.writePort, targetPort: "write" }] },
    });
    this.podDisruptionBudget = new PodDisruptionBudgetV1(this, "DisruptionBudget", {
      metadata,
      spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    });
    this.deployment = new DeploymentV1(this, "Deployment", {
      metadata,
      waitForRollout: false,
      spec: {
        replicas: String(REPLICAS),
        revisionHistoryLimit: 10,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "0", maxUnavailable: "1" } },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels, annotations: { "cdktf-rollup-network/config-checksum": scripts.checksum } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 30,
            securityContext: POD_SECURITY,
            ...(Object.keys(props.nodeSelector ?? {}).length > 0 && { nodeSelector: { ...props.nodeSelector } }),
            ...(props.priorityClassName && { priorityClassName: props.priorityClassName }),
            ...(props.imagePullSecrets?.length && {
              imagePullSecrets: props.imagePullSecrets.map(secret => ({ name: secret })),
            }),
            topologySpreadConstraint: [
              {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                whenUnsatisfiable: props.spread === "hard" ? "DoNotSchedule" : "ScheduleAnyway",
                labelSelector: [{ matchLabels: selector }],
              },
            ],
            container: [
              {
                name: "proxy",
                image: props.image,
                imagePullPolicy: "IfNotPresent",
                command: ["haproxy", "-W", "-f", `${Scripts.MOUNT_PATH}/haproxy.cfg`],
                env: memberAddresses(props.services),
                port: [
                  { name: "write", containerPort: PROXY.writePort, protocol: "TCP" },
                  { name: "metrics", containerPort: PROXY.metricsPort, protocol: "TCP" },
                ],
                // It would drop what it has at once: first nobody is sent to it any more, then what it has may end.
                lifecycle: { preStop: [{ exec: { command: ["sh", "-c", "sleep 3; kill -USR1 1; sleep 10"] } }] },
                readinessProbe: {
                  httpGet: { path: "/healthz", port: "metrics" },
                  periodSeconds: 2,
                  timeoutSeconds: 1,
                  failureThreshold: 2,
                },
                livenessProbe: {
                  httpGet: { path: "/healthz", port: "metrics" },
                  periodSeconds: 10,
                  timeoutSeconds: 3,
                  failureThreshold: 3,
                },
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "192Mi" } },
                securityContext: CONTAINER_SECURITY,
                volumeMount: [
                  { name: "scripts", mountPath: Scripts.MOUNT_PATH, readOnly: true },
                  { name: "tmp", mountPath: "/tmp" },
                ],
              },
            ],
            volume: [
              { name: "scripts", configMap: { name, defaultMode: "0444" } },
              { name: "tmp", emptyDir: {} },
            ],
          },
        },
      },
    });
    if (networkAccess !== false) {
      const writers = (networkAccess.writers ?? []).map(peerOf);
      const policy = policyOf({
        ...metadata,
        selector,
        ingress: [
          ...(writers.length > 0 ? [{ ports: [tcp(PROXY.writePort)], from: writers }] : []),
          ...(networkAccess.monitoring
            ? [{ ports: [tcp(PROXY.metricsPort)], from: [peerOf({ namespace: networkAccess.monitoring })] }]
            : []),
        ],
        egress: [
          {
            ports: [tcp(props.writePort), tcp(props.check.port)],
            to: [{ podSelector: { matchLabels: { ...SEQUENCER_LABEL, "app.kubernetes.io/instance": props.name } } }],
          },
        ],
      });
      this.networkPolicy = new NetworkPolicyV1(this, "NetworkPolicy", policy);
    }
    dependOn([this.deployment], [account, scripts, ...(this.networkPolicy ? [this.networkPolicy] : [])]);
  }
}
