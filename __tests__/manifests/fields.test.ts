import { toManifests } from "../../manifests";
import type { Block } from "../../manifests/fields/field";
import { kinds } from "../../manifests/fields/kinds";
import { podSpec } from "../../manifests/fields/pod";
import { asField, blockOf, containerOf, METADATA, podOf, sampleOf, view } from "./support";

const leaves = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];

function renamed(block: Block): string[] {
  return Object.entries(block).flatMap(([name, entry]) => {
    const { shape, as } = asField(entry);
    const inner = blockOf(shape);
    return [...(as ? [`${name} ${as}`] : []), ...(inner ? renamed(inner) : [])];
  });
}

test("every field of a pod spec arrives, and nothing is added", () => {
  const sample = sampleOf(podSpec);
  const expected = JSON.stringify(
    leaves(sample)
      .map(leaf => ({ "7": 7, true: true, "0440": 288 })[String(leaf)] ?? leaf)
      .sort(),
  );
  expect(JSON.stringify(leaves(podOf(sample)).sort())).toBe(expected);
  expect(leaves(sample).length).toBeGreaterThan(500);
});

test("plural, abbreviated and capitalized names", () => {
  const pod = podOf({
    container: [
      {
        name: "a",
        port: [{ container_port: 1, host_ip: "10.0.0.1" }],
        volume_mount: [{ name: "v", sub_path_expr: "$(N)" }],
      },
    ],
    init_container: [
      { name: "b", startup_probe: { http_get: { port: "http", http_header: [{ name: "h", value: "v" }] } } },
    ],
    host_pid: true,
    toleration: [{ key: "k", toleration_seconds: "30" }],
    readiness_gate: [{ condition_type: "c" }],
    dns_config: { option: [{ name: "ndots", value: "1" }] },
    security_context: { run_as_non_root: true, sysctl: [{ name: "n", value: "1" }] },
    affinity: { node_affinity: { required_during_scheduling_ignored_during_execution: { node_selector_term: [{}] } } },
    volume: [{ name: "v", downward_api: { items: [{ path: "p", mode: "0400" }] } }],
  });
  expect(pod).toEqual({
    automountServiceAccountToken: true,
    enableServiceLinks: true,
    containers: [
      {
        name: "a",
        ports: [{ containerPort: 1, hostIP: "10.0.0.1" }],
        volumeMounts: [{ name: "v", subPathExpr: "$(N)" }],
      },
    ],
    initContainers: [
      { name: "b", startupProbe: { httpGet: { port: "http", httpHeaders: [{ name: "h", value: "v" }] } } },
    ],
    hostPID: true,
    tolerations: [{ key: "k", tolerationSeconds: 30 }],
    readinessGates: [{ conditionType: "c" }],
    dnsConfig: { options: [{ name: "ndots", value: "1" }] },
    securityContext: { runAsNonRoot: true, sysctls: [{ name: "n", value: "1" }] },
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } } },
    volumes: [{ name: "v", downwardAPI: { items: [{ path: "p", mode: 0o400 }] } }],
  });
});

test("names that are not the Terraform name in camelCase, as the API server's OpenAPI spells them", () => {
  const names = new Set(Object.values(kinds).flatMap(({ fields }) => renamed(fields)));
  expect([...names].sort()).toEqual([
    "ceph_monitors monitors",
    "client_ip clientIP",
    "cluster_ip clusterIP",
    "cluster_ips clusterIPs",
    "container containers",
    "data_disk_uri diskURI",
    "dataset_uuid datasetUUID",
    "downward_api downwardAPI",
    "endpoints_name endpoints",
    "external_ips externalIPs",
    "host_ip hostIP",
    "host_ipc hostIPC",
    "host_pid hostPID",
    "http_header httpHeaders",
    "image_pull_secret imagePullSecrets",
    "init_container initContainers",
    "load_balancer_ip loadBalancerIP",
    "node_selector_term nodeSelectorTerms",
    "on_pod_condition onPodConditions",
    "option options",
    "pd_id pdID",
    "port ports",
    "rados_user user",
    "rbd_image image",
    "rbd_pool pool",
    "readiness_gate readinessGates",
    "rule rules",
    "run_as_username runAsUserName",
    "secret secrets",
    "subject subjects",
    "sysctl sysctls",
    "target_ww_ns targetWWNs",
    "toleration tolerations",
    "topology_spread_constraint topologySpreadConstraints",
    "volume volumes",
    "volume_claim_template volumeClaimTemplates",
    "volume_device volumeDevices",
    "volume_id volumeID",
    "volume_mount volumeMounts",
  ]);
});

