import {
  FailFastGate,
  FORCE_ACKNOWLEDGEMENT,
  SpikeBootstrap,
  type SpikeBootstrapProps,
  SpikeIdentities,
  SpikeRelease,
  type SpikeReleaseProps,
  SpireReady,
  SpireRelease,
} from "../../../constructs";
import { HelmProvider } from "../../../constructs/kubernetes/framework/provider";
import { manifestsOf, terraformOf, warningsOf } from "../../../testing";
import { newStack, synth } from "../fixtures";
import { SPIRE_CHART_KEYS } from "./chart-keys";

const DIGEST = `sha256:${"a".repeat(64)}`;
const release: SpikeReleaseProps = { namespace: "spike", trustDomain: "example.org", version: "0.8.0" };

type Options = Omit<SpikeBootstrapProps, "release">;

/** A release and its bootstrap. */
function bootstrapOf(scope: ReturnType<typeof newStack>, options: Options, of: Partial<SpikeReleaseProps> = {}) {
  new HelmProvider(scope, "Helm", {});
  const spike = new SpikeRelease(scope, "Spike", { ...release, ...of });
  return new SpikeBootstrap(scope, "Bootstrap", { ...options, release: spike });
}

function helmStack() {
  const stack = newStack();
  new HelmProvider(stack, "Helm", {});
  return stack;
}

