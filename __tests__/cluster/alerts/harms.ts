import { setTimeout as delay } from "node:timers/promises";
import { decodeEnr } from "../../../constructs/p2p/enr";
import { anyNode } from "../driver/driver";
import { getJson, kubectl, until } from "../driver/kubectl";
import { run } from "../driver/run";
import type { P2pNetwork } from "../p2p/network";
import { drop, leaderOf } from "../sequencer/drills";
import type { Pod, SequencerNetwork } from "../sequencer/network";
import { Writer } from "../sequencer/watcher";
import { all } from "./all";
import { type Drilled, drilled } from "./drills";
import type { Fault } from "./faults";
import { MONITORING } from "./monitored";
import type { Monitoring } from "./monitoring";
import { spikeHarms } from "./spike-stand-in";
import { EVM, P2P_JOINING, P2P_UNPINNED, P2P_UNREAD, SPIKE } from "./stacks";
import { fillVolume } from "./stand-in";
import type { Harm, Watch } from "./watch";

/** What is done to the stacks, in which order. */
export class Harms {
  private readonly raft: SequencerNetwork;
  private readonly pair: SequencerNetwork;
  private readonly single: SequencerNetwork;

  constructor(
    private readonly monitoring: Monitoring,
    private readonly watch: Watch,
    [raft, pair, single]: readonly [SequencerNetwork, SequencerNetwork, SequencerNetwork],
    private readonly p2p: P2pNetwork,
    private readonly unpinned: P2pNetwork,
  ) {
    [this.raft, this.pair, this.single] = [raft, pair, single];
  }

  /** What every alert is to outlive; by namespace, what it did to a sequencer. */
  async drills(): Promise<Readonly<Record<string, Drilled>>> {
    const { raft, pair, p2p } = this;
    const drill = (network: SequencerNetwork, leader: () => Promise<Pod>) =>
      drilled(network, async () => {
        await network.kill((await leader()).name);
        await level(network);
        const { name, uid } = await leader();
        const deleted = Date.now();
        await network.deletePods(name);
        await until(`another ${name}`, 240, async () =>
          (await network.pods()).some(pod => pod.name === name && pod.uid !== uid && pod.ready),
        );
        const awayMs = Date.now() - deleted;
        await level(network);
        return awayMs;
      });
    const work = [
      drill(raft, async () => leaderOf(raft, await raft.ready(), "raft")),
      drill(pair, () => this.holder()),
    ] as const;
    const restarted = kubectl(["-n", p2p.namespace, "delete", "pod", "boot-0"]).then(() => p2p.serves());
    await all([...work, restarted]);
    return { [raft.namespace]: await work[0], [pair.namespace]: await work[1] };
  }

  /** What takes minutes of its own, on stacks that have no drill. */
  async slow(): Promise<void> {
    const { single, watch } = this;
    await all([
      this.ofUnpinned(),
      this.ofJoining(),
      watch.fault("p2p: a network whose configuration nobody serves", P2P_UNREAD.namespace, nothing, 420),
      this.ofSpike(),
      watch.fault("evm: the execution client ended (a stand-in)", EVM.namespace, async () => {
        await kubectl(["-n", EVM.namespace, "exec", "seq-0", "-c", "execution", "--", "kill", "1"]);
        return nobody;
      }),
      watch.fault("single: a volume of which a fiftieth is left (a stand-in for kubelet)", single.namespace, () =>
        fillVolume(single.namespace),
      ),
      (async () => {
        await watch.fault("single: the DA taken away", single.namespace, () => this.withoutDa(single), 540);
        await watch.fault("single: the member taken away", single.namespace, () => end(single));
      })(),
    ]);
  }

  /** The rest, after the drills. */
  async fast(): Promise<void> {
    await all([this.ofRaft(), this.ofPair(), this.ofP2p()]);
  }

