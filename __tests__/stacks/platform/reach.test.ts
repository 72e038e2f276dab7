import { CONTAINERS } from "../../../constructs/kubernetes/vocabulary/container-resources";
import { mergeKubernetes } from "../../../constructs/kubernetes/vocabulary/merge";
import type { KubernetesObject } from "../../../testing";
import { bare, keysOf } from "../../../values/load/describe";
import { environmentSchema } from "../../../values/schema/environment";
import { SPIRE_CHART_KEYS, SPIRE_PLATFORM_KEYS } from "../../constructs/spike/chart-keys";
import { type Built, build, containersOf, NAMES, workloadsOf } from "./environments";
import { ADDED_NAMES, ALL, PARTS, WORD_NAMES, WORDS } from "./words";

/** Each word is asked of every environment at once: what it must reach is found in what is made, not in a list. */
const built = Object.fromEntries(NAMES.map(name => [name, build(name, ALL)]));
const of = (name: string) => built[name] as (typeof built)[string];

test("the environments have every container of the package", () => {
  const containers = NAMES.flatMap(name => workloadsOf(of(name)).flatMap(({ template }) => containersOf(template)));
  expect([...new Set(containers.map(({ name }) => name))].sort()).toEqual([...CONTAINERS, ...ADDED_NAMES].sort());
});

test("the environments have an object of every kind that is asked for something", () => {
  const all = NAMES.flatMap(name => of(name).objects);
  const asked = WORD_NAMES.flatMap(name => Object.keys(WORDS[name].kinds ?? {}));
  expect(asked.filter(kind => !all.some(object => object.kind === kind))).toEqual([]);
  expect(all.filter(({ spec }) => (spec as { type?: string } | undefined)?.type === "LoadBalancer")).not.toEqual([]);
});

test("the values have every word, and no other", () => {
  expect(keysOf(bare(environmentSchema.shape.kubernetes)).toSorted()).toEqual(WORD_NAMES.toSorted());
});

describe.each(WORD_NAMES)("%s", name => {
  const { objects: metadata, templates, kinds = {}, loadBalancers, pods, accounts } = WORDS[name];
  const { running, containers, own, startSeconds, dns, releases: ofReleases } = WORDS[name];
  const { charts = {}, notOn = [], ofObjects } = WORDS[name];

  test.each(NAMES)("reaches all that it must reach in %s", environment => {
    const { objects } = of(environment);
    const workloads = workloadsOf({ objects });
    expect(workloads.length).toBeGreaterThan(0);
    for (const { object, template } of workloads) {
      if (templates) expect({ of: object.metadata.name, ...template.metadata }).toMatchObject(templates);
      for (const container of containersOf(template)) {
        if (containers) expect({ of: container.name, ...container }).toMatchObject(containers);
        if (ADDED_NAMES.includes(container.name)) continue;
        if (own) expect({ of: container.name, ...container }).toMatchObject(own);
        const { periodSeconds = 0, failureThreshold = 0 } = container.startupProbe ?? {};
        if (startSeconds && periodSeconds > 0) expect(periodSeconds * failureThreshold).toBe(startSeconds);
      }
      if (pods) expect({ of: object.metadata.name, ...template.spec }).toMatchObject(pods);
      if (running && object.kind !== "Job") expect(template.spec).toMatchObject(running);
    }
    for (const object of objects) {
      if (metadata) expect({ kind: object.kind, ...object.metadata }).toMatchObject(metadata);
      expect(object).toMatchObject(kinds[object.kind] ?? {});
      const { type } = (object.kind === "Service" ? object.spec : {}) as { type?: string };
      if (loadBalancers && type === "LoadBalancer") expect(object.spec).toMatchObject(loadBalancers);
    }
    if (dns) {
      // What pods are told to call they have to resolve, those too that called nobody by a name.
      const usual = dnsRules(build(environment, { env: WORDS.env.value }).objects);
      expect(usual.length).toBeGreaterThan(0);
      expect(dnsRules(objects).map(([policy]) => policy)).toEqual(usual.map(([policy]) => policy));
      for (const [, [first, second]] of dnsRules(objects)) {
        expect(first).toMatchObject({ ports: ports(5353), to: dns });
        expect(second?.ports).toEqual(ports(53));
      }
    }
    for (const { metadata } of objects.filter(({ kind }) => kind === "ServiceAccount")) {
      const isProxy = metadata.labels?.["app.kubernetes.io/component"] === "leader-proxy";
      if (accounts && !isProxy) expect(metadata).toMatchObject(accounts);
      if (accounts && isProxy) expect(metadata).not.toMatchObject(accounts);
    }
  });

  test("reaches the parts of SPIRE's chart, or a warning names those that run without", () => {
    const { charts: releases, warnings } = of("spike");
    for (const release of releases) expect(release).toMatchObject(ofReleases ?? {});
    const [warning = ""] = warnings.filter(each => each.startsWith(`kubernetes.${name}:`));
    const seen = PARTS.filter(part => {
      const release = releases.find(
        ({ values }) => (values as Values)[part]?.enabled !== false && part in Object(values),
      );
      if (!release) throw new Error(`no release has ${part}`);
      const values = release.values as Values;
      if (charts.global) expect(values.global).toMatchObject(charts.global);
      if (charts[part]) expect({ part, ...values[part] }).toMatchObject(charts[part]);
      return !ofObjects && (charts.global ?? charts[part] ?? notOn.includes(part));
    });
    const told = warnings.filter(each => each.startsWith(`kubernetes.${name}:`)).join(" ");
    for (const part of PARTS) expect([part, told.includes(part)]).toEqual([part, !seen.includes(part)]);
    expect(warning === "").toBe(seen.length === PARTS.length);
  });
});

