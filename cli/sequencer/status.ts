import type { Engine, MemberRole } from "../../constructs/sequencer/engine";
import { HANDOFF_TO, PAUSED, PAUSED_BY } from "../../constructs/sequencer/lease/protocol";
import type { NodeSoftware } from "../../constructs/sequencer/software/software";
import { counted } from "../kubernetes/gauge";
import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { PortForward } from "../kubernetes/port-forward";
import { conductorState, unusual } from "./conductor";
import { type Allowed, allowedBy, deployFirst, type Target } from "./target";

export interface Member {
  readonly name: string;
  readonly uid?: string;
  readonly ready: boolean;
  readonly node?: string;
  readonly role: MemberRole | "unknown";
  readonly height?: number;
  /** Blocks behind the highest member. */
  readonly lag?: number;
  /** Whether its op-conductor leaves op-node alone. */
  readonly paused?: boolean;
  /** Whether it makes blocks without the raft of op-conductors. */
  readonly overridden?: boolean;
  readonly restarts: number;
  /** When the node's container started. */
  readonly startedAt?: string;
  /** What is wrong or not known, as the words after its name. */
  readonly problem?: string;
}

export interface LeaseStatus {
  /** Empty when nobody holds it. */
  readonly holder: string;
  readonly token: number;
  readonly renewedAt?: string;
  /** By this machine's clock. */
  readonly ageSeconds?: number;
  readonly paused: boolean;
  /** Who paused it, when and why. */
  readonly pausedBy?: string;
  readonly handoffTo?: string;
  /** What is wrong, as the words after "the Lease". */
  readonly problem?: string;
}

export interface SequencerStatus {
  readonly environment: string;
  readonly namespace: string;
  readonly name: string;
  readonly mode: string;
  /** No problems: exactly one leader, everything is ready, and every member answers. */
  readonly healthy: boolean;
  readonly problems: readonly string[];
  readonly leaders: readonly string[];
  readonly members: readonly Member[];
  /** Only of a raft. */
  readonly quorum?: { readonly ready: number; readonly needed: number; readonly members: number };
  readonly lease?: LeaseStatus;
  readonly proxies?: { readonly ready: number; readonly wanted: number };
}

/** What a cluster says of a sequencer, and its uid for Events. */
export async function readStatus(
  kubectl: Kubectl,
  target: Target,
  command: Allowed = "status",
): Promise<{ status: SequencerStatus; uid: string }> {
  const { environment, namespace, name, engine } = target;
  const names = [
    `statefulset/${name}`,
    ...target.members.map(member => `pod/${member}`),
    ...(engine.leaderCheck ? [`deployment/${name}-proxy`] : []),
    ...(engine.lease ? [`lease/${name}`] : []),
  ];
  const objects = await kubectl.objects(namespace, names, {
    allowedBy: allowedBy(target, command),
    ifMissing: deployFirst(target),
  });
  const find = (kind: string, of: string) =>
    objects.find(object => object.kind === kind && object.metadata.name === of);
  const uid = find("StatefulSet", name)?.metadata.uid;
  if (!uid) {
    const message = `namespace ${namespace} of ${kubectl.cluster} has no StatefulSet ${name} → ${deployFirst(target)}`;
    throw new KubectlError(message, "not found");
  }

  const read = await Promise.all(
    target.members.map(member => readMember(kubectl, target, member, find("Pod", member), command)),
  );
  const highest = Math.max(...read.map(({ height }) => height ?? 0));
  const members = read.map(member => ({
    ...member,
    ...(member.height !== undefined && { lag: highest - member.height }),
  }));
  const leaders = members.filter(({ role }) => role === "leader").map(({ name }) => name);
  const ready = members.filter(member => member.ready).length;
  const proxy = find("Deployment", `${name}-proxy`);
  const proxies = engine.leaderCheck && { ready: proxy?.status?.readyReplicas ?? 0, wanted: proxy?.spec.replicas ?? 2 };
  const lease = engine.lease ? judgedLease(find("Lease", name), target) : undefined;
  const needed = members.length - engine.survives(members.length);
  const problems = [
    ...(leaders.length === 1
      ? []
      : [leaders.length === 0 ? "no member leads" : `${leaders.join(" and ")} say that they lead`]),
    ...members
      .filter(({ problem, ready }) => problem || !ready)
      .map(({ name, problem }) => `${name} ${problem ?? "is not ready"}`),
    ...(lease?.problem ? [`the Lease ${lease.problem}`] : []),
    ...(proxies && !areReady(proxies) ? [`${proxies.ready} of ${proxies.wanted} proxies are ready`] : []),
  ];
  const status: SequencerStatus = {
    environment: environment.name,
    namespace,
    name,
    mode: engine.name,
    healthy: problems.length === 0,
    problems,
    leaders,
    members,
    ...(engine.mesh?.raft && { quorum: { ready, needed, members: members.length } }),
    ...(lease && { lease }),
    ...(proxies && { proxies }),
  };
  return { status, uid };
}

