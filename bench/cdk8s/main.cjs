// `main.cjs N FOLDER`: N environments of the bench with cdk8s-plus, as its users would write them.
// What it has no class for is an ApiObject.
const { readFileSync } = require("node:fs");
const { basename, join } = require("node:path");
const { ApiObject, App, Chart, Duration, Size } = require("cdk8s");
const plus = require("cdk8s-plus-33");

const [count, outdir] = process.argv.slice(2);
const root = join(__dirname, "../..");
const scripts = (...files) =>
  Object.fromEntries(files.map(file => [basename(file), readFileSync(join(root, file), "utf8")]));
const COMMON = ["constructs/p2p/scripts/start-node.sh", "constructs/p2p/scripts/announce-address.sh"];
const BOOTSTRAP = scripts(...COMMON, "constructs/p2p/scripts/pin-enr.mjs", "bundles/p2p-agent.mjs");
const JOINING = scripts(...COMMON, "constructs/p2p/scripts/check-synced.sh");
const METADATA = ["169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32"];
const NODES = [
  { name: "boot", role: "bootstrap", replicas: 1 },
  { name: "full", role: "full", replicas: 2 },
  { name: "full-b", role: "full", replicas: 2 },
  { name: "full-c", role: "full", replicas: 1 },
  { name: "rpc", role: "rpc", replicas: 2 },
  { name: "rpc-b", role: "rpc", replicas: 1 },
];
const ENV = {
  ...{ HOME: "/tmp", L1_CHAIN_ID: "31337", LOG_LEVEL: "info", LOG_JSON: "1", AZTEC_PORT: "8080", P2P_ENABLED: "true" },
  ...{
    P2P_LISTEN_ADDR: "0.0.0.0",
    DATA_DIRECTORY: "/data/data",
    DATA_STORE_MAP_SIZE_KB: "134217728",
    BB_WORKING_DIRECTORY: "/tmp/bb",
    ACVM_WORKING_DIRECTORY: "/tmp/acvm",
    P2P_PORT: "40400",
  },
  ...{ P2P_BROADCAST_PORT: "40400", NODE_IMAGE: "aztecprotocol/aztec:4.1.2" },
};
const BOOTSTRAP_ENV = {
  ...{
    OTEL_SERVICE_NAME: "boot-node",
    NODE_OPTIONS: "--no-warnings --max-old-space-size=768",
    ANNOUNCE_MODE: "service",
  },
  PIN_ENR_MODULE: "/usr/src/yarn-project/node_modules/@nethermindeth/discv5/lib/config/index.js",
};
const JOINING_ENV = {
  ...{ NODE_OPTIONS: "--no-warnings --max-old-space-size=1536", ANNOUNCE_MODE: "pod", CRS_PATH: "/data/crs" },
  ...{ WS_DB_MAP_SIZE_KB: "134217728", AZTEC_ADMIN_PORT: "8880" },
  ...{
    REGISTRY_CONTRACT_ADDRESS: "0x00000000000000000000000000000000deadbeef",
    ETHEREUM_HOSTS: "http://l1-execution.l1.svc:8545",
  },
  ...{ L1_CONSENSUS_HOST_URLS: "http://l1-consensus.l1.svc:5052", BOOTSTRAP_NODES: "$(BOOTNODE_ENR_0)" },
};
const PROTOCOL = plus.Protocol;
const PORTS = [
  { name: "rpc", number: 8080 },
  { name: "p2p-tcp", number: 40400, protocol: PROTOCOL.TCP },
  { name: "p2p-udp", number: 40400, protocol: PROTOCOL.UDP },
];

const values = env =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, plus.EnvValue.fromValue(value)]));

const resources = (cpu, memory, limit) => ({
  cpu: { request: plus.Cpu.millis(cpu) },
  memory: { request: Size.mebibytes(memory), limit: Size.mebibytes(limit) },
});

function environment(app, namespace) {
  const chart = new Chart(app, namespace, { namespace });
  new plus.Namespace(chart, "namespace", {
    metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  });
  new plus.NetworkPolicy(chart, "default-deny", {
    metadata: { name: "default-deny" },
    ingress: { default: plus.NetworkPolicyTrafficDefault.DENY },
    egress: { default: plus.NetworkPolicyTrafficDefault.DENY },
  });
  const record = new plus.ConfigMap(chart, "record", { metadata: { name: "boot-enr" } });
  for (const node of NODES) addNode(chart, node, record);
}

