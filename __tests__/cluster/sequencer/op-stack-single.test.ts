import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conflicts, longestGap, now, type Sample } from "../../../cli/drill/gaps";
import { DANGEROUS } from "../../constructs/sequencer/software/op-stack/calls";
import { cli } from "../driver/cli";
import { anyNode } from "../driver/driver";
import { apply, kubectl, until } from "../driver/kubectl";
import { bound, login } from "../driver/roles";
import { BATCHER, NEXT_SIGNER, PROPOSER, signerOnL1 } from "./opstack/chain";
import { expectOneChain } from "./opstack/drills";
import { OP_STACK_SINGLE, OPSTACK_IMAGE } from "./opstack/example";
import { callCommand } from "./opstack/json-rpc";
import { type BlockWatch, callL1, OpStackNetwork, opens, throughProxy } from "./opstack/network";

/** One sequencer of an OP Stack chain, what it does when it loses something, and three members that are made of it. */
const { namespace: NAMESPACE } = OP_STACK_SINGLE;
const dir = mkdtempSync(join(tmpdir(), "op-stack-single-"));
const kubeconfig = join(dir, "kubeconfig");
let network: OpStackNetwork;
let watch: BlockWatch;

beforeAll(async () => {
  await OpStackNetwork.remove(NAMESPACE);
  network = await OpStackNetwork.deploy(NAMESPACE, { members: 1, mostMembers: 3 });
  await network.settled();
  watch = await network.watch(anyNode);
}, 1_500_000);

afterAll(async () => {
  await watch?.stop();
  rmSync(dir, { recursive: true });
  await OpStackNetwork.remove(NAMESPACE);
}, 200_000);

interface SyncStatus {
  readonly unsafe_l2: { readonly number: number; readonly hash: string };
  readonly safe_l2: { readonly number: number; readonly hash: string };
}

/** What op-node of a member says of its blocks. */
const sync = (pod: string) => network.call<SyncStatus>(pod, "node", "optimism_syncStatus");

const hashOf = async (height: number) => (await network.hashes(height))[0];

/** A command by its Role, for these values. */
async function asRole(role: string, command: readonly string[], ...options: readonly string[]) {
  await apply(bound(NAMESPACE, `seq-${role}`));
  await login(NAMESPACE, `seq-${role}`, kubeconfig);
  const set = [`sequencer.namespace=${NAMESPACE}`, `cluster.kubeconfig=${kubeconfig}`];
  return cli(...command, "--values", "examples/sequencer", ...set.flatMap(each => ["--set", each]), ...options);
}

test("blocks are made and read through the Service; batches and proposals go to L1", async () => {
  expect(JSON.parse(await throughProxy(NAMESPACE, "eth_blockNumber")).result).toMatch(/^0x/);
  await until("a batch", 120, async () => (await network.transactionsOf(BATCHER.address)) > 0);
  await until("a proposal", 120, async () => (await network.transactionsOf(PROPOSER.address)) > 0);
  await until("safe blocks", 120, async () => (await sync("seq-0")).safe_l2.number > 0);
}, 400_000);

test("op-node's own RPC and the Engine API are on loopback", async () => {
  for (const port of [9545, 8551]) expect(await opens(NAMESPACE, "seq-0", port)).toBe(false);
  for (const port of [8545, 9546, 9548]) expect(await opens(NAMESPACE, "seq-0", port)).toBe(true);
}, 60_000);

test("no dangerous method of op-node passes its port for others", async () => {
  const ask = DANGEROUS.concat("conductor_leader").map(method => {
    const words = callCommand("http://$POD_IP:9548", method).map(word => (word.includes("$") ? word : `'${word}'`));
    return `${words.join(" ")} -o /dev/null -w '%{http_code} ${method}\\n'`;
  });
  const said = await network.shell("seq-0", ask.join("\n"));
  expect(
    said
      .trim()
      .split("\n")
      .filter(line => !line.startsWith("403 ")),
  ).toEqual([]);
  expect(said.trim().split("\n")).toHaveLength(ask.length);
}, 60_000);

