import fc from "fast-check";
import { toManifests } from "../../manifests";
import { podOf, problemsOf, view } from "./support";

const STACK = {
  kubernetes_namespace_v1: { ns: { metadata: { name: "p2p" } } },
  kubernetes_service_v1: {
    boot: {
      metadata: { name: "boot-p2p", namespace: "${kubernetes_namespace_v1.ns.metadata[0].name}" },
      spec: { type: "ClusterIP" },
    },
    fixed: { metadata: { name: "fixed" }, spec: { cluster_ip: "10.96.0.40" } },
    headless: { metadata: [{ name: "headless" }], spec: [{}] },
    loop: { metadata: { name: "${kubernetes_service_v1.loop.metadata[0].name}" } },
  },
};
const { loop: _, ...services } = STACK.kubernetes_service_v1;
const others = { ...STACK, kubernetes_service_v1: services };
const textOf = (text: string) =>
  (view("kubernetes_config_map_v1", { data: { text } }, others).data as { text: string }).text;

test.each([
  ["${kubernetes_namespace_v1.ns.metadata[0].name}", "p2p"],
  ["${kubernetes_namespace_v1.ns.metadata.0.name}", "p2p"],
  ["${kubernetes_service_v1.boot.metadata[0].namespace}", "p2p"],
  ["${kubernetes_service_v1.fixed.spec[0].cluster_ip}", "10.96.0.40"],
  ["${kubernetes_service_v1.boot.spec[0].cluster_ip}", "<clusterIP of Service p2p/boot-p2p>"],
  ["${kubernetes_service_v1.boot.spec.0.cluster_ip}", "<clusterIP of Service p2p/boot-p2p>"],
  ["${kubernetes_service_v1.headless.spec[0].cluster_ip}", "<clusterIP of Service default/headless>"],
  ["http://${kubernetes_service_v1.fixed.spec[0].cluster_ip}:80/$${A}", "http://10.96.0.40:80/${A}"],
  ["$${VAR:-%%{http_code}} $$ $VAR $(cmd) 100% {}", "${VAR:-%{http_code}} $$ $VAR $(cmd) 100% {}"],
])("%s is shown as %s", (given, wanted) => {
  expect(textOf(given)).toBe(wanted);
});

test.each([
  ["${VAR}", '"${VAR}"', '"$${VAR}"'],
  ["a ${VAR:-x} b", '"${VAR:-x}"', '"$${VAR:-x}"'],
  ["${", '"${"', '"$${"'],
  ["%{http_code}", '"%{"', '"%%{"'],
  ["${kubernetes_namespace_v1.other.metadata[0].name}", "other", "$${"],
  ["${kubernetes_namespace_v1.ns.metadata[0].uid}", "uid", "$${"],
  ["${kubernetes_namespace_v1.ns.metadata[1].name}", "metadata[1]", "$${"],
  ["${kubernetes_namespace_v1.ns.metadata}", "metadata", "$${"],
  ["${kubernetes_service_v1.boot.spec[0].clusterIP}", "clusterIP", "$${"],
  ["${kubernetes_namespace_v1.ns.metadata[0].constructor.name}", "constructor", "$${"],
  ["${constructor.name.length}", "constructor", "$${"],
  ["${data.kubernetes_service_v1.boot.spec[0].cluster_ip}", "data", "$${"],
])("%s has no answer before apply, and says so", (given, named, remedy) => {
  const problems = problemsOf(() => view("kubernetes_config_map_v1", { data: { "a.sh": given } }, others));
  expect(problems).toEqual([
    expect.stringContaining('kubernetes_config_map_v1.x data["a.sh"]: Terraform would evaluate'),
  ]);
  expect(problems[0]).toContain(named);
  expect(problems[0]).toContain(remedy);
});

test("an interpolation in a key or in a number is seen as well", () => {
  const problems = problemsOf(() =>
    view("kubernetes_service_v1", { spec: { selector: { "${A}": "b" }, port: [{ port: "${B}" }] } }),
  );
  expect(problems.map(problem => problem.split(": ")[0])).toEqual([
    'kubernetes_service_v1.x spec.selector["${A}"]',
    "kubernetes_service_v1.x spec.port[0].port",
    "kubernetes_service_v1.x spec.port[0].port",
  ]);
});

test("a reference to itself ends in an error", () => {
  expect(problemsOf(() => toManifests({ resource: STACK }))).not.toEqual([]);
});

test("text that is escaped for Terraform comes out as it was", () => {
  const escaped = (text: string) => text.replace(/\$\{/g, "$$$${").replace(/%\{/g, "%%{");
  const text = fc.array(fc.constantFrom("$", "%", "{", "}", "${", "%{", "$${", "x", "\n", " "), { maxLength: 30 });
  fc.assert(
    fc.property(text, parts => {
      expect(textOf(escaped(parts.join("")))).toBe(parts.join(""));
    }),
  );
});

test("an address in a host alias is text as it stands", () => {
  const spec = { host_aliases: [{ ip: "10.0.0.1", hostnames: ["a"] }] };
  expect(podOf(spec).hostAliases).toEqual([{ ip: "10.0.0.1", hostnames: ["a"] }]);
});
