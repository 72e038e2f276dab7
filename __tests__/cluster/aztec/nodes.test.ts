import { driver, onNode } from "../driver/driver";
import { TestEnvironment } from "../driver/environment";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { fillVolumes } from "./crs";
import { AZTEC_IMAGE, aztecExample, L1_NAMESPACE, NODES, SERVING } from "./examples";
import { installed } from "./installed";
import { deployL1 } from "./l1";

/** The real Aztec nodes on a cluster, from rendered manifests, with a real L1 and the real rollup contracts. */
jest.setTimeout(900_000);

const { namespace } = NODES;
const environment = new TestEnvironment(aztecExample(NODES));
const root = installed();

beforeAll(async () => {
  await deleteNamespaces(namespace, L1_NAMESPACE);
  await driver.image(AZTEC_IMAGE, root);
  await apply(environment.manifests.objects.filter(({ kind }) => kind === "Namespace"));
  const claims = SERVING.map(role => `data-${role}-0`);
  await Promise.all([deployL1(), fillVolumes(namespace, claims)]);
  await environment.deploy();
}, 900_000);

afterAll(() => deleteNamespaces(namespace, L1_NAMESPACE), 300_000);

/** Runs a program that asks a pod, on the pod's own node: it reaches the pod there as kubelet does. */
async function beside(pod: string, command: (url: string) => readonly string[]): Promise<string> {
  const { spec, status } = await getJson("-n", namespace, `pod/${pod}`);
  return (await onNode(spec.nodeName, command(`http://${status.podIP}:8080/`))).stdout;
}

async function ask<T>(pod: string, method: string): Promise<T> {
  const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  const options = ["-sf", "--max-time", "10", "-H", "content-type: application/json", "-d", request];
  return JSON.parse(await beside(pod, url => ["curl", ...options, url])).result;
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

test("the verifier of a pod with a read-only root comes to a verdict of its own on a proof", async () => {
  const program = ["/usr/bin/node", "/usr/src/yarn-project/send-proof.mjs"];
  expect(await beside("rpc-0", url => ["chroot", root, ...program, url])).toContain("Invalid proof");
  // The node says the same when the verifier cannot work, and then another reason here.
  await until("the verifier's verdict is in the log", 60, async () => {
    const { stdout } = await kubectl(["-n", namespace, "logs", "rpc-0", "-c", "node"]);
    expect(stdout).not.toMatch(/EROFS|EACCES|ENOENT/);
    return /Failed to verify Chonk proof for tx \w+: Error: Failed to verify Chonk proof for \w+!/.test(stdout);
  });
});