test("its Role shows that it makes blocks", async () => {
  const { code, stdout, stderr } = await asRole("status", ["sequencer", "status", "op-stack-single"], "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ members: [{ name: "seq-0", role: "leader" }] });
}, 60_000);

/** What is done to it, and how long there may be no block then, in seconds. */
test.each([
  ["op-node killed", () => network.signal("seq-0", "KILL", "op-node"), 30],
  ["execution client killed", () => network.signal("seq-0", "KILL", "geth"), 30],
  ["pod deleted", () => kubectl(["-n", NAMESPACE, "delete", "pod", "seq-0"]), 90],
] as const)(
  "%s: blocks go on, and none is made again",
  async (what, harm, seconds) => {
    const from = now();
    const { number } = (await sync("seq-0")).unsafe_l2;
    await harm();
    await until("new blocks", 200, async () => (await sync("seq-0")).unsafe_l2.number > number + 5);
    await network.settled();
    const { ms } = longestGap(watch.samples, from, now());
    process.stderr.write(`  ${what}: longest gap ${(ms / 1000).toFixed(2)} s\n`);
    expect(ms).toBeLessThanOrEqual(seconds * 1000);
    expect(conflicts(watch.samples)).toEqual([]);
  },
  600_000,
);

test("the execution client's volume lost: what is on L1 comes back before a block is made", async () => {
  const { safe_l2, unsafe_l2 } = await until("safe blocks", 120, async () => {
    const status = await sync("seq-0");
    return status.safe_l2.number > 10 && status;
  });
  const seen = await watch.stop();
  const before = unsafe_l2.number;
  await network.loseVolumes("seq-0", ["execution"]);
  await until("new blocks", 400, async () => (await sync("seq-0")).unsafe_l2.number > before + 5);
  const log = await network.log("seq-0", "node");
  expect(log).toMatch(/the newest block is 0, and \d+ was seen before: reading L1 first/);
  expect(log).toMatch(/making blocks on block \d+/);
  watch = await network.watch(anyNode);
  await network.settled();
  expect(await hashOf(safe_l2.number)).toBe(safe_l2.hash);
  const again: Sample[] = await network.blocks(1, safe_l2.number);
  expect(conflicts([...seen.filter(({ height = 0 }) => height <= safe_l2.number), ...again])).toEqual([]);
}, 900_000);

const THREE = ["sequencer.ha={conductor: {members: 3, mesh: {secret: seq-mesh}, founding: command}}"];

test("three members are made of it: the two new ones wait, and get its blocks without a copy", async () => {
  await kubectl(["-n", NAMESPACE, "scale", "statefulset/seq", "--replicas=0"]);
  await kubectl(["-n", NAMESPACE, "wait", "--for=delete", "pod/seq-0", "--timeout=120s"]);
  await archive();
  const seen = await watch.stop();
  const last = seen.reduce((most, { height = 0 }) => Math.max(most, height), 0);
  await kubectl(["-n", NAMESPACE, "delete", "service", "seq"]);
  await network.resize(3, THREE);
  await until("every op-conductor runs, and none has a raft", 300, async () => {
    const up = await Promise.all(network.names.map(name => network.shell(name, UP, "conductor").catch(() => "")));
    return up.every(code => code === "200");
  });
  expect(await network.leaders()).toEqual([]);
  expect(Math.max(...(await network.heights()))).toBe(last); // the new ones have what is on L1
  const { code, stdout, stderr } = await asRole("found", [
    "sequencer",
    "found",
    "op-stack",
    "--reason",
    "three members of a single one",
    "--yes",
  ]);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  process.stderr.write(stderr);
  await network.settled(600);
  await kubectl(["-n", NAMESPACE, "rollout", "status", "statefulset/seq", "--timeout=300s"]);
  watch = await network.watch(anyNode);
  expect(
    await expectOneChain(
      network,
      seen.filter(({ height = 0 }) => height <= last),
    ),
  ).toBeGreaterThan(last);
  expect(JSON.parse(await throughProxy(NAMESPACE, "eth_blockNumber")).result).toMatch(/^0x/);
}, 1_500_000);

/** Whether an op-conductor answers on its loopback. */
const UP = "curl -s -o /dev/null -w '%{http_code}' --max-time 2 http://127.0.0.1:7301/metrics";

let snapshot = { url: "", sha256: "" };

/** A web server with the data of the execution client, as it was when it had ended. */
async function archive(): Promise<void> {
  const namespace = NAMESPACE;
  const labels = { app: "files" };
  const make = "tar -cz -C /execution geth -f /files/data.tar.gz && exec httpd -f -p 8080 -h /files";
  await apply([
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "files", namespace },
      spec: { selector: labels, ports: [{ port: 8080 }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "files", namespace },
      spec: { podSelector: { matchLabels: labels }, policyTypes: ["Ingress"], ingress: [{}] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "files", namespace, labels },
      spec: {
        terminationGracePeriodSeconds: 0,
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 },
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            name: "files",
            image: OPSTACK_IMAGE,
            imagePullPolicy: "IfNotPresent",
            command: ["sh", "-c", make],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            volumeMounts: [
              { name: "execution", mountPath: "/execution" },
              { name: "files", mountPath: "/files" },
            ],
          },
        ],
        volumes: [
          { name: "execution", persistentVolumeClaim: { claimName: "execution-seq-0" } },
          { name: "files", emptyDir: {} },
        ],
      },
    },
  ]);
  const sha256 = await until("the archive", 120, async () => {
    const { stdout } = await kubectl(["-n", namespace, "exec", "files", "--", "sh", "-c", HASH]);
    return /^[0-9a-f]{64}/.exec(stdout)?.[0];
  });
  snapshot = { url: `http://files.${namespace}.svc:8080/data.tar.gz`, sha256 };
}

