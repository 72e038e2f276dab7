import { onNode } from "../driver/driver";
import type { TestEnvironment } from "../driver/environment";
import { loadImages } from "../driver/images";
import { apply, deleteNamespaces, getJson, kubectl, until } from "../driver/kubectl";
import { BootNetwork } from "../p2p/boot-network";
import { namespacesOf } from "../sequencer/examples";
import { SequencerNetwork } from "../sequencer/network";
import { Authority } from "./authority";
import { Company, given, quota, removeWebhook, trusted } from "./company";
import { COMPANY, DEDICATED, OPENSHIFT, REGISTRY, SEQUENCER, UNTOLERATED } from "./examples";
import { fillMirror, imagesOf } from "./mirror";
import { countStorage, POOL_NODE, releaseNodes, reservePool } from "./pool";

/**
 * The words of docs/platforms.md on a cluster: pods become ready and work where the platform is as the words say, and
 * `check` names what is missing where it is not.
 */
jest.setTimeout(400_000);

const company = new Company();
const dedicated = new BootNetwork(DEDICATED, "full");
const untolerated = new BootNetwork(UNTOLERATED, "full");
const openshift = new BootNetwork(OPENSHIFT, "full");
let sequencer: SequencerNetwork;

const P2P = [dedicated, untolerated, openshift].map(({ namespace }) => namespace);
const UNDER_SCC = [OPENSHIFT, SEQUENCER].map(({ namespace }) => namespace);
const TRUSTING = [DEDICATED.namespace, ...UNDER_SCC];

async function clean(): Promise<void> {
  await removeWebhook();
  await releaseNodes();
  await deleteNamespaces(COMPANY, ...P2P, ...namespacesOf(SEQUENCER.namespace));
}

beforeAll(async () => {
  await clean();
  await loadImages();
  sequencer = await SequencerNetwork.create(SEQUENCER);
  const environments = [dedicated, untolerated, openshift, sequencer].map(({ environment }) => environment);
  await fillMirror(environments.map(({ manifests }) => manifests));
  await Promise.all([company.start(), reservePool(), countStorage()]);
  const other = new Authority();
  const ca = await other.certificate();
  other.forget();
  await apply(UNDER_SCC.flatMap(given), "--field-manager=owner");
  await Promise.all([
    dedicated.environment.deploy([login(DEDICATED.namespace), trusted(DEDICATED.namespace, ca)]),
    untolerated.environment.deploy([login(UNTOLERATED.namespace)]),
    deployInto(openshift.environment, [login(OPENSHIFT.namespace), trusted(OPENSHIFT.namespace, ca)]),
    sequencer.deploy([login(SEQUENCER.namespace), trusted(SEQUENCER.namespace, ca)]),
  ]);
}, 900_000);

afterAll(async () => {
  await company.stop();
  await clean();
}, 300_000);

/** Deploys an environment into a namespace that is somebody else's. */
async function deployInto(environment: TestEnvironment, beside: readonly object[]): Promise<void> {
  const { objects } = environment.manifests;
  await apply([...objects.filter(({ kind }) => kind === "Service"), ...beside]);
  await apply(await environment.resolved());
}

/** What the mirror asks pods for. */
const login = (namespace: string): object => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "mirror", namespace },
  type: "kubernetes.io/dockerconfigjson",
  stringData: { ".dockerconfigjson": '{"auths":{}}' },
});

/** Asks until `check` says it of the pods. */
const said = ({ namespace, environment }: Pick<BootNetwork, "namespace" | "environment">, text: RegExp) =>
  until(`check of ${namespace} says ${text}`, 120, async () => {
    const { stdout } = await environment.command("check", "--no-drift", "--json");
    const { checks } = JSON.parse(stdout) as { checks: { check: string; detail: string }[] };
    const detail = checks.find(({ check }) => check === `pods ${namespace}`)?.detail ?? stdout;
    if (!text.test(detail)) throw new Error(detail);
    return true;
  });

interface Pod {
  readonly spec: { readonly nodeName: string; readonly containers: readonly { readonly image: string }[] };
}

interface Workload {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly readyReplicas?: number };
}

const podsOf = async (namespace: string): Promise<Pod[]> => (await getJson("-n", namespace, "pods")).items;

/** Whether a namespace has all pods of its workloads, and every one is ready. */
async function readyIn(namespace: string): Promise<boolean> {
  const { items } = await getJson("-n", namespace, "statefulsets,deployments");
  return (items as Workload[]).every(({ spec, status }) => status.readyReplicas === spec.replicas);
}

