import {
  ConfigMapV1,
  DeploymentV1,
  type NamespaceV1,
  NetworkPolicyV1,
  PodDisruptionBudgetV1,
  ServiceAccountV1,
  ServiceV1,
} from "../constructs/kubernetes/framework/provider";
import type { TerraformStack } from "../constructs/kubernetes/framework/terraform";
import { INTERNET } from "../constructs/kubernetes/network/internet";
import { scripts } from "./raw-scripts";

const { data, checksum } = scripts([
  "constructs/p2p/scripts/start-node.sh",
  "constructs/p2p/scripts/announce-address.sh",
  "constructs/p2p/scripts/check-synced.sh",
]);

interface RawNode {
  readonly namespace: string;
  readonly name: string;
  readonly role: "full" | "rpc";
  readonly replicas: number;
}

/** A node that joins through the record of `boot`. Nodes of an environment differ in name, role and number. */
export function fullNode(
  stack: TerraformStack,
  ns: NamespaceV1,
  record: ConfigMapV1,
  { namespace, name, role, replicas }: RawNode,
): void {
  const selector = {
    "app.kubernetes.io/name": "aztec",
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": role,
  };
  const labels = {
    ...selector,
    "app.kubernetes.io/part-of": "rollup-network-p2p",
    "app.kubernetes.io/managed-by": "cdktf-rollup-network",
  };
  const metadata = { name, namespace, labels };
  const dependsOn = [ns];
  new ServiceAccountV1(stack, `${name}-account`, { metadata, automountServiceAccountToken: false, dependsOn });
  new ConfigMapV1(stack, `${name}-scripts`, {
    metadata: { name: `${name}-scripts`, namespace, labels },
    data,
    dependsOn,
  });
  new ServiceV1(stack, `${name}-rpc`, {
    metadata,
    spec: { type: "ClusterIP", selector, port: [{ name: "rpc", port: 8080, targetPort: "rpc" }] },
    dependsOn,
  });
  new PodDisruptionBudgetV1(stack, `${name}-budget`, {
    metadata,
    spec: { maxUnavailable: "1", selector: { matchLabels: selector } },
    dependsOn,
  });
  new NetworkPolicyV1(stack, `${name}-policy`, {
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
            { protocol: "TCP", port: "8545" },
            { protocol: "TCP", port: "5052" },
          ],
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "l1" } } }],
        },
        { ports: [{ protocol: "TCP", port: "443" }], to: INTERNET },
      ],
    },
    dependsOn,
  });

  new DeploymentV1(stack, name, {
    metadata,
    waitForRollout: false,
    timeouts: replicas === 2 ? { create: "45m", update: "45m" } : { create: "25m", update: "25m" },
    spec: {
      replicas: String(replicas),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "1", maxUnavailable: "0" } },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels, annotations: { "cdktf-rollup-network/scripts-checksum": checksum } },
        spec: {
          serviceAccountName: name,
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
          ...(replicas > 1 && {
            topologySpreadConstraint: [
              {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: [{ matchLabels: selector }],
              },
              {
                maxSkew: 1,
                topologyKey: "topology.kubernetes.io/zone",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: [{ matchLabels: selector }],
              },
            ],
          }),
          container: [
            {
              name: "node",
              image: "aztecprotocol/aztec:4.1.2",
              imagePullPolicy: "IfNotPresent",
              command: ["/scripts/start-node.sh"],
              args: ["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start", "--node"],
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
                { name: "CRS_PATH", value: "/data/crs" },
                { name: "WS_DB_MAP_SIZE_KB", value: "134217728" },
                { name: "AZTEC_ADMIN_PORT", value: "8880" },
                {
                  name: "AZTEC_ADMIN_API_KEY_HASH",
                  value: "0000000000000000000000000000000000000000000000000000000000000000",
                },
                { name: "REGISTRY_CONTRACT_ADDRESS", value: "0x00000000000000000000000000000000deadbeef" },
                { name: "ETHEREUM_HOSTS", value: "http://l1-execution.l1.svc:8545" },
                { name: "L1_CONSENSUS_HOST_URLS", value: "http://l1-consensus.l1.svc:5052" },
                { name: "NODE_OPTIONS", value: "--no-warnings --max-old-space-size=1536" },
                { name: "NODE_IMAGE", value: "aztecprotocol/aztec:4.1.2" },
                { name: "P2P_PORT", value: "40400" },
                { name: "P2P_BROADCAST_PORT", value: "40400" },
                { name: "ANNOUNCE_MODE", value: "pod" },
                { name: "BOOTNODE_ENR_0", valueFrom: { configMapKeyRef: { name: "boot-enr", key: "boot-0" } } },
                { name: "BOOTSTRAP_NODES", value: "$(BOOTNODE_ENR_0)" },
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
                exec: { command: ["/scripts/check-synced.sh", "node_getWorldStateSyncStatus"] },
                periodSeconds: 15,
                timeoutSeconds: 4,
                failureThreshold: 2,
              },
              resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "2Gi" } },
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
          ],
          volume: [
            { name: "scripts", configMap: { name: `${name}-scripts`, defaultMode: "0555" } },
            { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
            { name: "data", emptyDir: {} },
          ],
        },
      },
    },
    dependsOn: [ns, record],
  });
}