/** Of the archive, once its web server answers. */
const HASH = "wget -q -O - http://127.0.0.1:8080/data.tar.gz | sha256sum";

test("a member with new volumes brings the snapshot of a URL, and votes", async () => {
  const leader = await network.settled();
  const lost = network.names.find(name => name !== leader.name) as string;
  await network.resize(3, [...THREE, `sequencer.software.opStack.snapshot=${JSON.stringify(snapshot)}`]);
  await kubectl(["-n", NAMESPACE, "rollout", "status", "statefulset/seq", "--timeout=600s"]);
  await network.settled();
  const removed = await asRole("members", ["sequencer", "members", "op-stack", "--remove", lost, "--yes"]);
  expect({ code: removed.code, said: removed.stdout + removed.stderr }).toMatchObject({ code: 0 });
  await network.loseVolumes(lost);
  await network.settled(600);
  expect(await network.log(lost, "snapshot")).toContain("the volume has the snapshot");
  await until("it votes", 300, async () => {
    const { code, stdout } = await asRole("members", ["sequencer", "members", "op-stack"], "--json");
    return code === 0 && JSON.parse(stdout).members.every(({ healthy }: { healthy?: boolean }) => healthy);
  });
  await expectOneChain(network, watch.samples);
}, 1_500_000);

test("another key signs blocks, once L1 names it and all members have it", async () => {
  const { address, key } = NEXT_SIGNER;
  await callL1(NAMESPACE, "anvil_setStorageAt", ...signerOnL1(address));
  await kubectl(["-n", NAMESPACE, "scale", "statefulset/seq", "--replicas=0"]);
  await kubectl(["-n", NAMESPACE, "wait", "--for=delete", "pod", "-l", MEMBERS, "--timeout=120s"]);
  const metadata = { name: "seq-signer", namespace: NAMESPACE };
  await apply([{ apiVersion: "v1", kind: "Secret", metadata, stringData: { "sequencer.key": key } }]);
  const from = Math.max(...watch.samples.map(({ height = 0 }) => height));
  await network.resize(3, [...THREE, `sequencer.signerAddress="${address}"`]);
  await network.settled(600);
  expect(await expectOneChain(network, watch.samples)).toBeGreaterThan(from);
}, 900_000);

const MEMBERS = "app.kubernetes.io/component=sequencer";
