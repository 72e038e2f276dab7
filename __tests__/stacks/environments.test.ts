import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toManifests } from "../../manifests";
import { summaryOf } from "../../stacks/summary";
import { terraformOf, toYaml, warningsOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { buildApp } from "./build-app";
import { reviewed } from "./snapshots";

interface Terraform {
  readonly terraform: { readonly backend: object };
  readonly resource: Record<string, Record<string, { depends_on?: string[] }>>;
  readonly output: Record<string, { value: unknown }>;
}

const outdir = mkdtempSync(join(tmpdir(), "environments-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const environments = loadEnvironments({ dir: "values" });
const { stacks } = buildApp(environments, { outdir });
const byId = Object.fromEntries(
  stacks.map(stack => {
    const terraform = terraformOf(stack) as Terraform;
    return [stack.node.id, { stack, terraform, manifests: toManifests(terraform) }];
  }),
);
const of = (id: string) => byId[id] as (typeof byId)[string];

test.each(Object.keys(byId))("the manifests of %s", id => {
  expect(reviewed(of(id).manifests)).toMatchSnapshot();
});

test.each(Object.keys(byId))("the addresses that %s has in the state, with either framework", id => {
  const { resource } = of(id).terraform;
  const addresses = Object.entries(resource).flatMap(([type, named]) =>
    Object.keys(named).map(name => `${type}.${name}`),
  );
  expect(addresses.sort().join("\n")).toMatchSnapshot();
});

test("every environment has a stack for each of its sections", () => {
  expect(Object.keys(byId)).toEqual([
    "devnet-p2p",
    "devnet-sequencer",
    "devnet-spike",
    "local-p2p",
    "mainnet-p2p",
    "staging-p2p",
  ]);
});

test("every object is in a namespace of the stack, or is it, or is named after it", () => {
  const everywhere = ["Namespace", "PriorityClass"];
  for (const { manifests } of Object.values(byId)) {
    const own = manifests.objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    for (const { kind, metadata } of manifests.objects) {
      expect(own).toContain(everywhere.includes(kind) ? metadata.name : metadata.namespace);
    }
  }
});

test("no Secret is created, and nothing that looks like a key is in the configuration", () => {
  for (const { terraform, manifests } of Object.values(byId)) {
    expect(manifests.objects.map(({ kind }) => kind)).not.toContain("Secret");
    expect(JSON.stringify(terraform)).not.toMatch(/08021220[0-9a-f]{64}|PRIVATE KEY-/);
  }
});

test("the state is where the values say, local state relative to the project", () => {
  const { stacks: local } = buildApp(loadEnvironments({ dir: "values", names: ["devnet"] }), {});
  expect((terraformOf(local[0] as (typeof local)[number]) as { terraform: object }).terraform).toMatchObject({
    backend: { local: { path: "../../../state/devnet-p2p.tfstate" } },
  });
  expect(of("mainnet-p2p").terraform.terraform.backend).toEqual({
    s3: {
      bucket: "example-rollup-state",
      region: "eu-central-1",
      encrypt: true,
      key: "rollup-network/mainnet-p2p.tfstate",
      use_lockfile: true,
    },
  });
});

test("public exposure shows in the namespace's Pod Security, and nowhere else", () => {
  const level = (id: string) => of(id).manifests.objects[0]?.metadata.labels?.["pod-security.kubernetes.io/enforce"];
  const others = Object.keys(byId).filter(id => level(id) !== "restricted");
  expect(others.map(id => [id, level(id)])).toEqual([["staging-p2p", "privileged"]]);
});

test("mainnet's bootstrap nodes serve the records that its nodes are given", () => {
  const { manifests } = of("mainnet-p2p");
  const record = manifests.objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "boot-enr");
  const enrs = Object.values(record?.data as Record<string, string>);
  expect(enrs).toHaveLength(3);
  expect(toYaml(manifests)).toContain(`value: ${enrs.join(",")}`);
});

const OPEN_API_SERVER = "apiServer not set: the NetworkPolicy opens ports 443 and 6443 to every host and pod";

test("mainnet warns of what only its operator can know", () => {
  expect(warningsOf(of("mainnet-p2p").stack)).toEqual([
    "image azteclabs/aztec:6.0.0 is named by tag: a registry can serve another image under it",
    "storageClass not set: the cluster's default decides where identities live",
  ]);
  expect(warningsOf(of("devnet-p2p").stack)).toEqual([OPEN_API_SERVER]);
});

test("alerts that nobody may scrape are warned of, and a LoadBalancer's output is the announced address", () => {
  const announce = "p2p.bootstrap[0].announce={address: {ips: [203.0.113.7]}}";
  const set = ["p2p.monitoring.enabled=true", "runbookBase=https://a", announce, "p2p.nodes=[]"];
  const [stack] = buildApp(loadEnvironments({ dir: "values", names: ["devnet"], set }), { outdir }).stacks;
  if (!stack) throw new Error("no stack");
  expect(warningsOf(stack)).toEqual([
    "p2p.networkPolicies.monitoring not set: no namespace may scrape the metrics that the alerts need",
    OPEN_API_SERVER,
  ]);
  const { output } = terraformOf(stack) as Terraform;
  expect(Object.values(output.boot_p2p_addresses?.value as object)).toEqual(["203.0.113.7"]);
});

test("the summary counts what the manifests hold", () => {
  for (const { stack, manifests } of Object.values(byId)) {
    const { kinds } = summaryOf(stack);
    const total = Object.values(kinds).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(manifests.objects.length + manifests.releases.length);
  }
  expect(summaryOf(of("mainnet-p2p").stack).nodes.slice(0, 2)).toEqual([
    { name: "boot", address: "10.96.7.7, 10.96.7.8, 10.96.7.9 (reserved)", enr: "known, verified (3)" },
    { name: "full", address: "pod address ×3", enr: "given 3" },
  ]);
  expect(summaryOf(of("staging-p2p").stack).nodes).toEqual([
    { name: "boot", address: "host address, hostPort 40400", enr: "published at start" },
    { name: "full", address: "host address, hostPort 40401 ×2", enr: "waits for boot-enr" },
  ]);
});

test("Terraform creates the namespace first, and a bootstrap node's Services and record before its pods", () => {
  const { resource } = of("devnet-p2p").terraform;
  for (const [type, instances] of Object.entries(resource)) {
    if (type === "kubernetes_namespace_v1") continue;
    for (const { depends_on } of Object.values(instances)) {
      expect(depends_on?.join()).toContain("kubernetes_namespace_v1.Namespace_");
    }
  }
  const [set] = Object.values(resource.kubernetes_stateful_set_v1 ?? {});
  const types = set?.depends_on?.map(address => address.replace(/_[0-9A-F]{8}$/, ""));
  expect(types).toEqual(
    expect.arrayContaining([
      "kubernetes_service_v1.bootstrap-boot_P2p_0",
      "kubernetes_config_map_v1.bootstrap-boot_Enr",
      "kubernetes_role_binding_v1.bootstrap-boot_Enr_RoleBinding",
      "kubernetes_service_account_v1.bootstrap-boot_ServiceAccount",
      "kubernetes_config_map_v1.bootstrap-boot_Scripts",
      "kubernetes_network_policy_v1.bootstrap-boot_NetworkPolicy",
      "kubernetes_network_policy_v1.Namespace_DefaultDeny",
    ]),
  );
});

test("outputs name ENRs, addresses and RPC URLs", () => {
  const { output } = of("devnet-p2p").terraform;
  expect(output.rpc_urls?.value).toMatchObject({ boot: "http://boot.devnet-p2p.svc.cluster.local:8080" });
  expect(JSON.stringify(output.boot_p2p_addresses?.value)).toContain("cluster_ip");
  expect(output.boot_enrs?.value).toMatch(/^\$\{merge\(\{\}, kubernetes_config_map_v1\..*\.data\)\}$/);
});
