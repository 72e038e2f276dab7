import { join } from "node:path";
import { loadEnvironments } from "../../../values/load/load";
import { environment, errorsOf, type Files, load, type Options } from "../folder";

const only = (files: Files, options?: Options) => {
  const [first, ...others] = load(files, options);
  if (!first || others.length > 0) throw new Error("one environment was meant");
  return first;
};

describe("an environment", () => {
  test("lies over its profile and takes defaults last", () => {
    const { values, merged, name } = only({ "devnet.yaml": environment("resources: { full: { cpu: 2000m } }") });
    expect(name).toBe("devnet");
    expect(values.p2p?.resources.full).toEqual({ cpu: "2000m", memory: "1Gi", memoryLimit: "2Gi" });
    expect(values.p2p?.spread).toBe("soft");
    expect(values.backend).toEqual({ local: { dir: "state" } });
    expect(merged).not.toHaveProperty("backend");
    expect(merged).toHaveProperty("p2p.spread", "soft");
  });

  test("takes the profiles of its own folder, where it has some", () => {
    const dev = "protected: true\np2p: { spread: hard }";
    const prod = "p2p: { spread: soft }";
    const files = { "a.yaml": environment("resources: {}"), "profiles/dev.yaml": dev, "profiles/prod.yaml": prod };
    expect(errorsOf(files)[0]).toBe("values/a.yaml:6:14  p2p.resources.bootstrap");
    expect(only({ "a.yaml": "profile: dev", "profiles/dev.yaml": dev }).values).toMatchObject({ protected: true });
  });

  test("without a section does not get it from the profile", () => {
    const { values } = only({ "empty.yaml": "profile: prod" });
    expect(values.p2p).toBeUndefined();
    expect(values.protected).toBe(true);
  });

  test("may repeat itself with anchors", () => {
    const { values, locate } = only({
      "a.yaml": environment(
        "bootstrap:",
        "  - { name: a, kubernetes: { nodeSelector: &edge { zone: x } } }",
        "  - { name: b, kubernetes: { nodeSelector: *edge } }",
      ),
    });
    expect(values.p2p?.bootstrap.map(({ kubernetes }) => kubernetes?.nodeSelector)).toEqual([
      { zone: "x" },
      { zone: "x" },
    ]);
    expect(locate(["p2p", "bootstrap", 1, "kubernetes", "nodeSelector"])).toMatchObject({ line: 8, column: 46 });
  });

  test("is found by name, whatever is wrong with others", () => {
    const ignored = { ".hidden.yaml": "]", "README.md": "]", "more/c.yaml": "]" };
    expect(only({ "a.yaml": environment(), ...ignored }).name).toBe("a");
    const files = { "b.yml": environment(), "a.yaml": environment(), "bad.yaml": "]" };
    expect(load(files, { names: ["b", "a"] }).map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

describe("locate()", () => {
  const { locate } = only({
    "devnet.yaml": environment(
      "resources:",
      "  full: { cpu: 1 }",
      "bootstrap:",
      "  - name: boot",
      "    env:",
      "      A: b",
      "nodes: []",
    ).replace("cpu: 1", 'cpu: "1"'),
    "profiles/dev.yaml":
      "# figures\np2p:\n  spread: hard\n  resources:\n    bootstrap: &r { cpu: 1m, memory: 1Mi, memoryLimit: 1Mi " +
      "}\n    full: *r\n    rpc: *r\n    archive: *r\n    prover: *r\n",
  });
  const place = (...path: (string | number)[]) => {
    const { file, line, column } = locate(path);
    return `${file.replace(/^.*\/values-\w+\//, "")}:${line}:${column}`;
  };

  test.each([
    ["a value", ["p2p", "bootstrap", 0, "name"], "devnet.yaml:9:13"],
    ["a value that the profile gave", ["p2p", "spread"], "profiles/dev.yaml:3:11"],
    ["a value behind an alias", ["p2p", "resources", "rpc", "cpu"], "profiles/dev.yaml:5:26"],
    ["one value of a merged map", ["p2p", "resources", "full", "cpu"], "devnet.yaml:7:18"],
    ["the other value of a merged map", ["p2p", "resources", "full", "memory"], "profiles/dev.yaml:5:38"],
    ["a map of one line", ["p2p", "resources", "full"], "devnet.yaml:7:11"],
    ["an indented map, at its key", ["p2p", "bootstrap", 0, "env"], "devnet.yaml:10:7"],
    ["an indented list, at its key", ["p2p", "bootstrap"], "devnet.yaml:8:3"],
    ["an element", ["p2p", "bootstrap", 0], "devnet.yaml:9:7"],
    ["nothing, at what is above", ["p2p", "bootstrap", 0, "storage", "size"], "devnet.yaml:9:7"],
    ["nothing at all", ["spike", "namespace"], "devnet.yaml:1:1"],
  ])("finds %s", (_, path, expected) => {
    expect(place(...path)).toBe(expected);
  });
});

describe("--set", () => {
  const files = { "devnet.yaml": environment("bootstrap: [{ name: boot }]", "nodes: [{ name: full }]") };
  const set = (...assignments: string[]) => only(files, { set: assignments });
  const errors = (...assignments: string[]) => errorsOf(files, { set: assignments });

  test("lies over everything, the later over the earlier", () => {
    const { values, locate } = set(
      "p2p.nodes.0.replicas=3",
      "p2p.nodes[0].replicas=4",
      "p2p.nodes.1={ name: rpc, role: rpc }",
      "p2p.bootstrap[0].announce.publicIp=hostPort",
      "p2p.bootstrap.0.kubernetes.nodeSelector.kubernetes\\.io/os=linux",
      "p2p.resources.full.cpu=2",
      "p2p.resources={ full: { cpu: 3m } }",
      "p2p.kubernetes.imagePullSecrets.0=registry",
    );
    expect(values.p2p?.nodes).toMatchObject([
      { name: "full", replicas: 4 },
      { name: "rpc", role: "rpc" },
    ]);
    expect(values.p2p?.bootstrap[0]).toMatchObject({
      announce: { publicIp: "hostPort" },
      kubernetes: { nodeSelector: { "kubernetes.io/os": "linux" } },
    });
    expect(values.p2p?.resources.full).toEqual({ cpu: "3m", memory: "1Gi", memoryLimit: "2Gi" });
    expect(values.p2p?.kubernetes?.imagePullSecrets).toEqual(["registry"]);
    expect(locate(["p2p", "nodes", 0, "replicas"])).toEqual({
      file: "--set p2p.nodes[0].replicas=4",
      line: 0,
      column: 0,
    });
    expect(locate(["p2p", "nodes", 0, "name"]).line).toBe(7);
  });

  test("changes only the environments that were asked for", () => {
    const inOneCluster = (text: string) => `${text}cluster: { context: x }\n`;
    const two = {
      "a.yaml": inOneCluster(environment()),
      "b.yaml": inOneCluster(environment().replace("net", "other")),
    };
    expect(load(two, { names: ["a"], set: ["p2p.namespace=x"] }).map(({ values }) => values.p2p?.namespace)).toEqual([
      "x",
    ]);
    expect(errorsOf(two, { set: ["p2p.namespace=x"] })[1]).toMatch("and so does values/a.yaml");
  });

  test("chooses the profile", () => {
    expect(set("profile=dev", "profile=prod").values.p2p?.spread).toBe("hard");
    expect(errors("profile=pord")).toEqual([
      "--set profile=pord  profile",
      '  unknown profile "pord"; available: dev, prod',
      '  → did you mean "prod"?',
      "1 error; nothing was written",
    ]);
  });

  test("takes a key or an element away with an empty value", () => {
    const { values, merged } = set("p2p.nodes[0].replicas=5", "p2p.nodes[0].replicas=", "p2p.bootstrap[0]=");
    expect([values.p2p?.nodes[0]?.replicas, values.p2p?.bootstrap]).toEqual([1, []]);
    expect(merged).not.toHaveProperty("p2p.nodes.0.replicas");
    expect(errors("p2p.crs=")).toEqual([
      "--set p2p.crs=  p2p.crs",
      "  is not set, so it cannot be taken away",
      "  → leave this --set out",
      "1 error; nothing was written",
    ]);
  });

  test("replaces one alternative by another", () => {
    const s3 = "backend={ s3: { bucket: states, region: r } }";
    expect(set(s3, "backend.gcs.bucket=other").values.backend).toEqual({ gcs: { bucket: "other", prefix: "" } });
    expect(set(s3, "backend={ local: {} }").values.backend).toEqual({ local: { dir: "state" } });
    expect(set(s3, "backend.s3.prefix=p/").values.backend).toMatchObject({ s3: { bucket: "states", prefix: "p/" } });
  });

  test("fails on what it cannot read or place", () => {
    expect(
      errors(
        "p2p.nodes",
        "a..b=1",
        "p2p.spread=[soft",
        "p2p.nodes.2.name=x",
        "p2p.nodes.full.name=x",
        "p2p.bootstrap.0.port=0",
        "p2p.foo=1",
      ),
    ).toEqual([
      "--set p2p.nodes",
      "  is not path=value",
      "  → for example --set p2p.nodes[0].replicas=3",
      "--set a..b=1",
      "  is not path=value",
      "  → for example --set p2p.nodes[0].replicas=3",
      "--set p2p.spread=[soft  p2p.spread",
      "  not YAML: flow sequence must end with a ]",
      "--set p2p.nodes.2.name=x  p2p.nodes[2].name",
      '  p2p.nodes is a list of 1, so "2" is none of its positions',
      "  → 1 adds an element",
      "--set p2p.nodes.full.name=x  p2p.nodes.full.name",
      '  p2p.nodes is a list of 1, so "full" is none of its positions',
      "  → 1 adds an element",
      "--set p2p.bootstrap.0.port=0  p2p.bootstrap[0].port",
      "  0 is out of range; allowed: 1 to 65535",
      "--set p2p.foo=1  p2p.foo",
      expect.stringContaining('unknown key "foo"; allowed: namespace, existingNamespace, chain, image'),
      "7 errors; nothing was written",
    ]);
  });
});

test("the package's own environments are valid", () => {
  const environments = loadEnvironments({ dir: join(__dirname, "../../../values") });
  expect(environments.map(({ name }) => name)).toEqual(expect.arrayContaining(["devnet", "local", "staging"]));
  expect(environments[0]?.file).toBe("values/devnet.yaml");
});
