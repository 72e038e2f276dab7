import { deleteNamespaces, kubectl, until } from "../driver/kubectl";
import { BOOTNODES } from "./examples";
import { loadStandin, P2pNetwork } from "./network";

const { peers: PEERS, replicas: REPLICAS } = BOOTNODES;

const network = new P2pNetwork(BOOTNODES);

beforeAll(async () => {
  await deleteNamespaces(network.namespace);
  await loadStandin();
  await network.deploy();
}, 400_000);

afterAll(() => deleteNamespaces(network.namespace), 200_000);

/** Waits until every node has had an answer from so many of the bootstrap nodes. */
const answered = (bootnodes: number) =>
  until(`${PEERS} nodes have answers from ${bootnodes} bootstrap nodes`, 120, async () => {
    const views = await network.peers();
    return (
      views.length === PEERS * REPLICAS &&
      views.filter(({ answeredMsAgo }) => answeredMsAgo !== null).length === PEERS * bootnodes
    );
  });

test("nodes join through all bootstrap nodes, and with one of them down through the others", async () => {
  await answered(REPLICAS);
  await kubectl(["-n", network.namespace, "scale", "statefulset/boot", `--replicas=${REPLICAS - 1}`]);
  await kubectl(["-n", network.namespace, "wait", "--for=delete", `pod/boot-${REPLICAS - 1}`, "--timeout=60s"]);
  await kubectl(["-n", network.namespace, "rollout", "restart", "deployment/full"]);
  await kubectl(["-n", network.namespace, "rollout", "status", "deployment/full", "--timeout=120s"]);
  await answered(REPLICAS - 1);
}, 400_000);
