import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { say } from "../sequencer/request";
import type { Target } from "../sequencer/target";

/** A drill that was killed blocks others for this long. */
const DURATION_SECONDS = 120;
const RENEW_MS = 30_000;

/** A Lease `<name>-drill`, which allows one drill at a time. Only drills use it. */
export class DrillLock {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly kubectl: Kubectl,
    private readonly target: Target,
    private readonly allowedBy: string,
  ) {
    this.timer = setInterval(() => void this.renew(), RENEW_MS).unref();
  }

  /** @throws if another drill is running */
  static async take(kubectl: Kubectl, target: Target, who: string, allowedBy: string): Promise<DrillLock> {
    const name = lockName(target);
    const [found] = await kubectl.objects(target.namespace, [`lease/${name}`], { allowedBy });
    if (found) refuseLiving(found, target);
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
      throw new Error(`another drill of ${target.name} has just begun → wait for its end`);
    }
    return new DrillLock(kubectl, target, allowedBy);
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    const { namespace } = this.target;
    await this.kubectl
      .forCleanup()
      .run(["delete", "--namespace", namespace, "--ignore-not-found", "lease", lockName(this.target)])
      .catch((error: Error) =>
        say(`Lease ${namespace}/${lockName(this.target)} is still there, for ${DURATION_SECONDS} s: ${error.message}`),
      );
  }

  private async renew(): Promise<void> {
    const { kubectl, target, allowedBy } = this;
    const patch = JSON.stringify({ spec: { renewTime: microTime() } });
    const args = [
      "patch",
      "--namespace",
      target.namespace,
      "lease",
      lockName(target),
      "--type=merge",
      "--patch",
      patch,
    ];
    await kubectl
      .run(args, { allowedBy })
      .catch((error: Error) => say(`the drill's Lease was not renewed: ${error.message}`));
  }
}

const lockName = ({ name }: Target) => `${name}-drill`;

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
function refuseLiving({ spec = {} }: any, { name, namespace }: Target): void {
  const { holderIdentity, renewTime, acquireTime, leaseDurationSeconds = DURATION_SECONDS } = spec;
  if (!renewTime || Date.now() - Date.parse(renewTime) > 1000 * leaseDurationSeconds) return;
  throw new Error(
    `a drill of ${namespace}/${name} is under way, by ${holderIdentity} since ${acquireTime} → wait for its end; ` +
      `one that was killed is forgotten ${leaseDurationSeconds} s after it renewed its Lease for the last time`,
  );
}

const microTime = () => `${new Date().toISOString().slice(0, -1)}000Z`;