const valuesOf = (scope: ReturnType<typeof helmStack>, name: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: values are read by path in assertions
  manifestsOf(scope).releases.find(each => each.name === name)?.values as any;

const resourcesOf = (scope: ReturnType<typeof helmStack>) => (terraformOf(scope) as { resource: object }).resource;

describe("SpikeRelease", () => {
  test("derives shares, threshold and the order of the keepers from their number", () => {
    const scope = helmStack();
    const spike = new SpikeRelease(scope, "Spike", { ...release, keepers: 5 });
    expect([spike.threshold, spike.keepers.length]).toEqual([3, 5]);
    expect(spike.keepers[4]).toEqual({
      url: "https://spike-keeper-4.spike-keeper-headless.spike.svc.cluster.local:8443",
      spiffeId: "spiffe://example.org/spike/keeper/spike-keeper-4",
    });
    const nexus = valuesOf(scope, "spike")["spike-nexus"];
    expect(nexus).toMatchObject({
      shamir: { shares: 5, threshold: 3 },
      keeperPeers: spike.keepers.map(({ url }) => url),
    });
    expect(valuesOf(scope, "spike-keeper")["spike-keeper"].replicas).toBe(5);
  });

  test("waits for the keepers, not for Nexus, and leaves out the chart's own bootstrap and SPIRE", () => {
    const scope = helmStack();
    new SpikeRelease(scope, "Spike", release);
    const { helm_release: releases } = resourcesOf(scope) as { helm_release: Record<string, Record<string, unknown>> };
    const [keepers, nexus] = ["spike-keeper", "spike"].map(name =>
      Object.values(releases).find(each => each.name === name),
    );
    expect(keepers).toMatchObject({ version: "0.30.0", timeout: 300 });
    expect(keepers?.wait).toBeUndefined();
    expect(nexus).toMatchObject({
      wait: false,
      depends_on: [expect.stringMatching(/^helm_release\..*Keepers/)],
    });
    // The chart reads the global switch alone wherever there is one, and its own values have one.
    expect(valuesOf(scope, "spike").global.installAndUpgradeHooks).toEqual({ enabled: false });
    for (const name of ["spike", "spike-keeper"])
      expect(valuesOf(scope, name)["spire-server"]).toEqual({ enabled: false });
  });

  test("says every trust root, and the version of every image", () => {
    const scope = helmStack();
    new SpikeRelease(scope, "Spike", { ...release, digests: { nexus: DIGEST } });
    const { "spike-nexus": nexus, "spike-pilot": pilot } = valuesOf(scope, "spike");
    const root = ["example.org"];
    expect(nexus).toMatchObject({
      image: { tag: DIGEST },
      trustRoot: { self: root, keeper: root, pilot: root, bootstrap: root },
    });
    expect(pilot).toMatchObject({ image: { tag: "0.8.0" }, trustRoot: { nexus: root, pilot: root } });
    expect(valuesOf(scope, "spike-keeper")["spike-keeper"].trustRoot).toEqual({
      self: root,
      nexus: root,
      bootstrap: root,
    });
  });

  test("moves the keepers to another release in a deploy of their own", () => {
    const scope = helmStack();
    new SpikeRelease(scope, "Spike", {
      ...release,
      version: "0.8.1",
      keeperVersion: "0.8.0",
      values: { "spike-nexus": { image: { repository: "own/nexus" } } },
      digests: { pilot: DIGEST },
    });
    expect(valuesOf(scope, "spike")["spike-nexus"].image).toEqual({ tag: "0.8.1", repository: "own/nexus" });
    expect(valuesOf(scope, "spike-keeper")["spike-keeper"].image.tag).toBe("0.8.0");
  });

  test("has a plan fail for other shares, another store or another trust domain", () => {
    const scope = helmStack();
    new SpikeRelease(scope, "Spike", { ...release, protected: true });
    const { terraform_data: records, helm_release: releases } = resourcesOf(scope) as Record<
      string,
      Record<string, object>
    >;
    expect(Object.values(records ?? {})).toMatchObject([
      { input: { as: "2 of 3 keepers with sqlite in example.org" } },
    ]);
    for (const each of Object.values(releases ?? {})) {
      expect(each).toMatchObject({
        lifecycle: {
          prevent_destroy: true,
          precondition: [
            {
              error_message: expect.stringContaining(
                "cannot become 2 of 3 keepers with sqlite in example.org in place",
              ),
            },
          ],
        },
      });
    }
  });

  test("tells every part where the Workload API is, and the bootstrap too", () => {
    const workloadApi = { csiDriver: "csi.example.org", socket: "api.sock" };
    const scope = newStack();
    bootstrapOf(scope, {}, { workloadApi });
    const given = { csiDriverName: "csi.example.org", agentSocketName: "api.sock" };
    expect(valuesOf(scope, "spike-keeper")["spike-keeper"]).toMatchObject(given);
    expect(valuesOf(scope, "spike")).toMatchObject({ "spike-nexus": given, "spike-pilot": given });
    const job = manifestsOf(scope).objects.find(({ kind }) => kind === "Job") as unknown as {
      spec: { template: { spec: { volumes: object[]; containers: { env: object[] }[] } } };
    };
    const { spec } = job.spec.template;
    expect(spec.volumes).toContainEqual({
      name: "spiffe-workload-api",
      csi: { driver: "csi.example.org", readOnly: true },
    });
    expect(spec.containers[0]?.env).toContainEqual({
      name: "SPIFFE_ENDPOINT_SOCKET",
      value: "unix:///spiffe-workload-api/api.sock",
    });
  });

  test("takes raw values last", () => {
    const scope = helmStack();
    new SpikeRelease(scope, "Spike", { ...release, values: { "spike-nexus": { logLevel: "debug" } } });
    expect(valuesOf(scope, "spike")["spike-nexus"]).toMatchObject({ logLevel: "debug", enabled: true });
  });

  test.each<[Partial<SpikeReleaseProps>, string]>([
    [
      { version: "0.7.1" },
      "version: 0.7.1 is before 0.8.0, whose bootstrap was the first to give all keepers shares of one key",
    ],
    [{ version: "main" }, 'version: "main" is not a release of SPIKE'],
    [{ version: "v0.8.0" }, 'version: "v0.8.0" is not a release of SPIKE → use one such as 0.8.0'],
    [
      { version: "0.8.2" },
      "version: no images of SPIKE 0.8.2 are known → use 0.8.0, or name those of keeper, nexus, pilot by digests or " +
        "in values",
    ],
    [
      { keeperVersion: "0.8.2" },
      "keeperVersion: no images of SPIKE 0.8.2 are known → use 0.8.0, or name those of keeper by digests or in values",
    ],
    [
      {
        storage: { size: "1Gi", className: "ssd" },
        values: { "spike-nexus": { persistence: { storageClass: "hdd" } } },
      },
      'storage.className: "ssd", and values.spike-nexus.persistence.storageClass is "hdd" → name it here alone',
    ],
    [{ keeperVersion: "0.7.0" }, "keeperVersion: 0.7.0 is before 0.8.0"],
    [
      { values: { "spike-keeper": { replicas: 5 } } },
      "values.spike-keeper.replicas: the bootstrap would not know of it → use keepers",
    ],
    [{ values: { global: { installAndUpgradeHooks: { enabled: true } } } }, "use the bootstrap of this package"],
    [{ keepers: 2 }, "keepers: 2 keepers: the loss of one would take the root key"],
    [{ threshold: 0 }, "threshold: 0 of 3 shares make no root key → use a whole number from 1 to 3"],
    [{ threshold: 4 }, "threshold: 4 of 3 shares make no root key"],
    [{ chartVersion: "~0.30" }, 'chartVersion: "~0.30" is not one release of the chart → pin it'],
    [{ trustDomain: "Example.org" }, 'trustDomain: "Example.org" is no SPIFFE trust domain'],
    [{ requireDigest: true }, "digests.keeper: the image of keeper is named by tag, but digests are required"],
    [{ digests: { pilot: "sha256:1" } }, 'digests.pilot: "sha256:1" is not sha256 and 64 hex digits'],
  ])("fails with %j", (props, message) => {
    expect(() => new SpikeRelease(helmStack(), "Spike", { ...release, ...props })).toThrow(message);
  });
});

const spire = { namespace: "spire", trustDomain: "example.org", clusterName: "test" };

describe("SpireRelease", () => {
  test("gives no pod an identity that did not ask for one, and takes raw values last", () => {
    const scope = helmStack();
    const { className } = new SpireRelease(scope, "Spire", {
      ...spire,
      values: { "spire-server": { replicaCount: 3 } },
    });
    const server = valuesOf(scope, "spire")["spire-server"];
    expect(server).toMatchObject({ replicaCount: 3, controllerManager: { className: "spire-spire" } });
    expect(className).toBe("spire-spire");
    expect(server.controllerManager.identities.clusterSPIFFEIDs).toEqual({
      default: { podSelector: { matchLabels: { "spiffe.io/spiffe-id": "true" } } },
    });
  });

  test("fails for charts that are not pinned", () => {
    const wrong = () => new SpireRelease(helmStack(), "Spire", { ...spire, chartVersion: "", crdsVersion: ">=0.6" });
    expect(wrong).toThrow(/chartVersion: "" is not one release[\s\S]*crdsVersion: ">=0.6" is not one release/);
  });
});

test("no release takes away what failed, and each can be installed again", () => {
  const { helm_release: all } = resourcesOf(releases()) as { helm_release: Record<string, Record<string, unknown>> };
  const ofCharts = Object.values(all).filter(({ repository }) => repository);
  expect(ofCharts.map(({ name }) => name)).toEqual(["spire-crds", "spire", "spike-keeper", "spike"]);
  for (const each of ofCharts) {
    expect([each.upgrade_install, each.atomic, each.cleanup_on_fail]).toEqual([true, undefined, undefined]);
  }
});

describe("SpikeIdentities", () => {
  const identities = () => {
    const scope = helmStack();
    new SpikeIdentities(scope, "Identities", { namespace: "spike", className: "spire-spire" });
    return valuesOf(scope, "spike-identities").objects as {
      metadata: { name: string };
      spec: { spiffeIDTemplate: string; podSelector: object };
    }[];
  };

  test("register SPIKE's parts, the bootstrap too, in its namespace only", () => {
    const found = identities();
    expect(found).toContainEqual({
      apiVersion: "spire.spiffe.io/v1alpha1",
      kind: "ClusterSPIFFEID",
      metadata: { name: "spike-spike-bootstrap" },
      spec: {
        className: "spire-spire",
        hint: "spike-bootstrap",
        spiffeIDTemplate: "spiffe://{{ .TrustDomain }}/spike/bootstrap/{{ .PodMeta.Name }}",
        podSelector: { matchLabels: { component: "spike-bootstrap" } },
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "spike" } },
      },
    });
    expect(found.map(({ spec }) => spec.spiffeIDTemplate.replace("spiffe://{{ .TrustDomain }}/spike/", ""))).toEqual([
      "keeper/{{ .PodMeta.Name }}",
      "nexus/{{ .PodMeta.Name }}",
      "bootstrap/{{ .PodMeta.Name }}",
      "pilot/role/superuser",
      "pilot/role/recover",
      "pilot/role/restore",
    ]);
  });

  test("give a pod of Pilot one role: superuser, or the one that an operator labels it with", () => {
    const selectors = Object.fromEntries(
      identities().map(({ metadata, spec }) => [metadata.name.replace("spike-spike-", ""), spec.podSelector]),
    );
    const key = "rollup-network/spike-role";
    const matchLabels = { component: "spike-pilot" };
    expect(selectors.pilot).toEqual({ matchLabels, matchExpressions: [{ key, operator: "DoesNotExist" }] });
    for (const role of ["recover", "restore"]) {
      expect(selectors[`pilot-${role}`]).toEqual({
        matchLabels,
        matchExpressions: [{ key, operator: "In", values: [role] }],
      });
    }
  });
});

