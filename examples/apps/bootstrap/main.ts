import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { aztec, BootstrapNode, NetworkNamespace } from "cdktf-rollup-network";

const app = new App();
const stack = new TerraformStack(app, "bootstrap");
new KubernetesProvider(stack, "Kubernetes", { configPath: "~/.kube/config" });

const namespace = new NetworkNamespace(stack, "Namespace", { name: "p2p" });
const boot = new BootstrapNode(stack, "Boot", {
  namespace: namespace.name,
  replicas: 2,
  software: aztec({ image: "azteclabs/aztec:6.0.0", network: "testnet" }),
});
namespace.contain(boot);

const addresses = boot.p2pServices.services.map(({ spec }) => spec.clusterIp);
new TerraformOutput(stack, "p2p_addresses", { value: addresses });
app.synth();