interface PortRule {
  readonly ports?: readonly { readonly protocol?: string; readonly port?: number }[];
}

const ports = (port: number) => ["UDP", "TCP"].map(protocol => ({ protocol, port }));

/** NetworkPolicies that let pods resolve names, with their rules for it. */
function dnsRules(objects: readonly KubernetesObject[]): (readonly [name: string, rules: PortRule[]])[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const { egress = [] } = (kind === "NetworkPolicy" ? spec : {}) as { egress?: PortRule[] };
    const rules = egress.filter(rule => [53, 5353].includes(rule.ports?.[0]?.port ?? 0));
    return rules.length > 0 ? [[`${metadata.namespace}/${metadata.name}`, rules] as const] : [];
  });
}

test("charts come from the mirror, unless they are elsewhere", () => {
  const repositories = (kubernetes: object) => new Set(build("spike", kubernetes).charts.map(each => each.repository));
  expect(repositories({})).toEqual(new Set(["https://spiffe.github.io/helm-charts-hardened/"]));
  expect(repositories({ registry: "mirror.example.org/rollup" })).toEqual(new Set(["oci://mirror.example.org/rollup"]));
});

type Values = Readonly<Record<string, { readonly enabled?: boolean }>>;

test("every value is one that the chart has", () => {
  const keys = of("spike").charts.flatMap(({ values }) => leaves(values));
  const allowed = [...SPIRE_CHART_KEYS, ...SPIRE_PLATFORM_KEYS].map(
    key => new RegExp(`^${key.replaceAll(".", "\\.").replaceAll("*", ".+")}$`),
  );
  const own = "spire-server.(replicaCount|persistence.storageClass)"; // of the example
  expect(keys.filter(key => !allowed.some(each => each.test(key)) && !new RegExp(own).test(key))).toEqual([]);
});

/** Paths of values, a list being one. */
function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, path ? `${path}.${key}` : key));
}

describe("levels", () => {
  const priority = (name: string, ...set: string[]) =>
    Object.fromEntries(
      workloadsOf(build(name, { priorityClassName: "top" }, ...set)).map(({ object, template }) => [
        object.metadata.name,
        template.spec.priorityClassName,
      ]),
    );

  test("the nearer one wins, for its own workloads only", () => {
    const set = ["p2p.kubernetes.priorityClassName=section", "p2p.nodes[0].kubernetes.priorityClassName=node"];
    const seen = priority("devnet", ...set);
    expect(seen).toEqual({
      boot: "section",
      edge: "section",
      full: "node",
      rpc: "section",
      seq: "top",
      "seq-proxy": "top",
      "spike-bootstrap": "top",
      "spire-ready": "top",
    });
  });

  test("maps merge, lists replace", () => {
    const outer = { nodeSelector: { pool: "a", arch: "arm64" }, tolerations: [{ operator: "Exists" as const }] };
    const inner = "{ nodeSelector: { pool: b }, tolerations: [{ key: k, operator: Exists }] }";
    const [full] = workloadsOf(build("devnet", outer, `p2p.nodes[0].kubernetes=${inner}`)).filter(
      ({ object }) => object.metadata.name === "full",
    );
    expect(full?.template.spec).toMatchObject({
      nodeSelector: { pool: "b", arch: "arm64" },
      tolerations: [{ key: "k", operator: "Exists" }],
    });
  });

  test("a section's own PriorityClass is made only where none is named", () => {
    const classes = (...set: string[]) =>
      build("single", {}, ...set)
        .objects.filter(({ kind }) => kind === "PriorityClass")
        .map(({ metadata }) => metadata.name);
    expect(classes()).toEqual(["seq-single"]);
    expect(classes("kubernetes.priorityClassName=platform")).toEqual([]);
    expect(classes("sequencer.kubernetes.priorityClassName=platform")).toEqual([]);
  });
});

