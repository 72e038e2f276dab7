/**
 * `raw.ts N`: the environments of ours.ts, written as a team without the constructs would write them: provider
 * classes with literal props, and nothing computed that could be typed. `same.ts` proves that both come to the same
 * Terraform configuration.
 */
import { relative } from "node:path";
import { KubernetesProvider, NamespaceV1, NetworkPolicyV1 } from "../constructs/kubernetes/framework/provider";
import { App, Fn, LocalBackend, TerraformOutput, TerraformStack } from "../constructs/kubernetes/framework/terraform";
import { environmentNames, JOINING } from "./environments";
import { bootstrapNode } from "./raw-bootstrap";
import { fullNode } from "./raw-node";

function environment(app: App, name: string): void {
  const stack = new TerraformStack(app, `${name}-p2p`);
  new LocalBackend(stack, { path: `${relative(`${app.outdir}/stacks/${name}-p2p`, ".")}/state/${name}-p2p.tfstate` });
  new KubernetesProvider(stack, "kubernetes", { configPath: "~/.kube/config", configContext: "bench" });

  const namespace = new NamespaceV1(stack, "namespace", {
    metadata: {
      name,
      labels: {
        "app.kubernetes.io/managed-by": "cdktf-rollup-network",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    },
  });
  new NetworkPolicyV1(stack, "default-deny", {
    metadata: { name: "default-deny", namespace: name },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    dependsOn: [namespace],
  });
  const { record, p2pService } = bootstrapNode(stack, namespace, name);
  for (const node of JOINING) fullNode(stack, namespace, record, { ...node, namespace: name });

  new TerraformOutput(stack, "boot_enrs", {
    value: Fn.merge([{}, record.data]),
    description: "ENRs, known or by pod; empty until the pods have published them",
    staticId: true,
  });
  new TerraformOutput(stack, "boot_p2p_addresses", {
    value: { [p2pService.metadata.name]: p2pService.spec.clusterIp },
    description: "announced address by Service",
    staticId: true,
  });
  new TerraformOutput(stack, "rpc_urls", {
    value: {
      boot: `http://boot.${name}.svc.cluster.local:8080`,
      ...Object.fromEntries(JOINING.map(node => [node.name, `http://${node.name}.${name}.svc.cluster.local:8080`])),
    },
    description: "JSON-RPC inside the cluster",
    staticId: true,
  });
}

const app = new App({ stackTraces: false });
for (const name of environmentNames(Number(process.argv[2]))) environment(app, name);
app.synth();
