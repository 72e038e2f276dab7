import type { KubernetesObject, StackManifests } from "../../../manifests/objects";
import { matches } from "../../../manifests/read/labels";
import { policiesIn } from "../../../manifests/read/policy";
import { API_SERVER_ID } from "../../../report/calls";
import type { Connection, Dial } from "../../../report/connection";
import { type Own, worldOf } from "../../../report/nodes";
import { topologyOf } from "../../../report/topology";
import type { Section } from "../../../values/schema/sections";
import { execIn } from "../../kubernetes/exec";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { Check } from "../result";
import { blame, type Known } from "./dropped";
import { type Heard, readAnswers, SCRIPT } from "./script";

/** Pods that are asked at the same time: each costs a process here, and a stream through the API server. */
const AT_ONCE = 8;

export interface Probed {
  readonly environment: string;
  readonly stacks: readonly StackManifests[];
  readonly sectionOf: (namespace: string) => Section | undefined;
}

/**
 * Has the pods of an environment open each TCP connection that the report draws from them, and says what became of it:
 * a row for each. Pods are called at their own addresses, since that is what policies see. UDP gives no answer.
 */
export async function probeChecks(kubectl: Kubectl, { environment, stacks, sectionOf }: Probed): Promise<Check[]> {
  const world = worldOf(stacks);
  const edges = edgesOf(stacks);
  const namespaces = [...new Set(world.own.map(({ namespace }) => namespace))];
  const [pods, live] = await Promise.all([
    listed<LivePod>(kubectl, "pods", namespaces),
    listed<KubernetesObject>(kubectl, "networkpolicies", namespaces),
  ]);
  const calls = edges.map(edge => callsOf(edge, pods));
  const answers = await askAll(kubectl, calls.flat());
  const known: Known = { environment, world, live: policiesIn(live), sectionOf };
  return edges.map((edge, i) => rowOf(edge, calls[i] ?? [], answers, known));
}

/** A port that the wiring has somebody call. */
interface Edge extends Connection {
  readonly from: Own;
  readonly dial: Dial;
}

/** A pod that calls, and whom. */
interface PodCall {
  readonly pod: LivePod;
  /** Name of the pod or host that is called. */
  readonly to: string;
  readonly host: string;
  readonly port: number;
}

interface LivePod {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly labels?: Record<string, string> };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly running?: object };
}

function edgesOf(stacks: readonly StackManifests[]): Edge[] {
  const own = new Map(worldOf(stacks).own.map(node => [node.id, node]));
  return topologyOf(stacks).connections.flatMap(connection => {
    const from = own.get(connection.from.id);
    const dials = connection.dials.filter(({ protocol }) => protocol === "TCP");
    return from ? dials.map(dial => ({ ...connection, from, dial })) : [];
  });
}

/** Objects of several namespaces. */
async function listed<T>(kubectl: Kubectl, kind: string, namespaces: readonly string[]): Promise<T[]> {
  const lists = namespaces.map(namespace => {
    const allowedBy = `a Role with list on ${kind} of namespace ${namespace}`;
    return kubectl.list(namespace, kind, { allowedBy });
  });
  return (await Promise.all(lists)).flat();
}

const podsOf = ({ end }: Own, pods: readonly LivePod[]) =>
  pods.filter(
    ({ metadata, status }) =>
      metadata.namespace === end.namespace &&
      status.phase === "Running" &&
      matches({ matchLabels: end.labels }, metadata.labels ?? {}),
  );

const ready = ({ status }: LivePod) =>
  status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

/** The calls of every pod of an edge. Pods that are not ready are called only where no other is. */
function callsOf({ from, to, dial }: Edge, pods: readonly LivePod[]): PodCall[] {
  const { host, port } = dial;
  const callers = podsOf(from, pods);
  if (host !== undefined) return callers.map(pod => ({ pod, to: host, host, port }));
  const called = podsOf(to as Own, pods).filter(({ status }) => status.podIP);
  const targets = called.some(ready) ? called.filter(ready) : called;
  return callers.flatMap(pod =>
    targets
      .filter(target => target !== pod)
      .map(({ metadata, status }) => ({ pod, to: metadata.name, host: status.podIP as string, port })),
  );
}

/** What became of each call. A pod is asked once about all of its calls. */
async function askAll(kubectl: Kubectl, calls: readonly PodCall[]): Promise<Map<PodCall, Heard>> {
  const pods = new Set(calls.map(({ pod }) => pod)).values();
  const answers = new Map<PodCall, Heard>();
  const worker = async () => {
    for (const pod of pods) {
      const own = calls.filter(call => call.pod === pod);
      const heard = await askPod(kubectl, pod, own);
      for (const [i, call] of own.entries()) answers.set(call, heard(i));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

/** Asks in the first container that has a shell and a program that opens connections. */
async function askPod(kubectl: Kubectl, pod: LivePod, calls: readonly PodCall[]): Promise<(i: number) => Heard> {
  const { namespace, name } = pod.metadata;
  const words = ["sh", "-c", SCRIPT, "probe", ...calls.flatMap(({ host, port }) => [host, `${port}`])];
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  const running = [...containerStatuses, ...initContainerStatuses].filter(({ state }) => state?.running);
  for (const { name: container } of running) {
    const said = await execIn(kubectl, { namespace, name, container }, words, ["other"]);
    const answers = said === undefined ? undefined : readAnswers(said);
    if (answers) return i => answers[i] ?? { verdict: "unknown", why: `${name} says nothing about it` };
  }
  const why = `no container of ${name} has a shell with bash, nc, curl or node`;
  return () => ({ verdict: "unknown", why });
}

function rowOf(edge: Edge, calls: readonly PodCall[], answers: ReadonlyMap<PodCall, Heard>, known: Known): Check {
  const { from, to, dial } = edge;
  const check = `${from.name} → ${to.id === API_SERVER_ID ? to.name : (dial.host ?? to.name)}:${dial.port}`;
  const unknown = (detail: string): Check => ({ check, ok: true, unknown: true, detail });
  if (calls.length === 0) return unknown(`${from.name} or ${to.name} has no running pod, or only itself to call`);
  const heard = calls.map(call => ({ call, ...(answers.get(call) as Heard) }));
  const of = (wanted: Heard["verdict"]) => heard.filter(({ verdict }) => verdict === wanted);
  const said = (some: typeof heard) =>
    `${some.map(({ call }) => `${call.pod.metadata.name} → ${call.to}`).join(", ")}: ${some[0]?.why}`;
  const [dropped, answered, refused] = [of("dropped"), of("ok"), of("refused")];
  if (dropped.length > 0) {
    return { check, ok: false, verdict: "dropped", detail: `${said(dropped)}\n${blame(edge, dial, known)}` };
  }
  if (answered.length > 0) return { check, ok: true, detail: `${answered.length} of ${heard.length} calls answered` };
  if (refused.length > 0) return { check, ok: true, verdict: "refused", detail: said(refused) };
  return unknown(heard[0]?.why ?? "");
}
