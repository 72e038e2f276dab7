import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terraformOf } from "../../testing";
import { loadEnvironments } from "../../values/load/load";
import { buildApp } from "./build-app";

const outdir = mkdtempSync(join(tmpdir(), "connections-"));
afterAll(() => rmSync(outdir, { recursive: true }));

interface Terraform {
  readonly terraform: { readonly backend: object };
  readonly provider: Record<string, object[]>;
}

function devnet(...set: string[]): Terraform {
  const { stacks } = buildApp(loadEnvironments({ dir: "values", names: ["devnet"], set }), { outdir });
  return terraformOf(stacks[0] as (typeof stacks)[number]) as Terraform;
}

test.each([
  ["gcs: {bucket: states, prefix: net}", { gcs: { bucket: "states", prefix: "net/devnet-p2p" } }],
  [
    "azurerm: {resourceGroup: g, storageAccount: states, container: tfstate}",
    {
      azurerm: {
        resource_group_name: "g",
        storage_account_name: "states",
        container_name: "tfstate",
        key: "devnet-p2p.tfstate",
      },
    },
  ],
  ["pg: {schema: rollup}", { pg: { schema_name: "rollup_p2p" } }],
  [
    "kubernetes: {namespace: states}",
    {
      kubernetes: {
        namespace: "states",
        secret_suffix: "devnet-p2p",
        config_path: "~/.kube/config",
        config_context: "kind-devnet",
      },
    },
  ],
  [
    "s3: {bucket: states, region: r, lockTable: locks}",
    { s3: { bucket: "states", region: "r", encrypt: true, key: "devnet-p2p.tfstate", dynamodb_table: "locks" } },
  ],
])("the state backend %s", (backend, expected) => {
  expect(devnet(`backend={${backend}}`).terraform.backend).toEqual(expected);
});

test("fails where the state would go to another cluster than the values name", () => {
  const exec = "cluster.exec={host: 'https://k.example:6443', caCertificateFile: ca.crt, command: aws}";
  expect(() => devnet("backend={kubernetes: {namespace: states}}", exec)).toThrow(
    "backend.kubernetes\n  the state would go to the kubeconfig's cluster",
  );
});

test("text of the values is text for Terraform too", () => {
  const { resource } = devnet("p2p.nodes[0].env.NOTE=\"${file('/etc/passwd')} %{if x}\"") as unknown as {
    resource: object;
  };
  expect(JSON.stringify(resource)).toContain("$${file('/etc/passwd')} %%{if x}");
});

test("a kubeconfig with its context connects the provider", () => {
  expect(devnet().provider).toEqual({ kubernetes: [{ config_path: "~/.kube/config", config_context: "kind-devnet" }] });
});

test("a pod connects with its own account, Helm and the state too", () => {
  const set = ["cluster.inCluster=true", "cluster.context=null", "backend={kubernetes: {namespace: states}}"];
  const { provider, terraform } = devnet(...set, "p2p.monitoring.enabled=true", "runbookBase=https://a");
  const account = "/var/run/secrets/kubernetes.io/serviceaccount";
  const connection = {
    host: "https://kubernetes.default.svc",
    cluster_ca_certificate: `\${file("${account}/ca.crt")}`,
    token: `\${file("${account}/token")}`,
  };
  expect(provider).toEqual({ kubernetes: [connection], helm: [{ kubernetes: connection }] });
  expect(terraform.backend).toEqual({
    kubernetes: { namespace: "states", secret_suffix: "devnet-p2p", in_cluster_config: true },
  });
});

test("fails where a pod's account and a context are both named", () => {
  expect(() => devnet("cluster.inCluster=true")).toThrow(
    "cluster.context\n  cluster.inCluster connects with the account of a pod, and not by this\n  → keep one",
  );
});

test("a credential plugin connects without a kubeconfig, Helm too where it is needed", () => {
  const exec = "{host: 'https://k.example:6443', caCertificateFile: ca.crt, command: aws, args: [eks, get-token]}";
  const { provider } = devnet(`cluster.exec=${exec}`, "p2p.monitoring.enabled=true", "runbookBase=https://a");
  const plugin = { api_version: "client.authentication.k8s.io/v1", command: "aws", args: ["eks", "get-token"] };
  const connection = { host: "https://k.example:6443", cluster_ca_certificate: '${file("ca.crt")}' };
  expect(provider.kubernetes).toEqual([{ ...connection, exec: [plugin] }]);
  expect(provider.helm).toEqual([{ kubernetes: { ...connection, exec: plugin } }]);
});

test("the environment of a credential plugin goes with it", () => {
  const exec = "{host: 'https://k.example:6443', caCertificateFile: ca.crt, command: aws, env: {AWS_PROFILE: ops}}";
  const { provider } = devnet(`cluster.exec=${exec}`, "p2p.monitoring.enabled=true", "runbookBase=https://a");
  expect(provider.kubernetes).toMatchObject([{ exec: [{ env: { AWS_PROFILE: "ops" } }] }]);
  expect(provider.helm).toMatchObject([{ kubernetes: { exec: { env: { AWS_PROFILE: "ops" } } } }]);
});

test("what others write on objects is no change for Terraform", () => {
  const ours = ["cluster.ignoreAnnotations=['field\\.cattle\\.io/.*']", "cluster.ignoreLabels=['team']"];
  expect(devnet(...ours).provider.kubernetes).toMatchObject([
    { ignore_annotations: ["field\\.cattle\\.io/.*"], ignore_labels: ["team"] },
  ]);
});

test.each([
  ["cluster.ignoreLabels=['a(']", "must be a regular expression"],
  ["cluster.ignoreAnnotations=[a, a]", "is the same as element 0"],
  ["cluster.exec={host: 'https://k.example', caCertificateFile: ca.crt, command: aws, env: {A-B: c}}", "A-B"],
])("fails on %s", (setting, message) => {
  expect(() => devnet(setting)).toThrow(message);
});
