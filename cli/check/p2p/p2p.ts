import { P2P_AGENT_PORT } from "../../../constructs/p2p/agent-port";
import type { P2pEnvironment } from "../../../stacks/p2p/props";
import type { Environment } from "../../../values/load/environment";
import type { Kubectl } from "../../kubernetes/kubectl";
import { askPod } from "../../kubernetes/port-forward";
import type { CliSection } from "../../section";
import type { Check } from "../result";
import { explainP2p } from "./explain";
import { nodeChecks } from "./nodes";

export const p2pSection: CliSection<P2pEnvironment> = {
  checks: "the bootstrap nodes' live records and peers, what others wait for, and their L1 (needs create on pods/exec)",
  check: p2pChecks,
  afterDeploy: explainP2p,
  apiServer: ({ p2p }) => (p2p.bootstrap.length > 0 ? p2p.networkPolicies : undefined),
};

/** Every bootstrap replica's record as its agent sees it, and what the other workloads wait for. */
async function p2pChecks(
  kubectl: Kubectl,
  { name: environment, values }: Environment<P2pEnvironment>,
): Promise<Check[]> {
  const { p2p } = values;
  const deploy = `rollup-network deploy ${environment}`;
  const { namespace, bootstrap } = p2p;
  const others = [...p2p.nodes, ...p2p.proverBrokers, ...p2p.proverAgents];
  const pods = bootstrap.flatMap(({ name, replicas }) =>
    Array.from({ length: replicas }, (_, i) => ({ name, pod: `${name}-${i}` })),
  );
  const objects = await kubectl.objects(namespace, [
    ...bootstrap.map(({ name }) => `configmap/${name}-enr`),
    ...pods.map(({ pod }) => `pod/${pod}`),
    ...others.flatMap(({ name }) => [`statefulset/${name}`, `deployment/${name}`]),
  ]);
  const find = (name: string, ...kinds: string[]) =>
    objects.find(object => kinds.includes(object.kind) && object.metadata.name === name);
  const records = pods.map(async ({ name, pod }): Promise<Check> => {
    const check = `p2p ${pod}`;
    if (!find(pod, "Pod")) return { check, ok: false, detail: `pod ${pod} does not exist → ${deploy}` };
    const published: string | undefined = find(`${name}-enr`, "ConfigMap")?.data?.[pod];
    const metrics = await agentMetrics(kubectl, namespace, pod);
    const unread = unreadNetwork(pod, metrics, published !== undefined);
    if (unread) return { check, ...unread };
    if (!published) {
      const remedy = "check again when the pod is ready; after that the log of its agent says why";
      return { check, ok: false, detail: `ConfigMap ${name}-enr has no record of ${pod} yet → ${remedy}` };
    }
    return { check, ...judge(pod, metrics) };
  });
  const replicas = others.map(({ name }) => ({
    name,
    check: replicasCheck(name, deploy, find(name, "StatefulSet", "Deployment")),
  }));
  return [...(await Promise.all(records)), ...(await nodeChecks(kubectl, p2p, replicas))];
}

/** A node that could not read the configuration of its network when it started. */
function unreadNetwork(pod: string, metrics = "", published: boolean): Omit<Check, "check"> | undefined {
  if (gaugeIn(metrics)("config_served") !== 0) return undefined;
  const consequence = published ? "it runs with the one that it read before, or waits" : "it waits";
  const runbook = "docs/runbooks/enr-drift.md#network-unread";
  return { ok: false, detail: `${pod} cannot read its network's configuration, so ${consequence}: ${runbook}` };
}

function judge(pod: string, metrics: string | undefined): Omit<Check, "check"> {
  if (metrics === undefined)
    return { ok: false, detail: `the agent of ${pod} does not answer → look at the pod, and at the log of its agent` };
  const gauge = gaugeIn(metrics);
  const [matches, announced, peers] = [gauge("enr_matches_published"), gauge("enr_announced"), gauge("p2p_peers")];
  if (matches === undefined)
    return { ok: false, detail: `the node of ${pod} does not answer its agent → look at the log of the node` };
  if (matches !== 1)
    return { ok: false, detail: `the live record of ${pod} is not the published one: docs/runbooks/enr-drift.md` };
  if (announced === 0)
    return {
      ok: false,
      detail: `the live record of ${pod} has not the address that is announced: docs/runbooks/enr-drift.md`,
    };
  return { ok: true, detail: `live record as published, ${peers ?? "?"} peers` };
}

const gaugeIn = (metrics: string) => (name: string) => {
  const found = new RegExp(`^rollup_network_${name}\\{[^}]*\\} (\\S+)`, "m").exec(metrics);
  return found ? Number(found[1]) : undefined;
};

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
function replicasCheck(name: string, deploy: string, workload: any): Check {
  const check = `p2p ${name}`;
  if (!workload) return { check, ok: false, detail: `workload ${name} does not exist → ${deploy}` };
  const [ready, wanted] = [workload.status?.readyReplicas ?? 0, workload.spec.replicas ?? 1];
  return { check, ok: ready >= wanted, detail: `${ready} of ${wanted} ready` };
}

async function agentMetrics(kubectl: Kubectl, namespace: string, pod: string): Promise<string | undefined> {
  const allowedBy = `a Role with get and create on pods/portforward of namespace ${namespace}`;
  return (await askPod(kubectl, { namespace, pod, port: P2P_AGENT_PORT, path: "/metrics", allowedBy }))?.text;
}
