import { P2P_AGENT_PORT } from "../../../constructs/p2p/agent-port";
import { counted } from "../../kubernetes/gauge";
import type { Kubectl } from "../../kubernetes/kubectl";
import { askPod } from "../../kubernetes/port-forward";

/** A gauge of a pod's agent; undefined where it could not find it out. */
export type Gauges = (name: string) => number | undefined;

/** What the agent beside a node says; undefined where it does not answer. */
export async function askAgent(kubectl: Kubectl, namespace: string, pod: string): Promise<Gauges | undefined> {
  const allowedBy = `a Role with get and create on pods/portforward of namespace ${namespace}`;
  const answer = await askPod(kubectl, { namespace, pod, port: P2P_AGENT_PORT, path: "/metrics", allowedBy });
  if (!answer) return undefined;
  return name => counted(new RegExp(`^rollup_network_${name}\\{[^}]*\\} (\\S+)`, "m").exec(answer.text)?.[1]);
}
