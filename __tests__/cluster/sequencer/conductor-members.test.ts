import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { longestGap, now } from "../../../cli/drill/gaps";
import type { Verdict } from "../../../cli/drill/report";
import { cli } from "../driver/cli";
import { anyNode } from "../driver/driver";
import { apply, getJson, kubectl, until } from "../driver/kubectl";
import { bound, login } from "../driver/roles";
import { expectOneChain } from "./opstack/drills";
import { OP_STACK_MEMBERS, OP_STACK_MEMBERS_SET } from "./opstack/example";
import { type BlockWatch, OpStackNetwork } from "./opstack/network";

/**
 * The command `drill`, and members of op-conductor's raft: three, five and three again. Both by a ServiceAccount that
 * has the shipped Role alone.
 */
const { namespace: NAMESPACE } = OP_STACK_MEMBERS;
const dir = mkdtempSync(join(tmpdir(), "conductor-members-"));
const kubeconfig = join(dir, "kubeconfig");
let network: OpStackNetwork;
let watch: BlockWatch;

beforeAll(async () => {
  await OpStackNetwork.remove(NAMESPACE);
  network = await OpStackNetwork.deploy(NAMESPACE, { mostMembers: 5, set: OP_STACK_MEMBERS_SET });
  await network.settled();
  watch = await network.watch(anyNode);
}, 1_500_000);

afterAll(async () => {
  await watch?.stop();
  rmSync(dir, { recursive: true });
  await OpStackNetwork.remove(NAMESPACE);
}, 200_000);

/** The command `sequencer members`. */
const members = (count: number, ...options: readonly string[]) =>
  asRole("members", count, ["sequencer", "members"], options);

/** A command by its Role, for a deployment of this number of members. */
async function asRole(role: string, count: number, command: readonly string[], options: readonly string[]) {
  await apply(bound(NAMESPACE, `seq-${role}`));
  await login(NAMESPACE, `seq-${role}`, kubeconfig);
  const peerIds = Array.from({ length: count }, (_, i) => PEER_IDS[i]).join(", ");
  const set = [
    `sequencer.namespace=${NAMESPACE}`,
    `cluster.kubeconfig=${kubeconfig}`,
    `sequencer.ha.conductor.members=${count}`,
    `sequencer.nodeKeys.peerIds=[${peerIds}]`,
  ].flatMap(value => ["--set", value]);
  return cli(...command, "op-stack", "--values", "examples/sequencer", ...set, ...options);
}

/** Any: the commands read no keys. */
const PEER_IDS = [
  "16Uiu2HAmQrq4L3i5QRuxaXbhDhbPb7bbydpi7wSEKpFkU3CZyk6e",
  "16Uiu2HAkvaHFRhcpQWCHX9PfZkdeoEGjUGZxoBSUqWPPhnGNsk2r",
  "16Uiu2HAm4jU3Tg4a98eNFvdofNLXVthv98gjv7bj3qgZpNWhCK8r",
  "16Uiu2HAmGTWwv2EB3mZLnd9nbu9eSKu9qTRmGYdYGNMTgqV5L2NF",
  "16Uiu2HAkwfJ8JqpX5uJ6q5pGmqZkG2dA3nUqGfUJUkPqgJXDHv6A",
];

/** Waits until exactly the members of the deployment vote, and all of them are healthy. */
async function voting(count: number): Promise<void> {
  let said = "";
  await until(
    `${count} members vote`,
    300,
    async () => {
      const { code, stdout, stderr } = await members(count, "--json");
      said = stdout + stderr;
      return code === 0 && JSON.parse(stdout).members.every(({ healthy }: { healthy?: boolean }) => healthy);
    },
    2,
  ).catch(error => {
    throw new Error(`${error.message}\n${said}`);
  });
}

/** The longest time without a new block since `from`. */
function expectBlocks(what: string, from: number): void {
  const { ms } = longestGap(watch.samples, from, now());
  process.stderr.write(`  ${what}: longest gap ${(ms / 1000).toFixed(2)} s\n`);
  expect(ms).toBeLessThanOrEqual(15_000);
}

test.each(["kill", "kill-conductor", "kill-execution", "hang", "handoff", "partition", "rolling"])(
  "drill %s: measured, without a second leader or a second block, and everything is well afterwards",
  async kind => {
    const options = ["--kind", kind, "--yes", "--out", dir, "--json"];
    const { code, stdout, stderr } = await asRole("drill", 3, ["drill"], options);
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
    const verdict = JSON.parse(stdout) as Verdict & { readonly results: readonly { leader: string; heir: string }[] };
    process.stderr.write(`  drill ${kind}: longest gap ${verdict.max.toFixed(2)} s\n`);
    expect(verdict).toMatchObject({ rounds: 1, passed: true, twoLeaders: false, heightConflicts: 0, fallen: [] });
    const [round] = verdict.results;
    // An op-conductor starts again at once, and may be elected again.
    if (!["rolling", "kill-conductor"].includes(kind)) expect(round?.heir).not.toBe(round?.leader);
  },
  600_000,
);

test("handoff: leadership goes to the member that is named, and no pod ends", async () => {
  const from = now();
  const { name } = await network.settled();
  const pods = () => getJson("-n", NAMESPACE, "pods", "-l", "app.kubernetes.io/component=sequencer");
  const uids = ({ items }: { items: { metadata: { uid: string } }[] }) => items.map(({ metadata }) => metadata.uid);
  const before = uids(await pods());
  const to = network.names.findLast(member => member !== name) as string;
  const { code, stdout, stderr } = await asRole("handoff", 3, ["sequencer", "handoff"], ["--to", to, "--yes"]);
  expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: expect.stringMatching(`${to} leads after`) });
  expect((await network.settled()).name).toBe(to);
  expect(uids(await pods())).toEqual(before);
  expectBlocks("handoff", from);
}, 300_000);

test("a deployment of five: two members join, catch up and vote", async () => {
  const from = now();
  await network.resize(5);
  await kubectl(["-n", NAMESPACE, "rollout", "status", "statefulset/seq", "--timeout=400s"]);
  await voting(5);
  await network.settled();
  expectBlocks("3 to 5", from);
}, 900_000);

test("the command takes two out, the leader after it has handed over; the smaller deployment follows", async () => {
  const from = now();
  for (const member of ["seq-4", "seq-3"]) {
    const { code, stdout, stderr } = await members(5, "--remove", member, "--yes");
    expect({ code, said: stdout + stderr }).toEqual({
      code: 0,
      said: expect.stringContaining(`${member} is no longer in the raft`),
    });
  }
  const refused = await members(5, "--remove", "seq-2", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("2 voters stay, and 5 members need 3");
  await network.resize(3);
  await until("the pods are gone", 200, async () => {
    const { items } = await getJson("-n", NAMESPACE, "pods", "-l", "app.kubernetes.io/component=sequencer");
    return items.length === 3;
  });
  await voting(3);
  await network.settled();
  expectBlocks("5 to 3", from);
}, 900_000);

test("a member with new volumes is taken out, comes back empty and votes", async () => {
  const from = now();
  const leader = await network.settled();
  const lost = network.names.find(name => name !== leader.name) as string;
  const { code, stdout, stderr } = await members(3, "--remove", lost, "--yes");
  expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
  await network.loseVolumes(lost);
  await voting(3);
  await network.settled();
  expectBlocks("replaced", from);
}, 900_000);

test("one block per height on every member, from the first to the last", async () => {
  await expectOneChain(network, watch.samples);
}, 300_000);
