import { p2pServiceName } from "../../../constructs/p2p/service-name";
import type { P2pEnvironment } from "../../../stacks/p2p/props";
import type { Environment } from "../../../values/load/environment";
import type { Kubectl } from "../../kubernetes/kubectl";
import type { CliSection } from "../../section";
import type { LiveWorkload } from "../platform/live";
import type { Check } from "../result";
import { askAgent } from "./agent";
import { nodeChecks } from "./nodes";
import { isAlone } from "./peers";
import { judgeRecord } from "./record";
import { isSettled } from "./settled";

export const p2pSection: CliSection<P2pEnvironment> = {
  checks:
    "records of bootstrap nodes against Services and peers, the other nodes, and their L1 (needs create on pods/exec)",
  check: p2pChecks,
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
  const replicas = bootstrap.flatMap(({ name, replicas }) =>
    Array.from({ length: replicas }, (_, i) => ({ name, pod: `${name}-${i}`, service: p2pServiceName(name, i) })),
  );
  const objects = await kubectl.objects(namespace, [
    ...bootstrap.map(({ name }) => `configmap/${name}-enr`),
    ...replicas.flatMap(({ pod, service }) => [`pod/${pod}`, `service/${service}`]),
    ...others.flatMap(({ name }) => [`statefulset/${name}`, `deployment/${name}`]),
  ]);
  const find = (name: string, ...kinds: string[]) =>
    objects.find(object => kinds.includes(object.kind) && object.metadata.name === name);
  const records = replicas.map(async ({ name, pod, service }): Promise<Check> => {
    const check = `p2p ${pod}`;
    const live = find(pod, "Pod");
    if (!live) return { check, ok: false, detail: `pod ${pod} does not exist → ${deploy}` };
    const configMap = `${name}-enr`;
    const found = {
      pod,
      published: find(configMap, "ConfigMap")?.data?.[pod],
      service: find(service, "Service"),
      gauges: await askAgent(kubectl, namespace, pod),
      awaited: !isAlone(p2p) && isSettled(live),
    };
    return { check, ...judgeRecord(found, configMap) };
  });
  const counted = others.map(({ name }) => replicasCheck(name, deploy, find(name, "StatefulSet", "Deployment")));
  return [...(await Promise.all(records)), ...counted, ...(await nodeChecks(kubectl, p2p, others))];
}

function replicasCheck(name: string, deploy: string, workload?: LiveWorkload): Check {
  const check = `p2p ${name}`;
  if (!workload) return { check, ok: false, detail: `workload ${name} does not exist → ${deploy}` };
  const [ready, wanted] = [workload.status?.readyReplicas ?? 0, workload.spec.replicas ?? 1];
  return { check, ok: ready >= wanted, detail: `${ready} of ${wanted} ready` };
}