/** What a member says of its role; undefined when it does not answer. */
export async function askRole(forward: PortForward, { role }: Engine): Promise<MemberRole | undefined> {
  const answer = await forward.ask(role.port, role.path);
  return answer && role.read(answer);
}

async function readMember(
  kubectl: Kubectl,
  target: Target,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
  pod: any,
  command: Allowed,
): Promise<Member> {
  if (!pod) return { name, ready: false, role: "unknown", restarts: 0, problem: "has no pod" };
  const { metadata, spec, status = {} } = pod;
  // biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
  const containers: any[] = status.containerStatuses ?? [];
  const waiting = containers.find(({ state }) => state?.waiting)?.state.waiting.reason;
  const known = {
    name,
    uid: metadata.uid,
    ready: isReady(pod),
    node: spec.nodeName,
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    startedAt: containers.find(container => container.name === "node")?.state?.running?.startedAt,
  };
  const problem = metadata.deletionTimestamp ? "is being deleted" : waiting ? `waits: ${waiting}` : undefined;
  if (status.phase !== "Running")
    return { ...known, role: "unknown", problem: problem ?? `is ${status.phase ?? "not known to run"}` };
  return { ...known, ...(problem && { problem }), ...(await ask(kubectl, target, name, command)) };
}

/** Metrics come first: their port is open before there is a leader, and a refused connection closes the forward. */
async function ask(
  kubectl: Kubectl,
  target: Target,
  pod: string,
  command: Allowed,
): Promise<Pick<Member, "role" | "height" | "paused" | "overridden" | "problem">> {
  const { namespace, engine } = target;
  const conductor = engine.conductor?.port;
  const asked = [engine.software.ports.metrics, engine.role.port, ...(conductor ? [conductor] : [])];
  const ports = [...new Set<number>(asked)];
  let forward: PortForward;
  try {
    forward = await PortForward.open(kubectl, {
      namespace,
      pod,
      ports,
      allowedBy: allowedBy(target, command),
    });
  } catch (error) {
    if (!(error instanceof KubectlError) || error.failure !== "pod") throw error;
    return { role: "unknown", problem: error.message };
  }
  try {
    const { ports, height: series } = engine.software;
    const metrics = await forward.ask(ports.metrics, "/metrics");
    const height = heightIn(metrics?.text ?? "", series);
    const role = await askRole(forward, engine);
    const silent = [...(metrics ? [] : [ports.metrics]), ...(role ? [] : [engine.role.port])];
    const state = conductor ? await conductorState(forward, conductor) : undefined;
    if (conductor && !state) silent.push(conductor);
    const problem =
      silent.length > 0 ? `does not answer on port ${[...new Set(silent)].join(" and ")}` : state && unusual(state);
    return {
      role: role ?? "unknown",
      ...(height !== undefined && { height }),
      ...(state && { paused: state.paused, overridden: state.overridden }),
      ...(problem && { problem }),
    };
  } finally {
    forward.close();
  }
}

function heightIn(metrics: string, { metric, labels = "" }: NodeSoftware["height"]): number | undefined {
  const lines = metrics.split("\n").filter(line => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  const found = lines.find(line => labels.split(",").every(label => line.includes(label)));
  const height = counted(found?.slice(found.lastIndexOf(" ") + 1));
  return Number.isSafeInteger(height) ? height : undefined;
}

/** Whether the proxies are all ready. None at all let nobody through. */
export function areReady({ ready, wanted }: { readonly ready: number; readonly wanted: number }): boolean {
  return ready >= Math.max(1, wanted);
}

/** A paused Lease is held by nobody. */
// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
function judgedLease(found: any, { members }: Target): LeaseStatus {
  const lease = leaseStatus(found);
  if (!found) return { ...lease, problem: "does not exist" };
  if (lease.paused || members.includes(lease.holder)) return lease;
  return {
    ...lease,
    problem: lease.holder ? `is held by ${lease.holder}, which is no member` : "is held by no member",
  };
}

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
export function leaseStatus(lease: any): LeaseStatus {
  const { annotations = {} } = lease?.metadata ?? {};
  const { holderIdentity: holder = "", leaseTransitions: token = 0, renewTime: renewedAt } = lease?.spec ?? {};
  return {
    holder: holder ?? "",
    token,
    ...(renewedAt && { renewedAt, ageSeconds: Math.max(0, (Date.now() - Date.parse(renewedAt)) / 1000) }),
    paused: annotations[PAUSED] === "true",
    ...(annotations[PAUSED_BY] && { pausedBy: annotations[PAUSED_BY] }),
    ...(annotations[HANDOFF_TO] && { handoffTo: annotations[HANDOFF_TO] }),
  };
}

/** Whether a pod is ready and not being deleted. */
// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
export function isReady({ metadata, status }: any): boolean {
  const conditions: { type: string; status: string }[] = status?.conditions ?? [];
  return !metadata.deletionTimestamp && conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
