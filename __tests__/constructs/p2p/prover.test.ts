import {
  aztec,
  type Broker,
  type P2pSoftware,
  ProverAgents,
  type ProverAgentsProps,
  ProverBroker,
  type ProverBrokerProps,
} from "../../../constructs";
import { HelmProvider } from "../../../constructs/kubernetes/framework/provider";
import type { TerraformStack } from "../../../constructs/kubernetes/framework/terraform";
import { INTERNET } from "../../../constructs/kubernetes/network/internet";
import type { KubernetesObject } from "../../../manifests/objects";
import { manifestsOf, terraformOf } from "../../../testing";
import { base, envOf, newStack, synth } from "../fixtures";

const PROVES = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
const ENV = { [PROVES]: "http://collector.otel.svc:4318/v1/metrics" };
const tcp = (port: number) => ({ protocol: "TCP", port });

const broker = (props: Partial<ProverBrokerProps> = {}) =>
  synth(stack => new ProverBroker(stack, "Queue", { ...base, ...props }));

const add = (stack: TerraformStack, props: Partial<ProverAgentsProps>, ofBroker: Partial<ProverBrokerProps>) => {
  new HelmProvider(stack, "Helm", {});
  const queue: Broker = new ProverBroker(stack, "Queue", { ...base, ...ofBroker });
  return new ProverAgents(stack, "Agents", { ...base, broker: queue, ...props });
};

const agents = (props: Partial<ProverAgentsProps> = {}, ofBroker: Partial<ProverBrokerProps> = {}) =>
  synth(stack => add(stack, props, ofBroker));