/** Waits until a container of a workload's pod, or the one before it, has logged the text. */
const logged = (namespace: string, workload: string, container: string, text: RegExp) =>
  until(`${workload} of ${namespace} logs ${text}`, 120, async () => {
    const ask = (...more: string[]) =>
      kubectl(["-n", namespace, "logs", workload, "-c", container, ...more]).then(({ stdout }) => stdout, String);
    const log = (await ask()) + (await ask("--previous"));
    if (!text.test(log)) throw new Error(log.slice(-2000));
    return true;
  });

test("a quota that is too small is named, and one that is not lets the pods run", async () => {
  await said(openshift, /^StatefulSet boot cannot make its pods: .*exceeded quota: team, requested: limits\.cpu=/m);
  await said(sequencer, /^StatefulSet seq cannot make its pods: .*exceeded quota: team, requested: limits\.cpu=/m);
  await apply(UNDER_SCC.map(namespace => quota(namespace, "64")));
  // Controllers whose pods are refused wait longer each time; a change has them look at once.
  for (const namespace of UNDER_SCC)
    await kubectl(["-n", namespace, "annotate", "statefulsets,replicasets", "--all", "platforms.test/quota=raised"]);
  await until("pods within the quota", 180, async () => {
    const pods = await Promise.all(UNDER_SCC.map(podsOf));
    return pods.every(({ length }) => length >= 2);
  });
});

test("pods that tolerate the taint of their pool run there, and others are named with the reason", async () => {
  await said(untolerated, /^boot-0.*: no host takes it: .*1 node\(s\) had untolerated taint/m);
  await kubectl(["-n", DEDICATED.namespace, "rollout", "status", "statefulset/boot", "--timeout=180s"]);
  const pods = await podsOf(DEDICATED.namespace);
  expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set([POOL_NODE]));
});

test("no program takes the company's certificate before its CA is in the bundle, and all do then", async () => {
  const [node, curl, haproxy] = [
    () => logged(DEDICATED.namespace, "deployment/full", "gate", /self-signed certificate|unable to (verify|get)/),
    () => logged(OPENSHIFT.namespace, "deployment/full", "crs", /SSL certificate problem/),
    () => logged(SEQUENCER.namespace, "statefulset/seq", "mesh", /Health check for server da\/\S+ failed.*Layer6/),
  ];
  await Promise.all([node(), curl(), haproxy()]);
  await said(dedicated, /^full-\S+: Failed to reach bootnode at https:/m);
  await apply(TRUSTING.map(namespace => trusted(namespace, company.ca)));
  await Promise.all(TRUSTING.map(namespace => kubectl(["-n", namespace, "delete", "pod", "--all"])));
  await until("pods that are ready", 240, async () => (await Promise.all(TRUSTING.map(readyIn))).every(Boolean));
});

test("every container runs from the mirror", async () => {
  const images = (await Promise.all(TRUSTING.map(podsOf)))
    .flat()
    .flatMap(({ spec }) => spec.containers.map(({ image }) => image));
  expect(images.filter(image => !image.startsWith(`${REGISTRY}/`))).toEqual([]);
  const copied = [dedicated, openshift, sequencer].flatMap(({ environment }) => imagesOf(environment.manifests));
  expect(new Set(images)).toEqual(new Set(copied));
});

test.each([dedicated, openshift])("the node of $namespace has answers from its bootstrap node", async network => {
  await until("an answer", 120, async () => {
    const peers = await network.peers();
    return peers.length > 0 && peers.every(({ answeredMsAgo }) => answeredMsAgo !== null);
  });
  expect(await network.published()).toBe(await network.live());
});

test("the pair takes writes, and its blocks reach the DA", async () => {
  await sequencer.ready(180);
  await sequencer.write("platform", "openshift");
  await until("the write is on both", 60, async () =>
    (await sequencer.read("platform")).every(value => value === "openshift"),
  );
  await until("blocks on the DA", 120, async () => {
    const heights = await Promise.all((await sequencer.pods()).map(included));
    return heights.some(height => height > 0);
  });
});

/** The height up to which a member knows its blocks on the DA. */
async function included({ ip, node }: { readonly ip: string; readonly node: string }): Promise<number> {
  const { stdout } = await onNode(node, ["curl", "-sf", "--max-time", "5", `http://${ip}:26660/metrics`]);
  return Number(/^evnode_sequencer_da_inclusion_height{.*} (\S+)$/m.exec(stdout)?.[1]);
}

test.each([
  [OPENSHIFT.namespace, "boot-0", ["node", "agent"]],
  [SEQUENCER.namespace, "seq-0", ["node", "mesh", "agent"]],
])("the containers of %s run as the user that the namespace has", async (namespace, pod, containers) => {
  for (const container of containers) {
    const { stdout } = await kubectl(["-n", namespace, "exec", pod, "-c", container, "--", "id"]);
    expect(stdout).toMatch(/^uid=1000650000 gid=0\b.*\b1000650000/);
  }
});
