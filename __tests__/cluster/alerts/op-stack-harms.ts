import { cli } from "../driver/cli";
import { apply, kubectl, until } from "../driver/kubectl";
import { bound, login } from "../driver/roles";
import { callL1, type OpStackNetwork, type Program } from "../sequencer/opstack/network";
import { poison } from "../sequencer/opstack/poison";
import { all } from "./all";
import { lossesOf } from "./drills";
import type { OpStackWatch } from "./op-stack-watch";

/** What is done to an OP Stack sequencer, in which order. */
export class OpStackHarms {
  private readonly namespace: string;

  constructor(
    private readonly network: OpStackNetwork,
    private readonly watch: OpStackWatch,
    /** A file for the credentials of the account that founds the raft again. */
    private readonly kubeconfig: string,
  ) {
    this.namespace = network.namespace;
  }

  /** What leaves the chain alone is done side by side. */
  async all(): Promise<void> {
    await all([this.ofL1(), this.ofMembers()]);
    await this.network.settled();
    await this.watch.fault("a poisoned raft", async () => {
      await poison(this.network, (await this.network.settled()).name);
      return { mend: () => this.foundAgain() };
    });
  }

  private async ofL1(): Promise<void> {
    const { watch } = this;
    const standing = "an L1 that makes no blocks";
    let ended = false;
    const l1 = watch
      .fault(standing, async () => {
        await this.blocksOfL1(0);
        return { mend: () => this.blocksOfL1(2) };
      })
      .finally(() => {
        ended = true;
      });
    // Those that are gone are not stuck any more.
    const stuck = ["SequencerBatcherStuck warning", "SequencerProposerStuck warning"];
    await until("both are stuck", 500, async () => {
      const seen = watch.fired.get(standing)?.map(({ alert }) => alert) ?? [];
      return ended || stuck.every(alert => seen.includes(alert));
    });
    await watch.fault("op-batcher and op-proposer taken away", async () => {
      await this.submitters(0);
      return { mend: () => this.submitters(1) };
    });
    await l1;
  }

  private async ofMembers(): Promise<void> {
    const { network, watch, namespace } = this;
    watch.lostBefore = await lossesOf(network);
    process.stderr.write(`  leaders lost before a rolling restart: ${watch.lostBefore}\n`);
    await watch.fault("a rolling restart", async () => {
      await kubectl(["-n", namespace, "rollout", "restart", "statefulset/seq"]);
      await kubectl(["-n", namespace, "rollout", "status", "statefulset/seq", "--timeout=400s"]);
      return { mend: () => network.settled() };
    });
    const leader = await network.settled();
    const [first = "", second = ""] = network.names.filter(name => name !== leader.name);
    await all([
      watch.fault("a follower's op-conductor hung (SIGSTOP)", () => this.hang(first, "conductor", "op-conductor")),
      watch.fault("a follower's execution client hung (SIGSTOP)", () => this.hang(second, "execution", "geth")),
    ]);
  }

  private async hang(pod: string, container: string, program: Program) {
    await this.network.signal(pod, "STOP", program);
    const end = () => this.network.shell(pod, `kill -9 $(pidof ${program})`, container).then(() => true);
    return { pod, mend: () => until(`${program} of ${pod} is ended`, 120, end) };
  }

  private async foundAgain(): Promise<void> {
    const { namespace, kubeconfig } = this;
    await apply(bound(namespace, "seq-found"));
    await login(namespace, "seq-found", kubeconfig);
    const set = [`sequencer.namespace=${namespace}`, `cluster.kubeconfig=${kubeconfig}`];
    // It is repeated after a failure: on a busy machine a member that has just started is late with an answer.
    await until("the raft is founded again", 300, async () => {
      const { code, stdout, stderr } = await cli(
        ...["sequencer", "found", "op-stack", "--values", "examples/sequencer"],
        ...set.flatMap(value => ["--set", value]),
        ...["--reason", "the raft is poisoned", "--yes"],
      );
      process.stderr.write(`${stdout}${stderr}`);
      if (code !== 0) throw new Error(`found ended with ${code}\n${stdout}${stderr}`);
      return true;
    });
    await this.network.settled();
  }

  private async submitters(replicas: number): Promise<void> {
    const deployments = ["deployment/seq-batcher", "deployment/seq-proposer"];
    await kubectl(["-n", this.namespace, "scale", ...deployments, `--replicas=${replicas}`]);
  }

  /** Has L1 make a block every so many seconds; 0: none. */
  private async blocksOfL1(seconds: number): Promise<void> {
    await callL1(this.namespace, "evm_setIntervalMining", seconds);
  }
}