  private async ofRaft(): Promise<void> {
    const { raft, watch } = this;
    const { namespace } = raft;
    await watch.fault("raft: two of three members and a proxy taken away, under writes", namespace, async () => {
      const proxies = (replicas: number) =>
        kubectl(["-n", namespace, "scale", "deployment/seq-proxy", `--replicas=${replicas}`]);
      const writer = new Writer(raft.watchers.on(anyNode), await raft.writeUrl(), "refused");
      await proxies(1);
      const back = await scale(raft, 1);
      return async () => {
        await writer.stop();
        await proxies(2);
        await back();
        await kubectl(["-n", namespace, "rollout", "status", "deployment/seq-proxy", "--timeout=120s"]);
      };
    });
    await all([
      watch.fault(
        "raft: a mesh that takes no renewed certificate, and one of two days",
        namespace,
        async () => {
          // The loop that looks at the files, and not HAProxy.
          await raft.shell("seq-0", LOOP, "mesh");
          await raft.renewMesh(2);
          // kubelet looks at the files of a pod that changes at once, and otherwise once a minute.
          await kubectl(["-n", namespace, "annotate", "pods", "--all", "--overwrite", `looked-at=${Date.now()}`]);
          return nobody;
        },
        420,
      ),
      this.ofMembers(),
    ]);
  }

  private async ofMembers(): Promise<void> {
    const { raft, watch } = this;
    const { namespace } = raft;
    await all([
      watch.fault("raft: the DA taken away", namespace, () => this.withoutDa(raft)),
      watch.fault("raft: a follower cut off from all but Prometheus", namespace, async () => {
        const { ip, node } = await this.follower();
        return drop(node, "-d", ip, "!", "-s", this.monitoring.place.ip);
      }),
      watch.fault("raft: a proxy cut off from the members", namespace, async () => {
        const { items } = await getJson("-n", namespace, "pods", "-l", "app.kubernetes.io/component=leader-proxy");
        const [{ spec, status }] = items;
        return drop(spec.nodeName, "-s", status.podIP, "!", "-d", this.monitoring.place.ip);
      }),
    ]);
    await level(raft);
    await watch.fault("raft: leaders killed one after the other", namespace, async () => {
      const counted = `max(sum by (pod) (haproxy_server_check_up_down_total{namespace="${namespace}",proxy="write"}))`;
      const losses = async () => Number((await this.monitoring.query(counted))[0]?.value[1]);
      for (let kills = 0; kills < 5; kills++) {
        const leader = await leaderOf(raft, await raft.ready(), "raft");
        const before = await losses();
        await raft.kill(leader.name);
        // Not "another leads": the one killed is back in a second, and may lead again.
        await until("a proxy has seen the loss", 60, async () => (await losses()) > before, 0.5);
      }
      return nobody;
    });
    await level(raft);
    await watch.fault("raft: a follower's Service sends to the leader", namespace, async () => {
      const { name } = await this.follower();
      const sendTo = (pod: string) => this.selectPod(namespace, name, pod);
      // On a busy machine leadership moves meanwhile, also to the follower.
      const following = repeated(async () => sendTo((await leaderOf(raft, await raft.pods(), "raft")).name));
      return async () => {
        await following.stop();
        await sendTo(name);
      };
    });
  }

  private async ofPair(): Promise<void> {
    const { pair, watch } = this;
    const { namespace } = pair;
    await watch.fault("pair: the holder cut off from the API server", namespace, async () => {
      const { ip, node } = await this.holder();
      const { subsets } = await getJson("-n", "default", "endpoints/kubernetes");
      return drop(node, "-s", ip, "-d", subsets[0].addresses[0].ip);
    });
    await level(pair);
    await watch.fault("pair: the agent of a follower stopped (SIGSTOP)", namespace, async () => {
      const holder = await this.holder();
      const [follower] = (await pair.pods()).filter(({ name }) => name !== holder.name);
      await stop(follower as Pod, "lease-agent");
      return nobody;
    });
    await level(pair);
    await watch.fault("pair: the node of a member killed again and again", namespace, async () => {
      for (let starts = 0; starts < 5; starts++) {
        const started = `process_start_time_seconds{namespace="${namespace}",pod="seq-0",endpoint="metrics"}`;
        const [before] = await this.monitoring.query(started);
        await pair.kill("seq-0");
        await until("the new start is seen", 60, async () => {
          const [now] = await this.monitoring.query(started);
          return now && now.value[1] !== before?.value[1];
        });
      }
      return nobody;
    });
    await watch.fault("pair: both members taken away", namespace, () => end(pair));
  }