function addNode(chart, { name, role, replicas }, record) {
  const bootstrap = role === "bootstrap";
  const selector = {
    "app.kubernetes.io/name": "aztec",
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": role,
  };
  const labels = { ...selector, "app.kubernetes.io/part-of": "rollup-network-p2p" };
  const id = part => `${name}-${part}`;
  const metadata = { name, labels };
  const serviceAccount = new plus.ServiceAccount(chart, id("account"), { metadata });
  const config = new plus.ConfigMap(chart, id("scripts"), {
    metadata: { name: `${name}-scripts`, labels },
    data: bootstrap ? BOOTSTRAP : JOINING,
  });
  const service = (part, props) =>
    new plus.Service(chart, id(part), {
      ports: [{ name: "rpc", port: 8080 }],
      ...props,
      metadata: { name: part === "rpc" ? name : `${name}-${part}`, labels },
    });
  const services = [service("rpc")];
  new ApiObject(chart, id("budget"), {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
  });
  const scriptsVolume = plus.Volume.fromConfigMap(chart, id("scripts-volume"), config, { defaultMode: 0o555 });
  const mounts = [
    { path: "/data", volume: plus.Volume[bootstrap ? "fromName" : "fromEmptyDir"](chart, id("data"), "data") },
    { path: "/tmp", volume: plus.Volume.fromEmptyDir(chart, id("tmp"), "tmp") },
    { path: "/scripts", volume: scriptsVolume, readOnly: true },
  ];
  const security = {
    user: 10001,
    group: 10001,
    ensureNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
  };
  const image = "aztecprotocol/aztec:4.1.2";
  const status = seconds => plus.Probe.fromHttpGet("/status", { port: 8080, periodSeconds: Duration.seconds(seconds) });
  const container = {
    name: "node",
    image,
    command: ["/scripts/start-node.sh"],
    args: ["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start", bootstrap ? "--p2p-bootstrap" : "--node"],
    ports: PORTS,
    envVariables: {
      ...values({ ...ENV, ...(bootstrap ? BOOTSTRAP_ENV : JOINING_ENV) }),
      POD_NAME: plus.EnvValue.fromFieldRef(plus.EnvFieldPaths.POD_NAME),
      ...(!bootstrap && { BOOTNODE_ENR_0: plus.EnvValue.fromConfigMap(record, "boot-0") }),
    },
    startup: status(10),
    readiness: bootstrap ? status(15) : plus.Probe.fromCommand(["/scripts/check-synced.sh"]),
    resources: bootstrap ? resources(100, 512, 1024) : resources(250, 1024, 2048),
    securityContext: security,
    volumeMounts: mounts,
  };
  const pod = {
    metadata,
    podMetadata: { labels },
    replicas,
    serviceAccount,
    enableServiceLinks: false,
    terminationGracePeriod: Duration.seconds(60),
    securityContext: { ensureNonRoot: true, user: 10001, group: 10001, fsGroup: 10001 },
  };
  const workload = bootstrap ? statefulSet() : new plus.Deployment(chart, name, { ...pod, containers: [container] });
  for (const each of services) each.select(workload);
  const peers = plus.Pods.select(chart, id("peers"), { labels: { "app.kubernetes.io/part-of": "rollup-network-p2p" } });
  const { tcp, udp } = plus.NetworkPolicyPort;
  new plus.NetworkPolicy(chart, id("policy"), {
    metadata,
    selector: workload,
    ingress: {
      default: plus.NetworkPolicyTrafficDefault.DENY,
      rules: [{ peer: peers, ports: [tcp(40400), udp(40400)] }],
    },
    egress: {
      default: plus.NetworkPolicyTrafficDefault.DENY,
      rules: [
        { peer: plus.NetworkPolicyIpBlock.ipv4(chart, id("dns"), "169.254.20.10/32"), ports: [udp(53), tcp(53)] },
        { peer: peers },
        bootstrap
          ? {
              peer: plus.NetworkPolicyIpBlock.ipv4(chart, id("any"), "0.0.0.0/0", METADATA),
              ports: [443, 6443].map(tcp),
            }
          : { peer: plus.Namespaces.select(chart, id("l1"), { names: ["l1"] }), ports: [8545, 5052].map(tcp) },
      ],
    },
  });

  function statefulSet() {
    const headless = service("headless", { clusterIP: "None" });
    services.push(headless);
    services.push(
      service("p2p", { ports: PORTS.slice(1).map(port => ({ ...port, port: port.number, number: undefined })) }),
    );
    const recordRole = new plus.Role(chart, id("role"), { metadata: { name: "boot-enr", labels } });
    recordRole.allow(["get", "patch"], record);
    new plus.RoleBinding(chart, id("binding"), {
      metadata: { name: "boot-enr", labels },
      role: recordRole,
    }).addSubjects(serviceAccount);
    const set = new plus.StatefulSet(chart, name, {
      ...pod,
      service: headless,
      podManagementPolicy: plus.PodManagementPolicy.PARALLEL,
      containers: [container],
      volumeClaimTemplates: [
        { name: "data", accessModes: [plus.PersistentVolumeAccessMode.READ_WRITE_ONCE], storage: Size.gibibytes(2) },
      ],
    });
    set.addContainer({
      name: "agent",
      image,
      command: ["node", "/scripts/p2p-agent.mjs"],
      ports: [{ name: "metrics", number: 9102 }],
      envVariables: values({
        AGENT_PORT: "9102",
        AGENT_RPC_URL: "http://127.0.0.1:8080",
        AGENT_CONFIG_MAP: "boot-enr",
      }),
      resources: resources(10, 64, 128),
      securityContext: security,
      volumeMounts: [{ path: "/scripts", volume: scriptsVolume, readOnly: true }],
    });
    return set;
  }
}

const app = new App({ outdir });
for (let i = 0; i < Number(count); i++) environment(app, `bench-${i}`);
app.synth();
