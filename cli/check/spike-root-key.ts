import { SPIKE_NEXUS, SPIKE_PILOT } from "../../constructs/spike/names";
import type { SpikeValues } from "../../values/schema/spike";
import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import type { Check } from "./result";
import type { SpikeStatus } from "./spike-status";

/** Nexus asks keepers at most a minute apart; after three it has asked each. */
const PATIENCE_MS = 180_000;

/** Lists names of policies, which nobody sees; busybox ends it before kubectl gives up. */
const QUESTION = "timeout 8 spike policy list 2>&1";

/**
 * Whether Nexus has its root key, as Pilot hears it from Nexus: after 0.8.0 Nexus is ready without one. Where Pilot may
 * not be asked, a Nexus that is not ready has none up to 0.8.0, and of another it is not known.
 */
export async function rootKeyChecks(kubectl: Kubectl, spike: SpikeValues, status: SpikeStatus): Promise<Check[]> {
  const { keepers, nexus, bootstrap } = status;
  if (bootstrap.state !== "complete" || !nexus) return [];
  const check = "spike root key";
  const runs = await runningMs(kubectl, spike.namespace);
  const answer = await askPilot(kubectl, spike.namespace);
  if (answer.has) return [{ check, ok: true, detail: "Nexus has its root key" }];
  const silent = nexus.ready === 0 && runs !== undefined;
  if (answer.has === undefined && !silent) {
    return [{ check, ok: true, unknown: true, detail: answer.why }];
  }
  const threshold = spike.threshold ?? Math.floor(spike.keepers / 2) + 1;
  const ready = keepers?.ready ?? 0;
  if (ready < threshold) {
    return [
      { check, ok: false, detail: `Nexus has no root key, and waits for ${threshold} keepers: ${ready} are ready` },
    ];
  }
  if (runs === undefined || runs < PATIENCE_MS) {
    return [
      {
        check,
        ok: false,
        detail: "Nexus has no root key yet: it asks keepers, for three minutes at most → check again then",
      },
    ];
  }
  const since = `Nexus has run for ${Math.floor(runs / 60_000)} min without it, beside ${ready} keepers that are ready`;
  return [{ check, ok: false, detail: `root key lost: ${since}: docs/runbooks/spike-root-key.md` }];
}

/** Whether Nexus has its key; nothing when that cannot be learned, and why. */
async function askPilot(kubectl: Kubectl, namespace: string): Promise<{ has?: boolean; why: string }> {
  const pilot = `deployment/${SPIKE_PILOT}`;
  const allowedBy = `a Role with create on pods/exec of namespace ${namespace}`;
  try {
    const args = ["exec", "--namespace", namespace, pilot, "--", "sh", "-c", QUESTION];
    const text = await kubectl.run(args, { allowedBy });
    if (/SPIKE is not (ready|initialized)/.test(text)) return { has: false, why: "" };
    const [error] = /^Error: .*/m.exec(text) ?? [];
    return error ? { why: `Pilot says: ${error}` } : { has: true, why: "" };
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    return { why: error.failure === "other" ? "Pilot does not answer" : error.message };
  }
}

/** How long Nexus has run; nothing while it does not. */
async function runningMs(kubectl: Kubectl, namespace: string): Promise<number | undefined> {
  const [pod] = await kubectl.objects(namespace, [`pod/${SPIKE_NEXUS}-0`]);
  const startedAt: string | undefined = pod?.status?.containerStatuses?.[0]?.state?.running?.startedAt;
  return startedAt === undefined ? undefined : Date.now() - Date.parse(startedAt);
}