  private async ofP2p(): Promise<void> {
    const { watch } = this;
    const { namespace } = this.p2p;
    await all([
      watch.fault("p2p: restarted behind a policy without the API server", namespace, async () => {
        const back = await changePolicy(namespace, "boot", spec => ({
          ...spec,
          egress: spec.egress.filter(({ to }) => !JSON.stringify(to).includes("0.0.0.0/0")),
        }));
        await kubectl(["-n", namespace, "delete", "pod", "boot-0"]);
        return back;
      }),
      watch.fault("p2p: nodes in standby", namespace, async () => {
        await kubectl(["-n", namespace, "set", "env", "deployment/full", "-c", "node", "STANDIN_STANDBY=1"]);
        return nobody;
      }),
    ]);
  }

  /** Nodes that cannot join, or do not start. */
  private async ofJoining(): Promise<void> {
    const { watch } = this;
    const { namespace } = P2P_JOINING;
    await all([
      watch.fault("p2p: a node whose joinUrls nobody serves", namespace, nothing, 420),
      watch.fault("p2p: a node that does not become ready (a stand-in)", namespace, nothing, 420),
      watch.fault(
        "p2p: nodes restarted behind a policy that lets no peer in",
        namespace,
        async () => {
          const back = await changePolicy(namespace, "boot", spec => ({
            ...spec,
            ingress: spec.ingress.filter(({ from }) => JSON.stringify(from).includes(MONITORING)),
          }));
          // Both ends, which know each other; and at once, since their peers are counted as long as they end.
          await kubectl([
            ...["-n", namespace, "delete", "pod", "--grace-period=1"],
            ...["-l", "app.kubernetes.io/instance in (boot, full)"],
          ]);
          return back;
        },
        420,
      ),
    ]);
  }

  private async ofUnpinned(): Promise<void> {
    const { unpinned, watch } = this;
    const { namespace } = unpinned;
    await watch.fault("p2p: not pinned, and voted to the pod's address", namespace, async () => {
      const drifts = () =>
        until(
          "the record drifts",
          100,
          async () => decodeEnr(await unpinned.live()).ip !== (await unpinned.announced()),
        );
      // On a busy machine peers lose the round in which they would vote, or have voted before.
      const again = () => unpinned.replacePeers(P2P_UNPINNED.peers).then(drifts);
      await drifts().catch(again).catch(again);
      // Nobody votes it back.
      await kubectl(["-n", namespace, "scale", "deployment/full", "--replicas=0"]);
      await kubectl(["-n", namespace, "delete", "pods", ...FULL, "--force", "--grace-period=0"]);
      return nobody;
    });
  }

  private async ofSpike(): Promise<void> {
    const fault = (name: Fault, harm: Harm) => this.watch.fault(name, SPIKE.namespace, harm);
    await fault("spike: Nexus restarted beside young keepers", spikeHarms.restart);
    await fault("spike: a Job that fails", spikeHarms.fail);
    await fault("spike: four of five keepers and Nexus taken away", spikeHarms.stop);
    await fault("spike: the StatefulSet of Nexus deleted", spikeHarms.forget);
  }

  /** As the agents say it. */
  private holder(): Promise<Pod> {
    return until("one holds the Lease", 60, async () => {
      const { namespace } = this.pair;
      const holders = await this.monitoring.query(`rollup_network_lease_is_leader{namespace="${namespace}"} == 1`);
      const pods = await this.pair.pods();
      return holders.length === 1 && pods.find(({ name }) => name === holders[0]?.metric.pod);
    });
  }