test("SpireReady waits for agents and driver of every host, within a bound, and lets SPIKE start after it", () => {
  const found = synth(stack => {
    new HelmProvider(stack, "Helm", {});
    const release = new SpireRelease(stack, "Spire", spire);
    new SpireReady(stack, "Ready", { release, namespace: "spike", access: {}, image: "node:22.12.0" });
  });
  const { spec, metadata } = found.get("Job", "spire-ready");
  expect(metadata.namespace).toBe("spike");
  const [container] = spec.template.spec.containers;
  const env = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  expect(JSON.parse(env.GATE_TARGETS)).toEqual([
    { name: "spire-agent", url: "daemonset://spire/spire-agent" },
    { name: "spire-spiffe-csi-driver", url: "daemonset://spire/spire-spiffe-csi-driver" },
  ]);
  expect([env.GATE_ATTEMPTS, env.GATE_TIMEOUT_MS, env.GATE_GO_ON]).toEqual(["60", "120000", "true"]);
  expect([container.image, spec.backoffLimit, spec.activeDeadlineSeconds]).toEqual(["node:22.12.0", 0, 240]);
  const { spec: policy } = found.get("NetworkPolicy", "spire-ready");
  expect(policy.egress).toEqual([
    expect.objectContaining({ ports: [443, 6443].map(port => ({ port, protocol: "TCP" })) }),
  ]);
  expect(found.get("RoleBinding", "spire-ready")).toMatchObject({
    metadata: { namespace: "spire" },
    subjects: [{ kind: "ServiceAccount", name: "spire-ready", namespace: "spike" }],
  });
  expect(found.get("Role", "spire-ready").rules).toEqual([
    {
      apiGroups: ["apps"],
      resources: ["daemonsets"],
      resourceNames: ["spire-agent", "spire-spiffe-csi-driver"],
      verbs: ["get"],
    },
  ]);
});

