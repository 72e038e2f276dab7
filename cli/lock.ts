import { type Kubectl, KubectlError } from "./kubernetes/kubectl";
import { say } from "./sequencer/request";
import { allowedBy as roleOf, type Target } from "./sequencer/target";

/** One that was killed blocks others for this long. */
const DURATION_SECONDS = 120;
const RENEW_MS = 30_000;

/** What has a lock: the last part of the Lease's name, and what people call it. */
const NOUNS = { drill: "drill", found: "founding" } as const;

/** A Lease `<name>-<command>`, which allows one run of a command at a time. Nothing else uses it. */
export class CommandLock {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly kubectl: Kubectl,
    private readonly target: Target,
    private readonly command: keyof typeof NOUNS,
    private readonly allowedBy: string,
  ) {
    this.timer = setInterval(() => void this.renew(), RENEW_MS).unref();
  }

  /** @throws if the command is running already */
  static async take(kubectl: Kubectl, target: Target, command: keyof typeof NOUNS, who: string): Promise<CommandLock> {
    const allowedBy = roleOf(target, command);
    const name = lockName(target, command);
    const [found] = await kubectl.objects(target.namespace, [`lease/${name}`], { allowedBy });
    if (found) refuseLiving(found, target, command);
    const time = microTime();
    const spec = { holderIdentity: who, leaseDurationSeconds: DURATION_SECONDS, acquireTime: time, renewTime: time };
    const metadata = {
      name,
      namespace: target.namespace,
      ...(found && { resourceVersion: found.metadata.resourceVersion }),
    };
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
    try {
      await kubectl.run([found ? "replace" : "create", "-f", "-"], { input: JSON.stringify(lease), allowedBy });
    } catch (error) {
      if (!(error instanceof KubectlError) || error.failure !== "conflict") throw error;
      throw new Error(`another ${NOUNS[command]} of ${target.name} has just begun → wait for its end`);
    }
    return new CommandLock(kubectl, target, command, allowedBy);
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    const { namespace } = this.target;
    const name = lockName(this.target, this.command);
    await this.kubectl
      .forCleanup()
      .run(["delete", "--namespace", namespace, "--ignore-not-found", "lease", name])
      .catch((error: Error) =>
        say(`Lease ${namespace}/${name} is still there, for ${DURATION_SECONDS} s: ${error.message}`),
      );
  }

  private async renew(): Promise<void> {
    const { kubectl, target, command, allowedBy } = this;
    const patch = JSON.stringify({ spec: { renewTime: microTime() } });
    const args = [
      "patch",
      "--namespace",
      target.namespace,
      "lease",
      lockName(target, command),
      "--type=merge",
      "--patch",
      patch,
    ];
    await kubectl
      .run(args, { allowedBy })
      .catch((error: Error) => say(`the ${NOUNS[command]}'s Lease was not renewed: ${error.message}`));
  }
}

const lockName = ({ name }: Target, command: string) => `${name}-${command}`;

/** A time that no run writes still counts: a clock may be wrong, and only a person can know that nothing runs. */
// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
function refuseLiving({ spec = {} }: any, target: Target, command: keyof typeof NOUNS): void {
  const { holderIdentity: by, renewTime, acquireTime, leaseDurationSeconds: seconds = DURATION_SECONDS } = spec;
  const age = Date.now() - Date.parse(renewTime);
  if (!renewTime || age > 1000 * seconds) return;
  const { name, namespace } = target;
  const noun = NOUNS[command];
  const remove = `kubectl --namespace ${namespace} delete lease ${lockName(target, command)}`;
  const strange = age < -1000 * DURATION_SECONDS || seconds > DURATION_SECONDS;
  const remedy = strange
    ? `; its Lease of ${seconds} s was renewed at ${renewTime} → compare the clocks, and if no ${noun} runs: ${remove}`
    : " → wait for its end; " +
      `one that was killed is forgotten ${seconds} s after it renewed its Lease for the last time`;
  const who = [by ? `, by ${by}` : "", acquireTime ? ` since ${acquireTime}` : ""].join("");
  throw new Error(`a ${noun} of ${namespace}/${name} is under way${who}${remedy}`);
}

const microTime = () => `${new Date().toISOString().slice(0, -1)}000Z`;
