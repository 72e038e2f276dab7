import {
  ConfigMapV1,
  NamespaceV1,
  NetworkPolicyV1,
  Release,
  ServiceV1,
  StatefulSetV1,
} from "../../constructs/kubernetes/framework/provider";
import { TerraformStack, Testing } from "../../constructs/kubernetes/framework/terraform";
import { ManifestError, toManifests } from "../../manifests";

const LABELS = { "app.kubernetes.io/name": "boot" };

function stack() {
  const scope = new TerraformStack(Testing.app(), "stack");
  const { fqn } = new NamespaceV1(scope, "Namespace", { metadata: { name: "p2p", labels: LABELS } });
  const namespace = `\${${fqn}.metadata[0].name}`;
  const service = new ServiceV1(scope, "Service", {
    metadata: { name: "boot-p2p", namespace },
    spec: {
      selector: LABELS,
      publishNotReadyAddresses: true,
      port: [{ name: "udp", port: 40400, protocol: "UDP", targetPort: "40400" }],
    },
  });
  new ConfigMapV1(scope, "Scripts", {
    metadata: { name: "scripts", namespace },
    data: { "run.sh": 'echo "$${POD_NAME}"\n' },
  });
  const statefulSet = new StatefulSetV1(scope, "Nodes", {
    metadata: { name: "boot", namespace },
    dependsOn: [service],
    waitForRollout: false,
    spec: {
      serviceName: "boot",
      replicas: "3",
      revisionHistoryLimit: 10,
      selector: { matchLabels: LABELS },
      updateStrategy: [{ type: "RollingUpdate", rollingUpdate: [{ partition: 0 }] }],
      template: {
        metadata: { labels: LABELS },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: "1000",
            fsGroup: "1000",
            seccompProfile: { type: "RuntimeDefault" },
          },
          hostAliases: [{ hostnames: ["boot-0"], ip: service.spec.clusterIp }],
          container: [
            { name: "node", image: "node:1", readinessProbe: { tcpSocket: [{ port: "rpc" }], periodSeconds: 5 } },
          ],
          volume: [
            { name: "tmp", emptyDir: {} },
            { name: "scripts", configMap: { name: "scripts", defaultMode: "0555" } },
          ],
        },
      },
      volumeClaimTemplate: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
        },
      ],
    },
  });
  new NetworkPolicyV1(scope, "Deny", {
    metadata: { name: "deny", namespace },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [{ ports: [{ port: "53", protocol: "UDP" }] }],
    },
  });
  new Release(scope, "Release", { name: "r", chart: "./chart", namespace, values: ["a: 1"] });
  return { scope, statefulSet };
}

test("what the bindings synthesize becomes the objects Kubernetes knows", () => {
  const { scope } = stack();
  const { objects, releases } = toManifests(JSON.parse(Testing.synth(scope)));
  expect(objects).toEqual([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "p2p", labels: LABELS } },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "scripts", namespace: "p2p" },
      data: { "run.sh": 'echo "${POD_NAME}"\n' },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "boot-p2p", namespace: "p2p" },
      spec: {
        selector: LABELS,
        publishNotReadyAddresses: true,
        ports: [{ name: "udp", port: 40400, protocol: "UDP", targetPort: 40400 }],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "boot", namespace: "p2p" },
      spec: {
        serviceName: "boot",
        replicas: 3,
        revisionHistoryLimit: 10,
        selector: { matchLabels: LABELS },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        template: {
          metadata: { labels: LABELS },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              fsGroup: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            hostAliases: [{ hostnames: ["boot-0"], ip: "<clusterIP of Service p2p/boot-p2p>" }],
            containers: [
              { name: "node", image: "node:1", readinessProbe: { tcpSocket: { port: "rpc" }, periodSeconds: 5 } },
            ],
            volumes: [
              { name: "tmp", emptyDir: {} },
              { name: "scripts", configMap: { name: "scripts", defaultMode: 0o555 } },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
          },
        ],
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny", namespace: "p2p" },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [],
        egress: [{ ports: [{ port: 53, protocol: "UDP" }] }],
      },
    },
  ]);
  expect(releases).toEqual([
    { name: "r", namespace: "p2p", chart: "./chart", values: { a: 1 }, address: "helm_release.Release" },
  ]);
});

test("the stack's own JSON gives the same as the synthesized one", () => {
  const { scope } = stack();
  expect(toManifests(scope.toTerraform())).toEqual(toManifests(JSON.parse(Testing.synth(scope))));
});

test("an override the view does not know is an error", () => {
  const { scope, statefulSet } = stack();
  statefulSet.addOverride("spec.template.spec.container.0.resize_policy", "Always");
  expect(() => toManifests(scope.toTerraform())).toThrow(ManifestError);
  expect(() => toManifests(scope.toTerraform())).toThrow(
    "kubernetes_stateful_set_v1.Nodes spec.template.spec.container[0].resize_policy: the manifest view does not know",
  );
});
