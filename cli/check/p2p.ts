import { P2P_AGENT_PORT } from "../../constructs/p2p/agent-port";
import type { P2pEnvironment } from "../../stacks/p2p/props";
import type { Environment } from "../../values/load/environment";
import type { Kubectl } from "../kubernetes/kubectl";
import { askPod } from "../kubernetes/port-forward";
import type { CliSection } from "../section";
import type { Check } from "./result";

export const p2pSection: CliSection<P2pEnvironment> = {
  checks: "the bootstrap nodes' live records against the published ones, and their peers",
  check: p2pChecks,
  apiServer: ({ p2p }) => (p2p.bootstrap.length > 0 ? p2p.networkPolicies : undefined),
};

/** Every bootstrap replica's record as its agent sees it, and how many replicas of the others are ready. */
async function p2pChecks(kubectl: Kubectl, { values: { p2p } }: Environment<P2pEnvironment>): Promise<Check[]> {
  const { namespace, bootstrap, nodes } = p2p;
  const pods = bootstrap.flatMap(({ name, replicas }) =>
    Array.from({ length: replicas }, (_, i) => ({ name, pod: `${name}-${i}` })),
  );
  const objects = await kubectl.objects(namespace, [
    ...bootstrap.map(({ name }) => `configmap/${name}-enr`),
    ...pods.map(({ pod }) => `pod/${pod}`),
    ...nodes.flatMap(({ name }) => [`statefulset/${name}`, `deployment/${name}`]),
  ]);
  const find = (name: string, ...kinds: string[]) =>
    objects.find(object => kinds.includes(object.kind) && object.metadata.name === name);
  const records = pods.map(async ({ name, pod }): Promise<Check> => {
    const check = `p2p ${pod}`;
    if (!find(pod, "Pod")) return { check, ok: false, detail: "there is no such pod: deploy the stack" };
    const published: string | undefined = find(`${name}-enr`, "ConfigMap")?.data?.[pod];
    const metrics = await agentMetrics(kubectl, namespace, pod);
    const unread = networkCheck(check, metrics, published !== undefined);
    if (unread) return unread;
    if (!published) return { check, ok: false, detail: `ConfigMap ${name}-enr has no record of it yet` };
    return recordCheck(check, metrics);
  });
  return [
    ...(await Promise.all(records)),
    ...nodes.map(({ name }) => replicasCheck(name, find(name, "StatefulSet", "Deployment"))),
  ];
}

/** A node that could not read the configuration of its network when it started. */
function networkCheck(check: string, metrics = "", published: boolean): Check | undefined {
  if (gaugeIn(metrics)("config_served") !== 0) return undefined;
  const consequence = published ? "it runs with the one that it read before, or waits" : "it waits";
  const runbook = "docs/runbooks/enr-drift.md#network-unread";
  const detail = `it cannot read its network's configuration, so ${consequence}: ${runbook}`;
  return { check, ok: false, detail };
}

function recordCheck(check: string, metrics: string | undefined): Check {
  if (metrics === undefined) return { check, ok: false, detail: "its agent does not answer" };
  const gauge = gaugeIn(metrics);
  const [matches, announced, peers] = [gauge("enr_matches_published"), gauge("enr_announced"), gauge("p2p_peers")];
  if (matches === undefined)
    return { check, ok: false, detail: "its live record is not known: the node does not answer its agent" };
  if (matches !== 1)
    return { check, ok: false, detail: "its live record is not the published one: docs/runbooks/enr-drift.md" };
  if (announced === 0)
    return {
      check,
      ok: false,
      detail: "its live record has another address than it was told: docs/runbooks/enr-drift.md",
    };
  return { check, ok: true, detail: `live record as published, ${peers ?? "?"} peers` };
}

const gaugeIn = (metrics: string) => (name: string) => {
  const found = new RegExp(`^rollup_network_${name}\\{[^}]*\\} (\\S+)`, "m").exec(metrics);
  return found ? Number(found[1]) : undefined;
};

// biome-ignore lint/suspicious/noExplicitAny: objects of the API are read by path
function replicasCheck(name: string, workload: any): Check {
  const check = `p2p ${name}`;
  if (!workload) return { check, ok: false, detail: "is not there: deploy the stack" };
  const [ready, wanted] = [workload.status?.readyReplicas ?? 0, workload.spec.replicas ?? 1];
  return { check, ok: ready >= wanted, detail: `${ready} of ${wanted} ready` };
}

async function agentMetrics(kubectl: Kubectl, namespace: string, pod: string): Promise<string | undefined> {
  const allowedBy = `a Role with get and create on pods/portforward of namespace ${namespace}`;
  return (await askPod(kubectl, { namespace, pod, port: P2P_AGENT_PORT, path: "/metrics", allowedBy }))?.text;
}
