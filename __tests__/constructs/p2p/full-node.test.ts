import { Announce, aztec, Bootnodes, BootstrapNode, FullNode, type FullNodeProps, Identity } from "../../../constructs";
import { selectorLabels } from "../../../constructs/kubernetes/labels";
import { brokerAddress } from "../../../constructs/p2p/prover/broker-source";
import { base, enrOf, envOf, IMAGE, newStack, synth } from "../fixtures";

const full = (props: Partial<FullNodeProps> = {}) => synth(stack => new FullNode(stack, "Full", { ...base, ...props }));
/** What a prover needs beside what every node needs. */
const proving = {
  role: "prover",
  broker: {
    broker: brokerAddress({ ...base, name: "queue", selector: selectorLabels("aztec", "queue", "prover-broker") }),
  },
  publisherKey: { secret: "publisher", key: "key" },
} as const;
const joining = (...bootnodes: Bootnodes[]) => envOf(full({ bootnodes }).get("Deployment", "full"));

describe("a full node", () => {
  const { get, names } = full({ replicas: 2 });
  const deployment = get("Deployment", "full");

  test("is a Deployment without a p2p Service that announces the address of its pod", () => {
    expect(names("Service")).toEqual(["full"]);
    expect(names("StatefulSet")).toEqual([]);
    expect(envOf(deployment)).toMatchObject({ ANNOUNCE_MODE: "pod", P2P_PORT: "40400", P2P_BROADCAST_PORT: "40400" });
    expect(get("ConfigMap", "full-scripts").data["announce-address.sh"]).toContain("hostname -i");
  });

  test("is ready when it is synced, and nothing kills it while it syncs", () => {
    const [node] = deployment.spec.template.spec.containers;
    expect(node.readinessProbe.exec.command).toEqual(["/scripts/check-synced.sh", "node_getWorldStateSyncStatus"]);
    expect(node.startupProbe.periodSeconds * node.startupProbe.failureThreshold).toBe(1200);
    expect(node).not.toHaveProperty("livenessProbe");
  });

  test("says how it is replaced, so that no plan ever drifts on it", () => {
    expect(deployment.spec.strategy).toEqual({
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBe(60);
    expect(deployment.spec.template.spec.containers[0].imagePullPolicy).toBe("IfNotPresent");
  });

  test("has no token and no agent unless peers are counted", () => {
    expect(deployment.spec.template.spec.automountServiceAccountToken).toBe(false);
    expect(deployment.spec.template.spec.containers).toHaveLength(1);
    const counted = full({ countPeers: true }).get("Deployment", "full").spec.template.spec;
    expect(counted.containers[1]).toMatchObject({ name: "agent" });
    expect(counted.volumes.map(({ name }: { name: string }) => name)).not.toContain("agent-token");
  });

  test("as a whole", () => {
    expect(deployment.spec.template.spec).toMatchSnapshot();
  });
});

test.each([
  ["full", ["--node"], {}],
  ["rpc", ["--node"], {}],
  ["archive", ["--node"], { P2P_ARCHIVED_TX_LIMIT: "10000000" }],
  ["prover", ["--prover-node"], { PROVER_REAL_PROOFS: "true", PROVER_AGENT_COUNT: "0" }],
] as const)("the role %s has its flags and environment", (role, flags, env) => {
  const deployment = full(role === "prover" ? proving : { role }).get("Deployment", "full");
  expect(deployment.spec.template.spec.containers[0].args.slice(3)).toEqual(flags);
  expect(envOf(deployment)).toMatchObject(env);
  expect(deployment.spec.selector.matchLabels["app.kubernetes.io/component"]).toBe(role);
});

describe("a node that keeps something", () => {
  test("keeps data as a StatefulSet with a claim", () => {
    const set = full({ storage: { size: "16Gi", className: "fast" } }).get("StatefulSet", "full");
    expect(set.spec.volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: "fast",
      resources: { requests: { storage: "16Gi" } },
    });
  });

  test("keeps an address as a StatefulSet with a Service a pod, and without a claim", () => {
    const { get, names } = full({ announce: Announce.clusterIp(), replicas: 2 });
    expect(names("Service")).toEqual(["full", "full-1-p2p", "full-headless", "full-p2p"]);
    expect(get("StatefulSet", "full").spec).not.toHaveProperty("volumeClaimTemplates");
  });
});

describe("joining", () => {
  const internal = (props = {}) => {
    const stack = newStack();
    return new BootstrapNode(stack, "Boot", { ...base, replicas: 2, ...props });
  };
  const [ext, known] = [enrOf("203.0.113.1"), enrOf("10.96.7.7")];

  test("a published record waits for the ConfigMap's key, one per replica", () => {
    const env = joining(internal());
    expect(env.BOOTSTRAP_NODES).toBe("$(BOOTNODE_ENR_0),$(BOOTNODE_ENR_1)");
    expect(env.BOOTNODE_ENR_1).toEqual({ configMapKeyRef: { name: "boot-enr", key: "boot-1" } });
  });

  test("a known record is given as text", () => {
    const boot = internal({
      replicas: 1,
      announce: Announce.clusterIp({ addresses: ["10.96.7.7"] }),
      identity: Identity.fromSecret({ secret: "keys", enrs: [known] }),
    });
    expect(joining(boot).BOOTSTRAP_NODES).toBe(known);
  });

  test("external ENRs are kept beside published ones, and none is given twice", () => {
    expect(joining(Bootnodes.fromEnrs([ext, ext]), internal()).BOOTSTRAP_NODES).toBe(
      `${ext},$(BOOTNODE_ENR_0),$(BOOTNODE_ENR_1)`,
    );
  });

  test("nodes elsewhere are asked at start, within bounds", () => {
    const { get } = full({
      bootnodes: [
        Bootnodes.fromUrl(["http://a.net.svc:8080", "http://b.net.svc:8080"], { attempts: 3, require: "all" }),
      ],
    });
    const pod = get("Deployment", "full").spec.template.spec;
    expect(envOf(get("Deployment", "full"))).toMatchObject({ BOOTNODES_FILE: "/bootnodes/enrs" });
    const [gate] = pod.initContainers;
    expect(gate).toMatchObject({
      image: IMAGE,
      volumeMounts: [{ name: "gate" }, { name: "bootnodes", mountPath: "/bootnodes" }],
    });
    const env = Object.fromEntries(gate.env.map(({ name, value }: { name: string; value?: string }) => [name, value]));
    expect(env).toMatchObject({ GATE_ATTEMPTS: "3", GATE_TIMEOUT_MS: "15000", GATE_ANSWERS: "/bootnodes/enrs" });
    expect(env).not.toHaveProperty("GATE_REQUIRE");
    expect(JSON.parse(env.GATE_TARGETS)).toEqual(
      ["http://a.net.svc:8080", "http://b.net.svc:8080"].map(url => ({
        name: "bootnode",
        url,
        enrMethod: "bootstrap_getEncodedEnr",
      })),
    );
    expect(pod.containers[0].volumeMounts).toContainEqual({
      name: "bootnodes",
      mountPath: "/bootnodes",
      readOnly: true,
    });
    expect(pod.volumes).toContainEqual({ name: "bootnodes", emptyDir: {} });
  });

  test("without bootnodes nothing is joined", () => {
    expect(joining()).not.toHaveProperty("BOOTSTRAP_NODES");
  });
});

test("two provers never run at once with the key of one", () => {
  const { strategy } = full(proving).get("Deployment", "full").spec;
  expect(strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
});

describe("a prover node", () => {
  const { get } = full(proving);

  test("leaves its proofs to a broker, and sends them to L1 with a key from a Secret", () => {
    expect(envOf(get("Deployment", "full"))).toMatchObject({
      PROVER_BROKER_HOST: "http://queue.net.svc.cluster.local:8080",
      PROVER_PUBLISHER_PRIVATE_KEYS: { secretKeyRef: { name: "publisher", key: "key" } },
    });
  });

  test("may call the broker, which knows it by its label", () => {
    const { labels } = get("Deployment", "full").spec.template.metadata;
    expect(labels["cdktf-rollup-network/broker"]).toBe("queue");
    expect(get("NetworkPolicy", "full").spec.egress).toContainEqual({
      ports: [{ protocol: "TCP", port: 8080 }],
      to: [{ podSelector: { matchLabels: selectorLabels("aztec", "queue", "prover-broker") } }],
    });
  });

  test.each<[string, Partial<FullNodeProps>, string]>([
    ["without a broker", { broker: undefined }, "broker: full does not start without a broker, which is the queue"],
    ["without a key", { publisherKey: undefined }, "publisherKey: full does not start without a key by which it sends"],
    ["with two pods", { replicas: 2 }, "replicas: 2 provers with one publisher key would send every proof 2 times"],
    ["of another namespace", { namespace: "other" }, "broker: queue is in namespace net, and lets in pods of its own"],
    ["that is no prover", { role: "full" }, "broker: is for role prover, and full has role full → remove it"],
  ])("fails %s", (_, props, message) => {
    expect(() => full({ ...proving, ...props } as FullNodeProps)).toThrow(message);
  });
});

test("a variable from a Secret takes the place of the same one in clear text", () => {
  const software = aztec({ image: base.software.image, l1ExecutionUrls: ["http://l1.net.svc:8545"] });
  const deployment = full({ software, secretEnv: { ETHEREUM_HOSTS: { secret: "l1", key: "url" } } }).get(
    "Deployment",
    "full",
  );
  const names = deployment.spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(envOf(deployment).ETHEREUM_HOSTS).toEqual({ secretKeyRef: { name: "l1", key: "url" } });
});

test("endpoints with a key in them come from a Secret, by reference", () => {
  const env = envOf(full({ secretEnv: { ETHEREUM_HOSTS: { secret: "l1", key: "url" } } }).get("Deployment", "full"));
  expect(env.ETHEREUM_HOSTS).toEqual({ secretKeyRef: { name: "l1", key: "url" } });
});

test("pods say the release line that was given with an image whose name does not say it", () => {
  const image = `aztec@sha256:${"a".repeat(64)}`;
  const annotations = (software: FullNodeProps["software"]) =>
    full({ software }).get("Deployment", "full").spec.template.metadata.annotations;
  expect(annotations(aztec({ image, release: 5 }))).toMatchObject({ "cdktf-rollup-network/release": "5" });
  expect(annotations(base.software)).not.toHaveProperty(["cdktf-rollup-network/release"]);
});
