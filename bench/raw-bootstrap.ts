import {
  ConfigMapV1,
  type NamespaceV1,
  NetworkPolicyV1,
  PodDisruptionBudgetV1,
  RoleBindingV1,
  RoleV1,
  ServiceAccountV1,
  ServiceV1,
  StatefulSetV1,
} from "../constructs/kubernetes/framework/provider";
import type { TerraformStack } from "../constructs/kubernetes/framework/terraform";
import { scripts } from "./raw-scripts";

const { data, checksum } = scripts([
  "constructs/p2p/scripts/start-node.sh",
  "constructs/p2p/scripts/announce-address.sh",
  "constructs/p2p/scripts/pin-enr.mjs",
  "bundles/p2p-agent.mjs",
]);

/** The bootstrap node `boot` of an environment. */
export function bootstrapNode(stack: TerraformStack, ns: NamespaceV1, namespace: string) {
  const selector = {
    "app.kubernetes.io/name": "aztec",
    "app.kubernetes.io/instance": "boot",
    "app.kubernetes.io/component": "bootstrap",
  };
  const labels = {
    ...selector,
    "app.kubernetes.io/part-of": "rollup-network-p2p",
    "app.kubernetes.io/managed-by": "cdktf-rollup-network",
  };
  const metadata = { name: "boot", namespace, labels };
  new ServiceAccountV1(stack, "boot-account", { metadata, automountServiceAccountToken: false, dependsOn: [ns] });
  new ConfigMapV1(stack, "boot-scripts", {
    metadata: { name: "boot-scripts", namespace, labels },
    data,
    dependsOn: [ns],
  });

  const record = new ConfigMapV1(stack, "boot-enr", {
    metadata: { name: "boot-enr", namespace, labels },
    lifecycle: { ignoreChanges: ["data"] },
    dependsOn: [ns],
  });
  const role = new RoleV1(stack, "boot-enr-role", {
    metadata: { name: "boot-enr", namespace, labels },
    rule: [
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["boot-enr"], verbs: ["get", "patch"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    ],
    dependsOn: [ns],
  });
  const binding = new RoleBindingV1(stack, "boot-enr-role-binding", {
    metadata: { name: "boot-enr", namespace, labels },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "boot-enr" },
    subject: [{ kind: "ServiceAccount", name: "boot", namespace }],
    dependsOn: [ns, role],
  });

  new ServiceV1(stack, "boot-rpc", {
    metadata,
    spec: { type: "ClusterIP", selector, port: [{ name: "rpc", port: 8080, targetPort: "rpc" }] },
    dependsOn: [ns],
  });
  const headless = new ServiceV1(stack, "boot-headless", {
    metadata: { name: "boot-headless", namespace, labels },
    spec: {
      clusterIp: "None",
      publishNotReadyAddresses: true,
      selector,
      port: [{ name: "rpc", port: 8080, targetPort: "rpc" }],
    },
    dependsOn: [ns],
  });
  const p2pService = new ServiceV1(stack, "boot-p2p", {
    metadata: { name: "boot-p2p", namespace, labels },
    spec: {
      type: "ClusterIP",
      publishNotReadyAddresses: true,
      selector: { ...selector, "statefulset.kubernetes.io/pod-name": "boot-0" },
      port: [
        { name: "p2p-tcp", protocol: "TCP", port: 40400, targetPort: "p2p-tcp" },
        { name: "p2p-udp", protocol: "UDP", port: 40400, targetPort: "p2p-udp" },
      ],
    },
    dependsOn: [ns],
  });
  new PodDisruptionBudgetV1(stack, "boot-budget", {
    metadata,
    spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    dependsOn: [ns],
  });
  new NetworkPolicyV1(stack, "boot-policy", {
    metadata,
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          ports: [
            { protocol: "TCP", port: "40400" },
            { protocol: "UDP", port: "40400" },
          ],
          from: [{ podSelector: { matchLabels: { "app.kubernetes.io/part-of": "rollup-network-p2p" } } }],
        },
      ],
      egress: [
        {
          ports: [
            { protocol: "UDP", port: "53" },
            { protocol: "TCP", port: "53" },
          ],
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
            { ipBlock: { cidr: "169.254.20.10/32" } },
          ],
        },
        { to: [{ podSelector: { matchLabels: { "app.kubernetes.io/part-of": "rollup-network-p2p" } } }] },
        {
          ports: [
            { protocol: "TCP", port: "443" },
            { protocol: "TCP", port: "6443" },
          ],
          to: [
            {
              ipBlock: {
                cidr: "0.0.0.0/0",
                except: ["169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32"],
              },
            },
            {
              ipBlock: { cidr: "::/0", except: ["fe80::/10", "fd00:ec2::/32", "fd20:ce::254/128", "fd00:42::42/128"] },
            },
          ],
        },
      ],
    },
    dependsOn: [ns],
  });

  new StatefulSetV1(stack, "boot", {
    metadata,
    waitForRollout: true,
    timeouts: { create: "25m", update: "25m" },
    spec: {
      serviceName: "boot-headless",
      replicas: "1",
      revisionHistoryLimit: 10,
      podManagementPolicy: "Parallel",
      updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
      persistentVolumeClaimRetentionPolicy: [{ whenDeleted: "Retain", whenScaled: "Retain" }],
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, annotations: { "cdktf-rollup-network/scripts-checksum": checksum } },
        spec: {
          serviceAccountName: "boot",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 60,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: "10001",
            runAsGroup: "10001",
            fsGroup: "10001",
            fsGroupChangePolicy: "OnRootMismatch",
            sysctl: [{ name: "net.ipv4.ip_local_reserved_ports", value: "40400" }],
            seccompProfile: { type: "RuntimeDefault" },
          },
          container: [
            {
              name: "node",
              image: "aztecprotocol/aztec:4.1.2",
              imagePullPolicy: "IfNotPresent",
              command: ["/scripts/start-node.sh"],
              args: ["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start", "--p2p-bootstrap"],
              env: [
                { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "HOME", value: "/tmp" },
                { name: "L1_CHAIN_ID", value: "31337" },
                { name: "LOG_LEVEL", value: "info" },
                { name: "LOG_JSON", value: "1" },
                { name: "AZTEC_PORT", value: "8080" },
                { name: "P2P_ENABLED", value: "true" },
                { name: "P2P_LISTEN_ADDR", value: "0.0.0.0" },
                { name: "DATA_DIRECTORY", value: "/data/data" },
                { name: "DATA_STORE_MAP_SIZE_KB", value: "134217728" },
                { name: "BB_WORKING_DIRECTORY", value: "/tmp/bb" },
                { name: "ACVM_WORKING_DIRECTORY", value: "/tmp/acvm" },
                { name: "OTEL_SERVICE_NAME", value: "boot-node" },
                {
                  name: "NODE_OPTIONS",
                  value: "--no-warnings --max-old-space-size=768 --import=file:///scripts/pin-enr.mjs",
                },
                { name: "NODE_IMAGE", value: "aztecprotocol/aztec:4.1.2" },
                { name: "P2P_PORT", value: "40400" },
                { name: "P2P_BROADCAST_PORT", value: "40400" },
                { name: "ANNOUNCE_MODE", value: "service" },
                { name: "ANNOUNCE_HOST", value: `boot-p2p.${namespace}.svc.cluster.local` },
                {
                  name: "PIN_ENR_MODULE",
                  value: "/usr/src/yarn-project/node_modules/@nethermindeth/discv5/lib/config/index.js",
                },
              ],
              port: [
                { name: "rpc", containerPort: 8080, protocol: "TCP" },
                { name: "p2p-tcp", containerPort: 40400, protocol: "TCP" },
                { name: "p2p-udp", containerPort: 40400, protocol: "UDP" },
              ],
              startupProbe: {
                httpGet: { path: "/status", port: "rpc" },
                periodSeconds: 10,
                timeoutSeconds: 2,
                failureThreshold: 120,
              },
              readinessProbe: {
                httpGet: { path: "/status", port: "rpc" },
                periodSeconds: 15,
                timeoutSeconds: 2,
                failureThreshold: 2,
              },
              resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "1Gi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
              },
              volumeMount: [
                { name: "data", mountPath: "/data" },
                { name: "tmp", mountPath: "/tmp" },
                { name: "scripts", mountPath: "/scripts", readOnly: true },
              ],
            },
            {
              name: "agent",
              image: "aztecprotocol/aztec:4.1.2",
              imagePullPolicy: "IfNotPresent",
              command: ["node", "/scripts/p2p-agent.mjs"],
              env: [
                { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
                { name: "POD_UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
                { name: "NODE_OPTIONS", value: "--max-old-space-size=64" },
                { name: "AGENT_PORT", value: "9102" },
                { name: "AGENT_RPC_URL", value: "http://127.0.0.1:8080" },
                { name: "AGENT_PEERS_METHOD", value: "bootstrap_getRoutingTable" },
                { name: "AGENT_ENR_METHOD", value: "bootstrap_getEncodedEnr" },
                { name: "AGENT_CONFIG_MAP", value: "boot-enr" },
                { name: "AGENT_ANNOUNCED_PORT", value: "40400" },
                { name: "AGENT_ANNOUNCED_HOST", value: `boot-p2p.${namespace}.svc.cluster.local` },
              ],
              port: [{ name: "metrics", containerPort: 9102, protocol: "TCP" }],
              resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
              },
              volumeMount: [
                { name: "scripts", mountPath: "/scripts", readOnly: true },
                { name: "agent-token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true },
              ],
            },
          ],
          volume: [
            { name: "scripts", configMap: { name: "boot-scripts", defaultMode: "0555" } },
            { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
            {
              name: "agent-token",
              projected: [
                {
                  defaultMode: "0440",
                  sources: [
                    { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
                    { configMap: [{ name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] }] },
                  ],
                },
              ],
            },
          ],
        },
      },
      volumeClaimTemplate: [
        {
          metadata: { name: "data", labels: selector },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
        },
      ],
    },
    dependsOn: [ns, headless, p2pService, record, role, binding],
  });
  return { record, p2pService };
}
