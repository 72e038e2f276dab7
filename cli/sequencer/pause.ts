import { PAUSED, PAUSED_BY } from "../../constructs/sequencer/lease/protocol";
import { checkConfirmable } from "../confirm";
import type { Kubectl } from "../kubernetes/kubectl";
import { type ActionOptions, annotateLease, begin, checkReason, done, say, until } from "./request";
import { type LeaseStatus, leaseStatus } from "./status";
import { allowedBy, deployFirst, type Target } from "./target";

/** Giving the Lease back, or taking it, takes seconds: after this time something is wrong. */
const WAIT_SECONDS = 60;
const POLL_MS = 250;

/** Checks the request itself, before the cluster is asked anything. */
export function checkPause(target: Target, command: "pause" | "resume", options: ActionOptions): void {
  const { environment, namespace, name, engine } = target;
  if (!engine.lease && !engine.conductor) {
    const stop = `kubectl --namespace ${namespace} scale statefulset ${name} --replicas=`;
    const instead = command === "pause" ? `${stop}0 stops it` : `${stop}${target.members.length} starts it`;
    throw new Error(
      `sequencer ${name} has no Lease and no op-conductor, a ${engine.noun} cannot ${command} → ${instead}`,
    );
  }
  checkReason(options);
  checkConfirmable(environment, options);
}

/** No member may hold the Lease until it is resumed. @returns whether it was done; false if the user declined */
export async function pause(kubectl: Kubectl, target: Target, options: ActionOptions): Promise<boolean> {
  const { lease, uid } = await readLease(kubectl, target);
  if (lease.paused) {
    done(options, `the Lease is paused already${lease.pausedBy ? `, by ${lease.pausedBy}` : ""}`, { lease });
    return true;
  }
  const role = allowedBy(target, "pause");
  const request = {
    event: "PauseRequested",
    action: `pause Lease ${target.name}`,
    effects: [
      `${lease.holder || "whoever holds it"} stops sequencing: ` +
        `NO BLOCKS until sequencer resume ${target.environment.name}`,
      "members go on as full nodes",
    ],
    uid,
    allowedBy: role,
  };
  const who = await begin(kubectl, target, request, options);
  if (who === undefined) return false;
  const by = [who, new Date().toISOString(), ...(options.reason ? [options.reason] : [])].join(", ");
  await annotateLease(kubectl, target, { [PAUSED]: "true", [PAUSED_BY]: by }, role);
  if (lease.holder) say(`waiting for ${lease.holder} to give the Lease back`);

  // A dead holder does not give the Lease back: the Lease expires.
  let last = { renewedAt: lease.renewedAt, since: performance.now() };
  const released = await until(
    kubectl,
    WAIT_SECONDS,
    async () => {
      const { lease: now, durationMs } = await readLease(kubectl, target);
      if (!now.paused) throw new Error(`Lease ${target.name} is not paused any more → look at sequencer status`);
      if (!now.holder) return "no member holds the Lease";
      if (now.renewedAt !== last.renewedAt) last = { renewedAt: now.renewedAt, since: performance.now() };
      const expired = performance.now() - last.since > durationMs;
      return expired ? `the Lease of ${now.holder} has run out, it did not give it back` : undefined;
    },
    POLL_MS,
  );
  if (!released)
    throw new Error(`the Lease is still held after ${WAIT_SECONDS} s → look at the agent's log of ${lease.holder}`);
  done(options, `paused: ${released}`, options.json ? { lease: (await readLease(kubectl, target)).lease } : {});
  return true;
}

/** @returns whether it was done; false if the user declined */
export async function resume(kubectl: Kubectl, target: Target, options: ActionOptions): Promise<boolean> {
  const { lease, uid } = await readLease(kubectl, target);
  if (!lease.paused) {
    done(options, "the Lease is not paused", { lease });
    return true;
  }
  const role = allowedBy(target, "pause");
  const request = {
    event: "ResumeRequested",
    action: `resume Lease ${target.name}`,
    effects: [
      ...(lease.pausedBy ? [`it was paused by ${lease.pausedBy}`] : []),
      "a ready member takes it and makes blocks again",
    ],
    uid,
    allowedBy: role,
  };
  if ((await begin(kubectl, target, request, options)) === undefined) return false;
  await annotateLease(kubectl, target, { [PAUSED]: null, [PAUSED_BY]: null }, role);
  say("waiting for a member to take the Lease");
  const taken = await until(
    kubectl,
    WAIT_SECONDS,
    async () => {
      const { lease: now } = await readLease(kubectl, target);
      return target.members.includes(now.holder) && now.token > lease.token ? now : undefined;
    },
    POLL_MS,
  );
  if (!taken)
    throw new Error(
      `no member took the Lease within ${WAIT_SECONDS} s → look at sequencer status ${target.environment.name}`,
    );
  done(options, `resumed: ${taken.holder} holds the Lease, token ${taken.token}`, { lease: taken });
  return true;
}

/** The duration of a Lease that does not give its own. */
const DURATION_SECONDS = 5;

async function readLease(
  kubectl: Kubectl,
  target: Target,
): Promise<{ lease: LeaseStatus; durationMs: number; uid: string }> {
  const { namespace, name } = target;
  const options = { allowedBy: allowedBy(target, "pause"), ifMissing: deployFirst(target) };
  const objects = await kubectl.objects(namespace, [`lease/${name}`, `statefulset/${name}`], options);
  const find = (kind: string) => {
    const found = objects.find(object => object.kind === kind);
    if (!found)
      throw new Error(`namespace ${namespace} of ${kubectl.cluster} has no ${kind} ${name} → ${deployFirst(target)}`);
    return found;
  };
  const lease = find("Lease");
  const durationMs = 1000 * (lease.spec?.leaseDurationSeconds ?? DURATION_SECONDS);
  return { lease: leaseStatus(lease), durationMs, uid: find("StatefulSet").metadata.uid };
}