/** SPIRE and SPIKE with all that this package sets. */
function releases() {
  const scope = helmStack();
  new SpireRelease(scope, "Spire", { namespace: "spire", trustDomain: "t", clusterName: "c" });
  new SpikeRelease(scope, "Spike", { ...release, storage: { size: "2Gi", className: "ssd" } });
  return scope;
}

test("the releases as Terraform gets them, but for their values", () => {
  const { helm_release: all } = resourcesOf(releases()) as { helm_release: Record<string, object> };
  const bare = Object.entries(all).map(([id, attributes]) => [
    id,
    { ...attributes, "//": undefined, values: undefined },
  ]);
  expect(Object.fromEntries(bare)).toMatchSnapshot();
});

test("every key that is set is one of the chart's", () => {
  const scope = releases();
  const keys = ["spire", "spike", "spike-keeper"].flatMap(name => leaves(valuesOf(scope, name)));
  const patterns = SPIRE_CHART_KEYS.map(key => new RegExp(`^${key.replaceAll(".", "\\.").replaceAll("*", ".+")}$`));
  expect(keys.filter(key => !patterns.some(pattern => pattern.test(key)))).toEqual([]);
  expect(SPIRE_CHART_KEYS.filter((_, i) => !keys.some(key => patterns[i]?.test(key)))).toEqual([]);
});

/** Paths of the values, a list being one. */
function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key));
}

const KEEPERS = [0, 1, 2].map(i => ({
  url: `https://spike-keeper-${i}.spike-keeper-headless.spike.svc.cluster.local:8443`,
  spiffeId: `spiffe://example.org/spike/keeper/spike-keeper-${i}`,
}));

