import { type Built, build, containersOf, workloadsOf } from "./platform/environments";

const METRICS = "p2p.metrics={ endpoint: 'http://otel.monitoring.svc:4318', exclude: [aztec.a, aztec.b] }";
const TRACING = "p2p.tracing={ endpoint: 'https://traces.example.com' }";

const TO_METRICS = {
  ports: [{ protocol: "TCP", port: 4318 }],
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
};

/** Environment of the software in every workload, by its name. */
const told = (built: Built) =>
  workloadsOf(built).flatMap(({ object, template }) =>
    containersOf(template)
      .filter(({ name }) => name === "node")
      .map(({ env }) => {
        const all = (env as { name: string; value?: string }[]).filter(({ name }) => name.startsWith("OTEL_E"));
        return [object.metadata.name, Object.fromEntries(all.map(({ name, value }) => [name, value]))] as const;
      }),
  );

test.each(["devnet", "proving"])("every role of %s sends its telemetry, and its policy opens the way", name => {
  const built = build(name, {}, METRICS, TRACING, "sequencer=");
  const nodes = told(built);
  expect(nodes.length).toBeGreaterThan(2);
  for (const [node, env] of nodes) {
    const own = node === "queue"; // its own env wins
    expect([node, env]).toEqual([
      node,
      {
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: own
          ? "http://otel.otel.svc:4318"
          : "http://otel.monitoring.svc:4318/v1/metrics",
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://traces.example.com/v1/traces",
        OTEL_EXCLUDE_METRICS: "aztec.a,aztec.b",
      },
    ]);
    const policy = built.objects.find(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === node);
    const { egress = [] } = (policy?.spec ?? {}) as { egress?: { ports?: object[] }[] };
    expect(egress).toContainEqual(TO_METRICS);
    expect(egress.flatMap(rule => rule.ports ?? [])).toContainEqual({ protocol: "TCP", port: 443 });
  }
});

test("agents are scaled by the metrics of the section", () => {
  const set = [METRICS, "p2p.proverBrokers[0].env="];
  expect(build("proving", {}, ...set).objects).not.toEqual([]);
});

test.each([
  ["p2p.metrics={ endpoint: 'http://otel.a.svc:4318/v1/metrics' }", "p2p.metrics.endpoint", "leave the rest out: /v1/"],
  ["p2p.metrics={ endpoint: 'http://otel:4318' }", "p2p.metrics.endpoint", "write <service>.<namespace>.svc"],
  ["p2p.metrics={ endpoint: 'http://a.b.svc', exclude: [a], include: [a] }", "p2p.metrics.include", "keep one of the"],
  ["p2p.metrics={ endpoint: 'http://a.b.svc', exclude: ['a,b'] }", "p2p.metrics.exclude[0]", ""],
  [TRACING, "p2p.tracing", "give metrics too"],
  ["sequencer.software.evNode.tracing={ endpoint: 'http://otel:4318' }", "sequencer.software.evNode.tracing.endp", ""],
  ["sequencer.software.evNode.tracing={ endpoint: 'http://a.b.svc', sampleRate: 2 }", "evNode.tracing.sampleRate", ""],
])("fails for %s", (set, path, remedy) => {
  const failed = () => build("devnet", {}, set);
  expect(failed).toThrow(path);
  expect(failed).toThrow(remedy);
});

test("a collector's Service may have another port than its pods", () => {
  const tracing = "sequencer.software.evNode.tracing={ endpoint: 'http://otel.monitoring.svc' }";
  const ports = 'sequencer.networkPolicies.targetPorts={ "otel.monitoring.svc:80": 4318 }';
  const { objects } = build("devnet", {}, tracing, ports, "p2p=");
  const policies = objects.filter(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "seq");
  expect(policies.map(({ spec }) => (spec as { egress: object[] }).egress)).toEqual([
    expect.arrayContaining([TO_METRICS]),
  ]);
});