test("what cannot change on a live cluster stays: selectors and claim templates", () => {
  const frozen = ({ objects }: Built) =>
    objects.flatMap(({ kind, metadata, spec = {} }) => {
      const { selector, volumeClaimTemplates, podSelector } = spec as Record<string, unknown>;
      return kind === "PodMonitor" ? [] : [{ kind, name: metadata.name, selector, podSelector, volumeClaimTemplates }];
    });
  for (const name of NAMES) {
    const named = (each: { kind: string }) => each.kind !== "PriorityClass";
    expect(frozen(of(name)).filter(named)).toEqual(frozen(build(name)).filter(named));
  }
});

describe("users: platform", () => {
  test.each(NAMES)("no pod of %s names a user or a group, and none may run as root", environment => {
    for (const { template } of workloadsOf(build(environment, { users: "platform" }))) {
      const { runAsUser, runAsGroup, fsGroup, runAsNonRoot } = template.spec.securityContext as Record<string, unknown>;
      expect({ runAsUser, runAsGroup, fsGroup, runAsNonRoot }).toEqual({ runAsNonRoot: true });
      for (const container of containersOf(template)) {
        expect(container.securityContext).not.toHaveProperty("runAsUser");
      }
    }
  });

  test("SPIRE's chart is told of OpenShift, and has no user in its values", () => {
    const { charts, warnings } = build("spike", { users: "platform" });
    for (const { values } of charts.filter(({ chart }) => chart === "spire"))
      expect(values).toMatchObject({ global: { openshift: true } });
    const nexus = { securityContext: { runAsUser: null } };
    expect(charts.find(each => each.name === "spike")?.values).toMatchObject({ "spike-nexus": nexus });
    expect(warnings.filter(each => each.startsWith("kubernetes.users"))).toEqual([]);
  });
});

test("a memory limit sizes the heap of Node.js, and nothing else changes", () => {
  const pods = (...set: string[]) =>
    workloadsOf(build("devnet", {}, ...set)).find(each => each.object.metadata.name === "full");
  const heapOf = (name: string, ...set: string[]) => {
    const container = containersOf(pods(...set)?.template as never).find(each => each.name === name);
    const env = container?.env as { name: string; value?: string }[];
    return env.find(each => each.name === "NODE_OPTIONS")?.value;
  };
  expect(heapOf("agent")).toBe("--max-old-space-size=64");
  const set = "p2p.kubernetes.resources={ agent: { limits: { memory: 256Mi } }, node: { limits: { memory: 8Gi } } }";
  expect(heapOf("agent", set)).toBe("--max-old-space-size=192");
  expect(heapOf("node", set)).toContain("--max-old-space-size=6144");
  expect(heapOf("node", set)?.replace("6144", "0")).toBe(heapOf("node")?.replace(/size=\d+/, "size=0"));
});

test("a Job has no sidecar, and a warning says so", () => {
  const { objects, warnings } = build("spike", { sidecars: [{ name: "shipper", image: "shipper:1" }] });
  const [job] = workloadsOf({ objects }).filter(({ object }) => object.kind === "Job");
  expect(job?.template.spec.containers).toHaveLength(1);
  expect(warnings.filter(each => each.startsWith("kubernetes.sidecars: the Job"))).not.toEqual([]);
});

test("a longer start has Terraform and the alert wait as long", () => {
  const { objects } = build("devnet", {}, "p2p.kubernetes.startupBudget=3h");
  expect(JSON.stringify(objects.find(each => each.kind === "PrometheusRule"))).toContain('"for":"180m"');
});

test("what names one source is replaced as a whole", () => {
  const outer = { caBundle: { configMap: "a", key: "b" }, volumes: { a: { configMap: "a" }, b: { emptyDir: {} } } };
  expect(mergeKubernetes(outer, { caBundle: { secret: "c", key: "d" }, volumes: { a: { secret: "c" } } })).toEqual({
    caBundle: { secret: "c", key: "d" },
    volumes: { a: { secret: "c" }, b: { emptyDir: {} } },
  });
});