describe("SpikeBootstrap", () => {
  const job = (options: Options = {}) =>
    synth(stack => void bootstrapOf(stack, options)).get("Job", "spike-bootstrap").spec;
  const envOf = (container: { env: { name: string; value: string }[] }) =>
    Object.fromEntries(container.env.map(({ name, value }) => [name, value]));

  test("runs once, keeps its failure, and has a deadline after everything inside", () => {
    const spec = job();
    expect(spec).toMatchObject({ backoffLimit: 0, template: { spec: { restartPolicy: "Never" } } });
    expect(spec.ttlSecondsAfterFinished).toBeUndefined();
    // Preflight 30, identity 30, three keepers of 30, verification 300, and 120 for images.
    expect(spec.activeDeadlineSeconds).toBe(30 + 30 + 90 + 300 + 120);
    // The pod ends first, and stays with its log; at the Job's deadline Kubernetes would delete it.
    expect(spec.template.spec.activeDeadlineSeconds).toBe(540);
    const { initContainers, containers } = spec.template.spec;
    for (const container of [...initContainers, ...containers]) {
      expect(container.terminationMessagePolicy).toBe("FallbackToLogsOnError");
    }
  });

  test("has Terraform wait longer than the deadline", () => {
    const scope = newStack();
    const { deadlineSeconds } = bootstrapOf(scope, {});
    const { kubernetes_job_v1: jobs } = resourcesOf(scope) as Record<string, Record<string, object>>;
    const waited = {
      wait_for_completion: true,
      timeouts: { create: `${deadlineSeconds + 60}s`, update: `${deadlineSeconds + 60}s` },
    };
    expect(Object.values(jobs ?? {})).toEqual([expect.objectContaining(waited)]);
  });

  test("says everything that upstream would otherwise guess", () => {
    const { containers } = job({ keeperTimeout: "20s", keeperMaxRetries: 4, verificationTimeout: "10m" }).template.spec;
    expect(envOf(containers[0])).toEqual({
      SPIFFE_ENDPOINT_SOCKET: "unix:///spiffe-workload-api/spire-agent.sock",
      SPIKE_NEXUS_KEEPER_PEERS: KEEPERS.map(({ url }) => url).join(","),
      SPIKE_NEXUS_SHAMIR_SHARES: "3",
      SPIKE_NEXUS_SHAMIR_THRESHOLD: "2",
      SPIKE_NEXUS_API_URL: "https://spike-spike-nexus.spike.svc.cluster.local:443",
      SPIKE_BOOTSTRAP_KEEPER_TIMEOUT: "20s",
      SPIKE_BOOTSTRAP_KEEPER_MAX_RETRIES: "4",
      SPIKE_BOOTSTRAP_KEEPER_RETRY_INITIAL_INTERVAL: "1428ms",
      SPIKE_BOOTSTRAP_KEEPER_RETRY_MAX_INTERVAL: "20s",
      SPIKE_BOOTSTRAP_INIT_VERIFICATION_TIMEOUT: "600s",
      SPIKE_BOOTSTRAP_TIMEOUT: "720s",
      SPIKE_BOOTSTRAP_FORCE: "false",
      SPIKE_BOOTSTRAP_CONFIGMAP_NAME: "spike-bootstrap-state",
      SPIKE_SPIFFE_SOURCE_TIMEOUT: "30s",
      SPIKE_SYSTEM_LOG_LEVEL: "INFO",
      SPIKE_TRUST_ROOT: "example.org",
      SPIKE_TRUST_ROOT_NEXUS: "example.org",
      SPIKE_TRUST_ROOT_KEEPER: "example.org",
      SPIKE_TRUST_ROOT_BOOTSTRAP: "example.org",
    });
  });

  test("looks at all keepers first, and at the ConfigMap that it may read and write by name alone", () => {
    const found = synth(stack => void bootstrapOf(stack, {}));
    const env = envOf(found.get("Job", "spike-bootstrap").spec.template.spec.initContainers[0]);
    expect(env).toMatchObject({ GATE_ATTEMPTS: "5", GATE_TIMEOUT_MS: "30000", GATE_MARKER_KEY: "bootstrap-completed" });
    expect(JSON.parse(env.GATE_TARGETS as string)).toEqual(
      KEEPERS.map((keeper, i) => ({ name: `keeper ${i + 1}`, ...keeper })),
    );
    expect(found.get("Role", "spike-bootstrap").rules).toEqual([
      {
        apiGroups: [""],
        resources: ["configmaps"],
        resourceNames: ["spike-bootstrap-state"],
        verbs: ["get", "update", "patch"],
      },
    ]);
    expect(found.get("ConfigMap", "spike-bootstrap-state").data).toBeUndefined();
  });

  test("makes another key only when what that loses is said", () => {
    expect(() => job({ force: "yes" })).toThrow(
      `force: a new root key over one that is there loses data → say so: "${FORCE_ACKNOWLEDGEMENT}"`,
    );
    const { initContainers, containers } = job({ force: FORCE_ACKNOWLEDGEMENT }).template.spec;
    expect(envOf(containers[0]).SPIKE_BOOTSTRAP_FORCE).toBe("true");
    expect(envOf(initContainers[0])).toMatchObject({ GATE_MARKER: "spike-bootstrap-state" });
    expect(envOf(initContainers[0]).GATE_MARKER_KEY).toBeUndefined();
  });

  test("warns of images that would wait for ever", () => {
    const warnings = (of: Partial<SpikeReleaseProps>, options: Options = {}) => {
      const scope = newStack();
      bootstrapOf(scope, options, of);
      return warningsOf(scope);
    };
    expect(warnings({ version: "0.8.0" })).toEqual([
      expect.stringContaining("SPIKE 0.8.0 tries an unreachable keeper for ever"),
    ]);
    expect(warnings({ version: "0.8.0", digests: { bootstrap: DIGEST } })).toHaveLength(1);
    const digests = { keeper: DIGEST, nexus: DIGEST, pilot: DIGEST, bootstrap: DIGEST };
    expect(warnings({ version: "0.8.2", digests })).toEqual([]);
    expect(warnings({ version: "0.8.0" }, { image: "registry.example.com/spike-bootstrap:main-1" })).toEqual([]);
  });

  test("comes after its release, with the image of that", () => {
    const scope = newStack();
    bootstrapOf(scope, {}, { digests: { bootstrap: DIGEST } });
    const { kubernetes_job_v1: jobs, helm_release: releases } = resourcesOf(scope) as Record<
      string,
      Record<string, object>
    >;
    const after = Object.keys(releases ?? {}).map(id => `helm_release.${id}`);
    const image = `ghcr.io/spiffe/spike-bootstrap:0.8.0@${DIGEST}`;
    expect(Object.values(jobs ?? {})).toEqual([expect.objectContaining({ depends_on: expect.arrayContaining(after) })]);
    expect(job().template.spec.containers[0].image).toBe("ghcr.io/spiffe/spike-bootstrap:0.8.0");
    expect(JSON.stringify(jobs)).toContain(image);
  });

  test.each<[Options, Partial<SpikeReleaseProps>, string]>([
    [{ keeperTimeout: "0s" }, {}, "keeperTimeout: 0s is no bound → use a time such as 30s, a day at most"],
    [{ svidTimeout: "-1s" }, {}, "svidTimeout: -1s is no bound"],
    [{ keeperMaxRetries: 0 }, {}, "keeperMaxRetries: 0 is no bound → use a whole number from 1"],
    [{ keeperMaxRetries: 1001 }, {}, "keeperMaxRetries: 1001 is no bound → use a whole number from 1 to 1000"],
    [{ keeperMaxRetries: 1.5 }, {}, "keeperMaxRetries: 1.5 is no bound"],
    [
      {},
      { backendStore: "memory" },
      "release.backendStore: memory is not bootstrapped: upstream's bootstrap skips itself there → leave " +
        "SpikeBootstrap out",
    ],
    [
      {},
      { version: "0.8.2", digests: { keeper: DIGEST, nexus: DIGEST, pilot: DIGEST } },
      "image: no image of the bootstrap of SPIKE 0.8.2 is known → name it, or give digests.bootstrap of the release",
    ],
    [{ image: "bootstrap" }, {}, 'image: image "bootstrap" has no tag'],
    [{ gateImage: "node:latest" }, {}, 'gateImage: image "node:latest" uses the tag latest'],
    [
      {},
      { requireDigest: true, digests: { keeper: DIGEST, nexus: DIGEST, pilot: DIGEST } },
      "image: the image of the bootstrap is named by tag, but digests are required → give digests.bootstrap of the " +
        "release",
    ],
  ])("fails with %j of a release with %j", (options, of, message) => {
    expect(() => bootstrapOf(newStack(), options, of)).toThrow(message);
  });
});

test("a gate of its own: program, container and volume", () => {
  let gate: FailFastGate | undefined;
  const found = synth(stack => {
    gate = new FailFastGate(stack, "Gate", {
      namespace: "net",
      name: "wait",
      labels: {},
      targets: [{ name: "DA", url: "http://da.da.svc:7980" }],
      remedy: "Start it.",
      goOn: true,
    });
  });
  expect(found.get("ConfigMap", "wait").data["gate.mjs"]).toContain("GATE_TARGETS");
  expect(gate?.container).toMatchObject({
    image: "node:22.23.2-alpine",
    securityContext: { readOnlyRootFilesystem: true },
  });
  expect(gate?.container.env).toContainEqual({ name: "GATE_GO_ON", value: "true" });
  expect(gate?.volumes).toEqual([{ name: "gate", configMap: { name: "wait", defaultMode: "0444" } }]);
});
