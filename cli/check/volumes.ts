import { counted } from "../kubernetes/gauge";
import { type Kubectl, KubectlError } from "../kubernetes/kubectl";
import { podsIn } from "./platform/namespace";
import type { Check } from "./result";

/** A volume that is fuller than this fails the check. */
const MOST_PERCENT = 80;

const ALLOWED_BY = "a ClusterRole with get on nodes/proxy, which is all that a kubelet can do, or leave --volumes out";

/** How full the claims of a namespace's pods are, in bytes and in inodes, from the kubelets' metrics. */
export async function volumeChecks(kubectl: Kubectl, namespace: string): Promise<Check[]> {
  const pods = await podsIn(kubectl, namespace);
  const withClaims = pods.filter(({ spec }) => spec?.volumes?.some(volume => volume.persistentVolumeClaim));
  const nodes = new Set(withClaims.flatMap(({ spec }) => spec?.nodeName || []));
  const metrics = await Promise.all([...nodes].map(node => metricsOf(kubectl, node)));
  const silent = [...nodes].filter((_, i) => metrics[i] === undefined);
  const claims = claimsOf(metrics.join("\n"), namespace).sort((a, b) => b.percent - a.percent);
  const [fullest] = claims;
  const check = `volumes ${namespace}`;
  const problems = [
    ...silent.map(node => `the kubelet of ${node} does not answer`),
    ...claims
      .filter(({ percent }) => percent > MOST_PERCENT)
      .map(({ claim, percent }) => `${claim} is ${percent} % full`),
    ...claims
      .filter(({ percent }) => Number.isNaN(percent))
      .map(({ claim }) => `the usage of ${claim} is not known: its kubelet gives no number`),
  ];
  if (problems.length > 0) return [{ check, ok: false, detail: problems.join(", ") }];
  if (!fullest) return [{ check, ok: true, detail: "no claim whose kubelet counts what it holds" }];
  return [{ check, ok: true, detail: `${claims.length} claims, the fullest ${fullest.claim}: ${fullest.percent} %` }];
}

/** A kubelet's metrics; undefined when its node is lost, since the other nodes can still be asked. */
async function metricsOf(kubectl: Kubectl, node: string): Promise<string | undefined> {
  try {
    return await kubectl.run(["get", "--raw", `/api/v1/nodes/${node}/proxy/metrics`], { allowedBy: ALLOWED_BY });
  } catch (error) {
    if (error instanceof KubectlError && ["unreachable", "not found", "other"].includes(error.failure))
      return undefined;
    throw error;
  }
}

/** A share is NaN where a kubelet gives no number. */
function claimsOf(metrics: string, namespace: string): { claim: string; percent: number }[] {
  const gauge = (name: string) => {
    const labels = `namespace="${namespace}",persistentvolumeclaim="([^"\\n]+)"`;
    const lines = metrics.matchAll(new RegExp(`^kubelet_volume_stats_${name}\\{${labels}\\} (\\S+)$`, "gm"));
    return new Map([...lines].map(([, claim = "", value]) => [claim, counted(value) ?? Number.NaN]));
  };
  const [used, capacity, inodesUsed, inodes] = ["used_bytes", "capacity_bytes", "inodes_used", "inodes"].map(gauge);
  const share = (some: Map<string, number> | undefined, all: Map<string, number> | undefined, claim: string) => {
    const [part = 0, whole = 0] = [some?.get(claim), all?.get(claim)];
    return part / (whole === 0 ? Number.POSITIVE_INFINITY : whole);
  };
  return [...(used?.keys() ?? [])].map(claim => ({
    claim,
    percent: Math.round(100 * Math.max(share(used, capacity, claim), share(inodesUsed, inodes, claim) || 0)),
  }));
}