  private async follower(): Promise<Pod> {
    const pods = await this.raft.pods();
    const leader = await leaderOf(this.raft, pods, "raft");
    // Not the member whose mesh takes no certificate.
    return pods.filter(({ name }) => name !== leader.name).at(-1) as Pod;
  }

  private async selectPod(namespace: string, service: string, pod: string): Promise<void> {
    const patch = JSON.stringify({ spec: { selector: { "statefulset.kubernetes.io/pod-name": pod } } });
    await kubectl(["-n", namespace, "patch", `service/${service}`, "--type=merge", "-p", patch]);
  }

  private async withoutDa({ namespace }: SequencerNetwork): Promise<() => Promise<unknown>> {
    const da = (replicas: number) =>
      kubectl(["-n", `${namespace}-da`, "scale", "deployment/da", `--replicas=${replicas}`]);
    await da(0);
    return () => da(1);
  }
}

/**
 * Waits until all members are at the same height, or two blocks behind at most: two seconds here. A member of a pair
 * may have been killed with a block that nobody else has. It then follows only the DA until a block has a transaction.
 */
async function level(network: SequencerNetwork): Promise<void> {
  await until("a write is accepted", 120, () => network.write("level", `${Date.now()}`).then(() => true));
  await network.settled(240, 2);
}

/** Does something again and again, until it is stopped; a time in which it fails does not end it. */
function repeated(work: () => Promise<unknown>): { stop: () => Promise<void> } {
  let stopped = false;
  const going = (async () => {
    while (!stopped) {
      await work().catch(() => undefined);
      await delay(1000);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await going;
    },
  };
}

const FULL = ["-l", "app.kubernetes.io/instance=full"];
const nobody = async () => {};
const nothing = async () => nobody;

/** Takes all members away, and brings none back: nothing is done to the stack after it. */
async function end(network: SequencerNetwork): Promise<() => Promise<unknown>> {
  await scale(network, 0);
  return nobody;
}

/** Takes members away; what it returns brings them back. */
async function scale(network: SequencerNetwork, replicas: number): Promise<() => Promise<unknown>> {
  const to = (count: number) => kubectl(["-n", network.namespace, "scale", "statefulset/seq", `--replicas=${count}`]);
  await to(replicas);
  return async () => {
    await to(network.members);
    await level(network);
  };
}

interface PolicySpec {
  readonly ingress: readonly { readonly from?: unknown }[];
  readonly egress: readonly { readonly to?: unknown }[];
}

/** Changes a NetworkPolicy; what it returns puts the one before back. */
async function changePolicy(
  namespace: string,
  name: string,
  change: (spec: PolicySpec) => object,
): Promise<() => Promise<unknown>> {
  const { spec } = await getJson("-n", namespace, `networkpolicy/${name}`);
  const put = (value: object) => {
    const patch = JSON.stringify([{ op: "replace", path: "/spec", value }]);
    return kubectl(["-n", namespace, "patch", `networkpolicy/${name}`, "--type=json", "-p", patch]);
  };
  await put(change(spec));
  return () => put(spec);
}

/** Stops the second process of the mesh's script: the first one waits for HAProxy. */
const LOOP = "kill -STOP $(grep -l start-mesh.sh /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -n | sed -n 2p)";

/** Stops a program of a pod from outside, so that it can be process 1 of its container. */
async function stop({ uid }: Pod, program: string): Promise<void> {
  const script =
    'for p in $(grep -ls "$1" /proc/[0-9]*/cgroup | cut -d/ -f3); do ' +
    'if grep -qs "$2" "/proc/$p/cmdline"; then kill -STOP "$p" && found=1; fi; done; [ "$found" ]';
  await run(["sh", "-c", script, "stop", `pod${uid.replaceAll("-", "[-_]")}`, program]);
}
