import fc from "fast-check";
import { toManifests } from "../../manifests";
import { podSpec } from "../../manifests/fields/pod";
import { type Json, METADATA, podOf, problemsOf, sampleOf, view } from "./support";

test("an unknown field is named with its resource and path", () => {
  const problems = problemsOf(() =>
    view("kubernetes_service_v1", { spec: { port: [{ port: 1 }, { port: 2, portt: 3 }] } }),
  );
  expect(problems).toEqual([
    "kubernetes_service_v1.x spec.port[1].portt: " +
      "the manifest view does not know this field; add it to manifests/fields/ or remove the override",
  ]);
});

test("an unknown field anywhere in a pod spec is reported, and only that", () => {
  const sample = sampleOf(podSpec);
  const places = blocksOf(sample, "");
  expect(places.length).toBeGreaterThan(200);
  fc.assert(
    fc.property(
      fc.nat(places.length - 1),
      fc.constantFrom("not_a_field", "Name", "constructor", "__proto"),
      (index, name) => {
        const spec = structuredClone(sample);
        const place = blocksOf(spec, "")[index] as Place;
        place.block[name] = "x";
        const path = ["spec.template.spec", place.path, name].filter(Boolean).join(".").replaceAll(".[", "[");
        expect(problemsOf(() => podOf(spec))).toEqual([
          expect.stringContaining(`kubernetes_stateful_set_v1.x ${path}: `),
        ]);
      },
    ),
  );
});

test("an unknown resource type is refused with the list of those known", () => {
  const [problem, ...others] = problemsOf(() => toManifests({ resource: { kubernetes_service: { a: {} } } }));
  expect(others).toEqual([]);
  expect(problem).toContain("kubernetes_service.a: the manifest view does not know this resource type; it knows ");
  expect(problem).toMatch(/^kubernetes_service\.a: .* knows .*kubernetes_service_v1.*helm_release$/);
  expect(problemsOf(() => toManifests({ resource: { constructor: { a: {} } } }))).toHaveLength(1);
});

test("everything wrong in a stack is reported, not the first alone", () => {
  const resource = {
    kubernetes_service_v1: { a: { metadata: METADATA, spec: { foo: 1, port: [{ port: "eighty" }] } } },
    kubernetes_pod_v1: { b: {} },
    kubernetes_config_map_v1: { c: { metadata: { labels: { x: ["y"] } } } },
  };
  const problems = problemsOf(() => toManifests({ resource, module: {} }));
  expect(problems.map(problem => problem.split(":")[0])).toEqual([
    "module",
    "kubernetes_service_v1.a spec.foo",
    "kubernetes_service_v1.a spec.port[0].port",
    "kubernetes_pod_v1.b",
    'kubernetes_config_map_v1.c metadata.labels["x"]',
    "kubernetes_config_map_v1.c metadata.name",
  ]);
  expect(() => toManifests({ resource, module: {} })).toThrow(problems.join("\n"));
});

test.each<[object, string]>([
  [{ replicas: "three" }, 'spec.replicas: must be a whole number, not "three"'],
  [{ replicas: 1.5 }, 'spec.replicas: must be a whole number, not "1.5"'],
  [{ replicas: "" }, 'spec.replicas: must be a whole number, not ""'],
  [{ replicas: "9007199254740993" }, 'spec.replicas: must be a whole number, not "9007199254740993"'],
  [{ replicas: [1] }, "spec.replicas: must be a int, not [1]"],
  [{ template: "x" }, 'spec.template: must be a block, not "x"'],
  [{ template: [{}, {}] }, "spec.template: at most one block, not 2"],
  [{ template: { metadata: { labels: [] } } }, "spec.template.metadata.labels: must be a map, not []"],
  [{ template: { spec: { host_pid: "yes" } } }, 'spec.template.spec.host_pid: must be true or false, not "yes"'],
  [
    { template: { spec: { host_aliases: [{ hostnames: "a" }] } } },
    'spec.template.spec.host_aliases[0].hostnames: must be a list, not "a"',
  ],
])("%j is refused", (spec, problem) => {
  expect(problemsOf(() => view("kubernetes_stateful_set_v1", { spec }))).toEqual([
    `kubernetes_stateful_set_v1.x ${problem}`,
  ]);
});

test.each<[object, string]>([
  [
    { container: [{ resources: { limits: { memory: "2 Gi" } } }] },
    'must be a quantity such as 500m or 2Gi, not "2 Gi"',
  ],
  [{ volume: [{ secret: { default_mode: "0999" } }] }, 'must be octal file permissions such as 0440, not "0999"'],
  [{ volume: [{ secret: { default_mode: 288 } }] }, 'must be octal file permissions such as 0440, not "288"'],
  [{ volume: [{ local: { path: "/" } }] }, "the provider drops this from a pod's volumes"],
  [
    { security_context: { seccomp_profile: { type: "RuntimeDefault", localhost_profile: "p" } } },
    "unless type is Localhost",
  ],
])("%j is refused in a pod", (spec, problem) => {
  expect(problemsOf(() => podOf(spec))).toEqual([expect.stringContaining(problem)]);
});

test.each<[string, object, string]>([
  ["kubernetes_secret_v1", { data: { key: "s" } }, "data: no secret goes through Terraform"],
  ["kubernetes_config_map_v1", { count: 2 }, "count: the view shows every object once"],
  [
    "kubernetes_config_map_v1",
    { metadata: { name: "a", generate_name: "a-" } },
    "metadata.generate_name: names are known at synth",
  ],
  [
    "kubernetes_service_v1",
    { spec: { load_balancer_class: "x" } },
    "spec.load_balancer_class: the provider drops this unless type is",
  ],
  [
    "kubernetes_job_v1",
    { spec: { max_failed_indexes: 1 } },
    "spec.max_failed_indexes: the provider drops this unless completion_mode",
  ],
])("%s with %j is refused", (type, body, problem) => {
  expect(problemsOf(() => view(type, body))).toEqual([expect.stringContaining(`${type}.x ${problem}`)]);
});

interface Place {
  readonly path: string;
  readonly block: Json;
}

/** Every block inside a sample: all its objects but the maps, whose keys are free. */
function blocksOf(value: unknown, path: string): Place[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => blocksOf(item, `${path}[${i}]`));
  if (typeof value !== "object" || value === null || "a.key/of_it" in value) return [];
  const inner = Object.entries(value).flatMap(([name, child]) => blocksOf(child, path ? `${path}.${name}` : name));
  return [{ path, block: value as Json }, ...inner];
}

describe("a field that version 3 of the provider brought", () => {
  const sidecar = (version?: string) => {
    const init_container = [{ name: "log", restart_policy: "Always" }];
    const resource = { x: { metadata: { name: "a" }, spec: { template: { spec: { init_container } } } } };
    return toManifests({
      ...(version && { terraform: { required_providers: { kubernetes: { source: "kubernetes", version } } } }),
      resource: { kubernetes_stateful_set_v1: resource },
    });
  };

  test.each(["3.4.0", undefined])("is shown with version %s", version => {
    expect(JSON.stringify(sidecar(version).objects)).toContain('"restartPolicy":"Always"');
  });

  test("fails with version 2, as Terraform would", () => {
    expect(problemsOf(() => sidecar("2.38.0"))).toEqual([
      "kubernetes_stateful_set_v1.x spec.template.spec.init_container[0].restart_policy: " +
        "hashicorp/kubernetes 2 has no such field; version 3 has it",
    ]);
  });
});