test.each([
  ["1000", 1000],
  [0, 0],
])("run_as_user %j is the number %j", (given, wanted) => {
  expect(podOf({ security_context: { run_as_user: given } }).securityContext).toMatchObject({ runAsUser: wanted });
});

test.each([
  ["8080", 8080],
  [8080, 8080],
  ["http", "http"],
])("target_port %j is %j", (given, wanted) => {
  const service = view("kubernetes_service_v1", { spec: { port: { port: 80, target_port: given } } });
  expect(service.spec).toEqual({ ports: [{ port: 80, targetPort: wanted }] });
});

test("a percentage stays text, a count becomes a number", () => {
  const strategy = { rolling_update: { max_surge: "25%", max_unavailable: "0" } };
  expect(view("kubernetes_deployment_v1", { spec: { strategy } }).spec).toEqual({
    strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } },
  });
});

test("file permissions are octal", () => {
  expect(podOf({ volume: [{ name: "v", secret: { default_mode: "0440" } }] }).volumes).toEqual([
    { name: "v", secret: { defaultMode: 288 } },
  ]);
});

test("keys of maps stay as they are, and their values text", () => {
  const maps = { labels: { "app.kubernetes.io/part_of": true, n_1: 1 }, annotations: { host_ip: "x" } };
  expect(
    view("kubernetes_config_map_v1", { metadata: { ...METADATA, ...maps }, data: { pre_stop: "1", "a.sh": "x\ny\n" } }),
  ).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...METADATA, labels: { "app.kubernetes.io/part_of": "true", n_1: "1" }, annotations: { host_ip: "x" } },
    data: { pre_stop: "1", "a.sh": "x\ny\n" },
  });
});

test("quantities stay text", () => {
  expect(
    containerOf({ name: "a", resources: { limits: { cpu: 2, memory: "1.5Gi" }, requests: { "nvidia.com/gpu": "1" } } }),
  ).toEqual({
    name: "a",
    resources: { limits: { cpu: "2", memory: "1.5Gi" }, requests: { "nvidia.com/gpu": "1" } },
  });
});

test("a block that may occur once is an object or a list of one, and an empty list is none", () => {
  const selector = { match_labels: { a: "b" } };
  for (const given of [selector, [selector]]) {
    expect(view("kubernetes_pod_disruption_budget_v1", { spec: { selector: given } }).spec).toEqual({
      selector: { matchLabels: { a: "b" } },
    });
  }
  expect(podOf({ container: { name: "a", lifecycle: { pre_stop: [] } } }).containers).toEqual([
    { name: "a", lifecycle: {} },
  ]);
});

test("what is empty in a NetworkPolicy or a volume means something and stays", () => {
  const spec = {
    pod_selector: {},
    policy_types: ["Ingress", "Egress"],
    ingress: [],
    egress: [{ to: [{ namespace_selector: {} }] }],
  };
  expect(view("kubernetes_network_policy_v1", { spec }).spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [{ to: [{ namespaceSelector: {} }] }],
  });
  expect(podOf({ volume: [{ name: "v", empty_dir: {} }] }).volumes).toEqual([{ name: "v", emptyDir: {} }]);
});

test("every entry of a projected source is a source of its own", () => {
  const sources = [
    { config_map: [{ name: "a" }, { name: "b" }], service_account_token: { path: "t" } },
    { secret: [{ name: "c" }] },
  ];
  expect(podOf({ volume: [{ name: "v", projected: [{ sources }] }] }).volumes).toEqual([
    {
      name: "v",
      projected: {
        sources: [
          { configMap: { name: "a" } },
          { configMap: { name: "b" } },
          { serviceAccountToken: { path: "t" } },
          { secret: { name: "c" } },
        ],
      },
    },
  ]);
});

test("nothing of Terraform's own arguments is shown", () => {
  const own = {
    "//": { metadata: { path: "a/b" } },
    depends_on: ["kubernetes_namespace_v1.x"],
    lifecycle: { ignore_changes: ["data"] },
    provider: "kubernetes.other",
    timeouts: { create: "10m" },
  };
  expect(
    view("kubernetes_job_v1", { ...own, wait_for_completion: true, spec: { completions: 1, template: {} } }),
  ).toEqual({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: METADATA,
    spec: { backoffLimit: 6, completions: 1, template: {} },
  });
});

