import { driver, onNode } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { fillVolumes } from "./crs";
import { AZTEC_IMAGE, aztecExample, NODES, SERVING } from "./examples";
import { installed } from "./installed";
import { deployL1, L1_NAMESPACE } from "./l1";

/** The real Aztec nodes on a cluster, from rendered manifests, with a real L1 and the real rollup contracts. */
jest.setTimeout(900_000);

const { namespace } = NODES;
const environment = new TestEnvironment(aztecExample(NODES));

beforeAll(async () => {
  await deleteNamespaces(namespace, L1_NAMESPACE);
  await driver.image(AZTEC_IMAGE, installed());
  await apply(environment.manifests.objects.filter(({ kind }) => kind === "Namespace"));
  const claims = SERVING.map(role => `data-${role}-0`);
  await Promise.all([deployL1(), fillVolumes(namespace, claims)]);
  await environment.deploy();
}, 900_000);

afterAll(() => deleteNamespaces(namespace, L1_NAMESPACE), 300_000);

/** Asks a node from its pod's own node, as kubelet does. */
async function ask<T>(pod: string, method: string): Promise<T> {
  const { spec, status } = await getJson("-n", namespace, `pod/${pod}`);
  const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  const options = ["-sf", "--max-time", "10", "-H", "content-type: application/json", "-d", request];
  return JSON.parse((await onNode(spec.nodeName, ["curl", ...options, `http://${status.podIP}:8080/`])).stdout).result;
}

test.each(["boot", ...SERVING])("%s becomes ready", async name => {
  await kubectl(["-n", namespace, "rollout", "status", `statefulset/${name}`, "--timeout=600s"]);
});

test.each(SERVING)("%s finds another node through the bootstrap node, and connects to it", async role => {
  await until(`${role} has a peer`, 300, async () => {
    const peers = await ask<{ status: string }[]>(`${role}-0`, "p2p_getPeers");
    return peers.some(({ status }) => status === "connected");
  });
});