describe("a prover broker", () => {
  const { get, names } = broker();
  const set = get("StatefulSet", "queue");
  const [node] = set.spec.template.spec.containers;

  test("is one pod with a volume and a Service, and no peer", () => {
    expect(set.spec.replicas).toBe(1);
    expect(set.spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe("8Gi");
    expect(names("Service").sort()).toEqual(["queue", "queue-headless"]);
    expect(node.ports).toEqual([{ name: "rpc", containerPort: 8080, protocol: "TCP" }]);
    expect(set.spec.template.metadata.labels["app.kubernetes.io/part-of"]).toBe("rollup-network-prover");
    expect(node.command.slice(3)).toEqual(["--prover-broker"]);
  });

  test("keeps its jobs on the volume itself, since it makes no folder there", () => {
    expect(envOf(set).DATA_DIRECTORY).toBe("/data");
    expect(node.volumeMounts).toContainEqual({ name: "data", mountPath: "/data" });
  });

  test("reads a network's configuration where it is served, by the software's own means", () => {
    const url = "http://config.l1.svc/networks.json";
    const named = { image: "aztec:4.1.2", network: "devnet", networkConfigUrl: url };
    const env = (software: P2pSoftware) => envOf(broker({ software }).get("StatefulSet", "queue"));
    expect(env(aztec(named))).toMatchObject({ NETWORK: "devnet", NETWORK_CONFIG_LOCATION: url });
    expect(env(aztec({ ...named, networkConfigUrl: undefined }))).not.toHaveProperty("NETWORK_CONFIG_LOCATION");
  });

  test("lets in only those that name it", () => {
    expect(get("NetworkPolicy", "queue").spec.ingress).toEqual([
      {
        ports: [tcp(8080)],
        from: [{ podSelector: { matchLabels: { "cdktf-rollup-network/broker": "queue" } } }],
      },
    ]);
  });

  test("as a whole", () => {
    expect(set).toMatchSnapshot();
  });
});

describe("prover agents", () => {
  const { get } = agents({ replicas: 4 });
  const deployment = get("Deployment", "agents");
  const pod = deployment.spec.template.spec;

  test("take jobs from the broker, and have time to end them", () => {
    expect(deployment.spec.replicas).toBe(4);
    expect(pod.containers[0].command.slice(3)).toEqual(["--prover-agent"]);
    expect(envOf(deployment)).toMatchObject({
      PROVER_BROKER_HOST: "http://queue.net.svc.cluster.local:8080",
      CRS_PATH: "/data/crs",
    });
    expect(envOf(deployment)).not.toHaveProperty("NETWORK");
    expect(pod.terminationGracePeriodSeconds).toBe(180);
  });

  test("may call the broker and the hosts of the CRS, and nobody calls them", () => {
    const { ingress = [], egress } = get("NetworkPolicy", "agents").spec;
    expect(ingress).toEqual([]);
    const { matchLabels } = get("StatefulSet", "queue").spec.selector;
    expect(egress.slice(1)).toEqual([
      { ports: [tcp(8080)], to: [{ podSelector: { matchLabels } }] },
      { ports: [tcp(443)], to: INTERNET },
    ]);
    const { labels } = deployment.spec.template.metadata;
    expect(labels).toMatchObject(get("NetworkPolicy", "queue").spec.ingress[0].from[0].podSelector.matchLabels);
  });

  test("with storage are a StatefulSet, of which each keeps its CRS", () => {
    const set = agents({ storage: {} }).get("StatefulSet", "agents");
    expect(set.spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe("4Gi");
  });

  test("are scaled by KEDA over the broker's metrics, and Terraform leaves their number alone", () => {
    const autoscale = { maxReplicas: 8, prometheus: "http://prometheus.monitoring.svc:9090" };
    const stack = newStack();
    add(stack, { autoscale }, { env: ENV });
    const { objects, releases } = manifestsOf(stack);
    const find = (kind: string) => objects.find(each => each.kind === kind) as KubernetesObject;
    expect(find("Deployment")).toMatchObject({ spec: { replicas: 0 } });
    expect(JSON.stringify(terraformOf(stack))).toContain('"ignore_changes":["spec[0].replicas"]');
    const { values } = releases[0] as { values: unknown };
    const [object] = (values as { objects: { spec: { triggers: { metadata: object }[] } }[] }).objects;
    expect(object).toMatchObject({
      kind: "ScaledObject",
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "agents" },
        minReplicaCount: 0,
        maxReplicaCount: 8,
        triggers: [{ type: "prometheus", metadata: { serverAddress: autoscale.prometheus, threshold: "1" } }],
      },
    });
    expect(object?.spec.triggers[0]?.metadata).toHaveProperty(
      "query",
      '(sum(aztec_proving_queue_size{k8s_namespace_name="net"}) or vector(0)) + ' +
        '(sum(aztec_proving_queue_active_jobs_count{k8s_namespace_name="net"}) or vector(0))',
    );
    expect(envOf(find("StatefulSet")).OTEL_RESOURCE_ATTRIBUTES).toBe("k8s.namespace.name=net");
  });

  const AUTOSCALE = { maxReplicas: 8, prometheus: "http://prometheus.monitoring.svc:9090" };
  test.each<[string, Partial<ProverAgentsProps>, string]>([
    ["without a broker", { broker: undefined }, "broker: agents does not start without a broker"],
    ["of another namespace", { namespace: "other" }, "broker: queue is in namespace net, and lets in pods of its own"],
    ["with two numbers of pods", { replicas: 2, autoscale: AUTOSCALE }, "replicas: 2 replicas, and KEDA chooses"],
    ["with bounds that are none", { autoscale: { ...AUTOSCALE, maxReplicas: 0 } }, "autoscale: 0 to 0 replicas"],
    ["with bounds the wrong way", { autoscale: { ...AUTOSCALE, minReplicas: 9 } }, "minReplicas: 9 to 8 replicas"],
    ["with a volume that is too small", { storage: { size: "2Gi" } }, "storage.size: 2Gi is less than the CRS that"],
    ["with a claim that is no name", { crs: { claim: "No Name" } }, 'crs.claim: "No Name" is not'],
  ])("fails %s", (_, props, message) => {
    expect(() => agents(props as ProverAgentsProps, { env: ENV })).toThrow(message);
  });

  test("needs room for both forms of the CRS where the software loads it itself, from line 5 on", () => {
    const software = aztec({ image: "azteclabs/aztec:6.0.0" });
    const storage = { size: "3Gi" };
    const needs = "storage.size: 3Gi is less than the CRS that prover-agent pods keep there: 3089Mi";
    expect(() => agents({ software, storage })).toThrow(needs);
    expect(() => agents({ software, storage, crs: { mirror: "https://mirror.example" } })).not.toThrow();
    expect(() => agents({ storage })).not.toThrow();
  });

  test("fails to scale where the broker tells nobody how long its queue is", () => {
    expect(() => agents({ autoscale: AUTOSCALE })).toThrow(
      `autoscale: broker queue tells nobody how long its queue is → set ${PROVES} in its env`,
    );
  });

  test("as a whole", () => {
    expect(deployment).toMatchSnapshot();
  });
});
