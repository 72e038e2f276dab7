import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, TerraformStack } from "cdktf";
import { aztec, Bootnodes, FullNode, NetworkNamespace } from "cdktf-rollup-network";
import { PartnerBootnodes } from "./partner-bootnodes";

const app = new App();
const stack = new TerraformStack(app, "full");
new KubernetesProvider(stack, "Kubernetes", { configPath: "~/.kube/config" });

const namespace = new NetworkNamespace(stack, "Namespace", { name: "full" });
const partner = new PartnerBootnodes(stack, "Partner", {
  namespace: namespace.name,
  nodes: ["boot-0", "boot-1"],
  state: { bucket: "partner-state", key: "p2p.tfstate", region: "eu-central-1" },
});
const full = new FullNode(stack, "Full", {
  namespace: namespace.name,
  software: aztec({
    image: "azteclabs/aztec:6.0.0",
    network: "testnet",
    l1DebugUrls: ["http://l1-execution.l1.svc:8545"],
  }),
  bootnodes: [partner, Bootnodes.fromUrl("https://boot.example.org")],
});
namespace.contain(partner, full);
app.synth();
