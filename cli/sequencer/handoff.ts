import { HANDOFF_TO } from "../../constructs/sequencer/lease/protocol";
import { checkConfirmable } from "../confirm";
import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { deletePod } from "../kubernetes/pods";
import { PortForward } from "../kubernetes/port-forward";
import { type ActionOptions, annotateLease, begin, checkReason, say, until } from "./request";
import { askRole, readStatus, type SequencerStatus } from "./status";
import { allowedBy, type Target } from "./target";

export interface HandoffOptions extends ActionOptions {
  readonly to?: string;
}

/** A failover takes seconds: after this time something is wrong. */
const LEAD_SECONDS = 60;
/** Time for a pod to end within its grace period, to start and to catch up. */
const READY_SECONDS = 300;
const POLL_MS = 100;

/** Checks the request itself, before the cluster is asked anything. */
export function checkHandoff({ environment, name, engine, members }: Target, options: HandoffOptions): void {
  const { to } = options;
  if (!engine.handoff) {
    throw new Error(
      `sequencer ${name} has only one member, and no other can take over ` +
        `→ kubectl delete pod ${name}-0 restarts it, with a gap`,
    );
  }
  if (engine.handoff === "delete" && to !== undefined) {
    throw new Error(
      `--to ${to}: a ${engine.noun} chooses its leader itself ` +
        "→ leave --to out, and repeat the handoff if it has to be another",
    );
  }
  if (to !== undefined && !members.includes(to)) {
    throw new Error(`--to ${to} is no member of sequencer ${name} → use ${members.join(" or ")}`);
  }
  checkReason(options);
  checkConfirmable(environment, options);
}

/** @returns whether it was done; false if the user declined */
export async function handoff(kubectl: Kubectl, target: Target, options: HandoffOptions): Promise<boolean> {
  const { status, uid } = await readStatus(kubectl, target, "handoff");
  const leader = onlyLeader(status);
  return target.engine.handoff === "delete"
    ? byDeletion(kubectl, target, status, uid, leader, options)
    : byLease(kubectl, target, status, uid, leader, options);
}

function onlyLeader({ leaders, lease, environment }: SequencerStatus): string {
  const look = `look at sequencer status ${environment}`;
  if (lease?.paused)
    throw new Error(
      `the Lease is paused${lease.pausedBy ? ` by ${lease.pausedBy}` : ""} → sequencer resume ${environment} first`,
    );
  const [leader, ...others] = leaders;
  if (leader === undefined) throw new Error(`no member leads, so none can hand over → ${look}`);
  if (others.length > 0)
    throw new Error(`${leaders.join(" and ")} say that they lead → ${look} again, and docs/runbooks/split-brain.md`);
  return leader;
}

/** A raft with a member down cannot lose another. */
function checkReserve({ members }: SequencerStatus, leader: string): void {
  // A leader that is not ready is a reason to hand over.
  const unready = members.filter(({ name, ready }) => !ready && name !== leader).map(({ name }) => name);
  if (unready.length === 0) return;
  throw new Error(
    `${unready.join(", ")} not ready: a handoff restarts ${leader}, and the quorum would have no reserve ` +
      "→ wait until the others are ready",
  );
}

/** ev-node hands over when it gets SIGTERM, so the leader's pod is deleted with its grace period. */
async function byDeletion(
  kubectl: Kubectl,
  target: Target,
  status: SequencerStatus,
  uid: string,
  leader: string,
  options: HandoffOptions,
): Promise<boolean> {
  const { namespace } = target;
  const role = allowedBy(target, "handoff");
  checkReserve(status, leader);
  const request = {
    event: "HandoffRequested",
    action: `delete pod ${leader}, the leader of ${target.name}`,
    effects: [
      "it hands over before it ends; blocks pause for about half a second",
      "what it accepted and put into no block yet may be lost",
      `${leader} starts again as a follower`,
    ],
    uid,
    allowedBy: role,
    recheck: async () => {
      const { status: now } = await readStatus(kubectl, target, "handoff");
      checkReserve(now, leader);
      if (onlyLeader(now) !== leader) throw new Error(`${now.leaders} leads by now, no longer ${leader} → start again`);
    },
  };
  if ((await begin(kubectl, target, request, options)) === undefined) return false;

  const others = target.members.filter(member => member !== leader);
  const watched = await Promise.all(others.map(member => watch(kubectl, target, member)));
  try {
    const pod = status.members.find(({ name }) => name === leader)?.uid;
    const started = performance.now();
    await deletePod(kubectl, namespace, leader, pod, role);
    say(`${leader} is ending`);
    const next = await until(kubectl, LEAD_SECONDS, () => leaderAmong(watched), POLL_MS);
    if (!next)
      throw new Error(`no other member leads after ${LEAD_SECONDS} s → look at sequencer status ${status.environment}`);
    console.log(`${next} leads after ${seconds(started)} s`);
    say(`waiting for ${leader} to be ready again`);
    const ready = await until(kubectl, READY_SECONDS, () => readyAgain(kubectl, namespace, leader, pod, role), 1000);
    if (!ready)
      throw new Error(
        `${leader} is not ready after ${READY_SECONDS} s, the quorum has less reserve ` +
          `→ look at kubectl describe pod ${leader}`,
      );
    console.log(`${leader} is ready again after ${seconds(started)} s`);
    return true;
  } finally {
    for (const { close } of watched) close();
  }
}

