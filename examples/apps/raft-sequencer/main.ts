import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { evNode, NetworkNamespace, RaftSequencer } from "cdktf-rollup-network";

const app = new App();
const stack = new TerraformStack(app, "sequencer");
new KubernetesProvider(stack, "Kubernetes", { configPath: "~/.kube/config" });

const namespace = new NetworkNamespace(stack, "Namespace", { name: "sequencer" });
const sequencer = new RaftSequencer(stack, "Sequencer", {
  namespace: namespace.name,
  name: "seq",
  software: evNode({ version: "v1.2.2", execution: { kind: "testapp" } }),
  blockTime: "200ms",
  mesh: { kind: "secret", secret: "seq-mesh" }, // made by `rollup-network keys mesh`
  signer: { kind: "file", secret: "seq-signer" },
  nodeKeys: {
    secret: "seq-node-keys", // an EXAMPLE: make yours with `rollup-network keys sequencer --members 3`
    peerIds: [
      "12D3KooWNZg3e7yoj5x8riajPsVNVn32mj7ZDmqPgYpJui2uGP9u",
      "12D3KooWQnaUrVZfGeVWUMG7SdstMqeiUwZz2RfwtqjXmAQ2zrF2",
      "12D3KooWKGa3LZpfXDBGDBgz8yv3NEmi83wbTiQEqsRhSZqYSwEX",
    ],
  },
  genesis: { configMap: "genesis" },
  da: { endpoints: ["http://da.example-da.svc:7980"], namespace: "example-rollup" },
  networkAccess: { writers: [{ namespace: "apps" }] },
});
namespace.contain(sequencer);

new TerraformOutput(stack, "write_url", { value: sequencer.writeUrl });
app.synth();