describe("what the provider fills in", () => {
  test("the namespace", () => {
    const { objects } = toManifests({
      resource: {
        kubernetes_config_map_v1: { x: { metadata: { name: "c" } } },
        kubernetes_namespace_v1: { x: { metadata: { name: "n" } } },
      },
    });
    expect(objects.map(({ metadata }) => metadata)).toEqual([{ name: "n" }, { name: "c", namespace: "default" }]);
  });

  test("a service account's token and a subject's namespace", () => {
    expect(view("kubernetes_service_account_v1", {})).toMatchObject({ automountServiceAccountToken: true });
    expect(view("kubernetes_role_binding_v1", { subject: [{ kind: "ServiceAccount", name: "a" }] }).subjects).toEqual([
      { kind: "ServiceAccount", name: "a", namespace: "default" },
    ]);
  });

  test("a container's security context turns the pod's runAsNonRoot off", () => {
    expect(containerOf({ name: "a", security_context: { run_as_user: "1" } }).securityContext).toEqual({
      allowPrivilegeEscalation: true,
      readOnlyRootFilesystem: false,
      runAsNonRoot: false,
      runAsUser: 1,
    });
    expect(containerOf({ name: "a" })).toEqual({ name: "a" });
  });

  test("no revision history for a StatefulSet, where a Deployment has Kubernetes' own", () => {
    expect(view("kubernetes_stateful_set_v1", { spec: {} }).spec).toEqual({ revisionHistoryLimit: 0 });
    expect(view("kubernetes_deployment_v1", { spec: {} }).spec).toEqual({});
  });

  test("jobs that never restart, and an indexed job's limits", () => {
    expect(view("kubernetes_job_v1", { spec: { parallelism: 2, template: { spec: {} } } }).spec).toEqual({
      backoffLimit: 6,
      completions: 1,
      parallelism: 2,
      template: { spec: { automountServiceAccountToken: true, enableServiceLinks: true, restartPolicy: "Never" } },
    });
    expect(view("kubernetes_job_v1", { spec: { completion_mode: "Indexed" } }).spec).toMatchObject({
      backoffLimitPerIndex: 0,
      maxFailedIndexes: 0,
    });
  });

  test("spread constraints and seccomp profiles", () => {
    const pod = podOf({
      topology_spread_constraint: [{ topology_key: "zone" }],
      security_context: { seccomp_profile: {} },
    });
    expect(pod.topologySpreadConstraints).toEqual([
      { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" },
    ]);
    expect(pod.securityContext).toEqual({ runAsNonRoot: false, seccompProfile: { type: "Unconfined" } });
  });
});

test("objects come in the order in which they can be applied, then by name", () => {
  const named = (...names: string[]) => Object.fromEntries(names.map((name, i) => [`r${i}`, { metadata: { name } }]));
  const resource = {
    kubernetes_network_policy_v1: named("a"),
    kubernetes_stateful_set_v1: named("b", "a"),
    kubernetes_service_v1: named("Z", "a", "B"),
    kubernetes_config_map_v1: named("a"),
    kubernetes_role_binding_v1: named("a"),
    kubernetes_service_account_v1: named("a"),
    kubernetes_namespace_v1: named("z"),
  };
  expect(toManifests({ resource }).objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    "Namespace z",
    "ServiceAccount a",
    "RoleBinding a",
    "ConfigMap a",
    "Service B",
    "Service Z",
    "Service a",
    "StatefulSet a",
    "StatefulSet b",
    "NetworkPolicy a",
  ]);
});

test("objects of one name come by namespace", () => {
  const named = (namespace: string) => ({ metadata: { name: "a", namespace } });
  const { objects } = toManifests({
    resource: { kubernetes_service_v1: { x: named("b"), y: named("a"), z: named("c") } },
  });
  expect(objects.map(({ metadata }) => metadata.namespace)).toEqual(["a", "b", "c"]);
});

test("parts of the JSON that create nothing are passed over", () => {
  expect(toManifests({ "//": {}, terraform: {}, provider: { kubernetes: [] }, output: {} })).toEqual({
    objects: [],
    releases: [],
  });
});