async function byLease(
  kubectl: Kubectl,
  target: Target,
  status: SequencerStatus,
  uid: string,
  leader: string,
  options: HandoffOptions,
): Promise<boolean> {
  const to = options.to ?? (target.members.find(member => member !== leader) as string);
  if (to === leader) throw new Error(`--to ${to} leads already → leave --to out to hand over to the other member`);
  const next = status.members.find(({ name }) => name === to);
  if (!next?.ready) {
    const why = next?.problem ? ` (${next.problem})` : "";
    throw new Error(
      `${to} is not ready${why}, and takes the Lease only when it is level with the chain → wait until it is ready`,
    );
  }
  const role = allowedBy(target, "handoff");
  const request = {
    event: "HandoffRequested",
    action: `hand Lease ${target.name} over from ${leader} to ${to}`,
    effects: [`${leader} stops sequencing and gives the Lease back, ${to} takes it: 1 to 3 s without blocks`],
    uid,
    allowedBy: role,
  };
  if ((await begin(kubectl, target, request, options)) === undefined) return false;

  const watched = await watch(kubectl, target, to);
  try {
    const started = performance.now();
    await annotateLease(kubectl, target, { [HANDOFF_TO]: to }, role);
    say(`${leader} is asked to hand over`);
    if (!(await until(kubectl, LEAD_SECONDS, () => leaderAmong([watched]), POLL_MS))) {
      throw new Error(
        `${to} does not lead after ${LEAD_SECONDS} s ` +
          `→ look at sequencer status ${status.environment} and the agent's log of ${to}`,
      );
    }
    console.log(`${to} leads after ${seconds(started)} s`);
    return true;
  } finally {
    watched.close();
  }
}

interface Watched {
  readonly member: string;
  leads(): Promise<boolean>;
  close(): void;
}

/** Asks a member repeatedly whether it leads, and opens a lost forward again. */
async function watch(kubectl: Kubectl, target: Target, member: string): Promise<Watched> {
  const { namespace, engine } = target;
  const open = () =>
    PortForward.open(kubectl, {
      namespace,
      pod: member,
      ports: [engine.role.port],
      allowedBy: allowedBy(target, "handoff"),
    });
  let forward: PortForward | undefined = await open().catch(error => {
    if (!(error instanceof KubectlError) || error.failure !== "pod") throw error;
    throw new Error(`${member} ${error.message} → look at kubectl describe pod ${member}; nobody handed over`);
  });
  return {
    member,
    async leads() {
      if (!forward?.open) {
        forward = await open().catch(error => {
          if (error instanceof KubectlError) return undefined;
          throw error;
        });
      }
      return forward !== undefined && (await askRole(forward, engine)) === "leader";
    },
    close: () => forward?.close(),
  };
}

async function leaderAmong(watched: readonly Watched[]): Promise<string | undefined> {
  const leads = await Promise.all(watched.map(({ leads }) => leads()));
  return watched[leads.indexOf(true)]?.member;
}

async function readyAgain(
  kubectl: Kubectl,
  namespace: string,
  name: string,
  before: string | undefined,
  allowedBy: string,
) {
  const [pod] = await kubectl.objects(namespace, [`pod/${name}`], { allowedBy });
  const conditions: { readonly type: string; readonly status: string }[] = pod?.status?.conditions ?? [];
  const uid = pod?.metadata.uid;
  const ready =
    uid !== undefined && uid !== before && conditions.some(({ type, status }) => type === "Ready" && status === "True");
  return ready || undefined;
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
