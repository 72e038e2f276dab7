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
import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { objectLabels, SEQUENCER_LABEL, selectorLabels } from "../../kubernetes/labels";
import { peerOf } from "../../kubernetes/network/endpoint";
import { type PolicyRules, policyOf } from "../../kubernetes/network/policy";
import { tcp } from "../../kubernetes/network/rules";
import { Scripts } from "../../kubernetes/scripts";
import { KubernetesConstruct } from "../../kubernetes/vocabulary/construct";
import { withoutCloudRole } from "../../kubernetes/vocabulary/scope";
import type { SequencerAccess } from "../access";
import { PROXY, proxyConfig } from "./config";
import { proxyPod } from "./pod";
import type { LeaderProxyProps } from "./props";

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
export class LeaderProxy extends KubernetesConstruct {
  readonly service: ServiceV1;
  readonly deployment: DeploymentV1;
  readonly podDisruptionBudget: PodDisruptionBudgetV1;
  readonly networkPolicy?: NetworkPolicyV1;

  constructor(scope: Construct, id: string, props: LeaderProxyProps) {
    super(scope, id, props);
    mustBeKnown(`LeaderProxy ${id}`, props, { spread: true, check: true, nodeRpc: true });
    withoutCloudRole(this);
    const { namespace, networkAccess, nodeRpc } = props;
    const name = `${props.name}-proxy`;
    const selector = proxySelector(props.name);
    const labels = objectLabels(selector, {}, SEQUENCER_LABEL);
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
            nodeRpcPort: nodeRpc?.port,
            queueSeconds: QUEUE_SECONDS,
          }),
        ),
      },
    });
    this.service = new ServiceV1(this, "Service", {
      metadata: { ...metadata, name: props.name },
      spec: {
        type: "ClusterIP",
        selector,
        port: [
          { name: "write", port: props.writePort, targetPort: "write" },
          ...(nodeRpc ? [{ name: "node-rpc", port: nodeRpc.servicePort, targetPort: "node-rpc" }] : []),
        ],
      },
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
          spec: proxyPod(props, name, selector),
        },
      },
    });
    if (networkAccess !== false) {
      const policy = policyOf({ ...metadata, selector, ...rules(props, networkAccess) });
      this.networkPolicy = new NetworkPolicyV1(this, "NetworkPolicy", policy);
    }
    dependOn([this.deployment], [account, scripts, ...(this.networkPolicy ? [this.networkPolicy] : [])]);
  }
}

/** Writers and monitoring reach the proxies; the proxies reach members and nothing else. */
function rules(
  { name, writePort, check, nodeRpc }: LeaderProxyProps,
  { writers = [], submitters = [], monitoring }: SequencerAccess,
): PolicyRules {
  return {
    ingress: [
      ...(writers.length > 0 ? [{ ports: [tcp(PROXY.writePort)], from: writers.map(peerOf) }] : []),
      ...(nodeRpc && submitters.length > 0 ? [{ ports: [tcp(PROXY.nodeRpcPort)], from: submitters.map(peerOf) }] : []),
      ...(monitoring ? [{ ports: [tcp(PROXY.metricsPort)], from: [peerOf({ namespace: monitoring })] }] : []),
    ],
    egress: [
      {
        ports: [writePort, check.port, ...(nodeRpc ? [nodeRpc.port] : [])].map(tcp),
        to: [{ podSelector: { matchLabels: { ...SEQUENCER_LABEL, "app.kubernetes.io/instance": name } } }],
      },
    ],
  };
}
