import type { JsonObject } from "../../manifests/json";
import { matches } from "../../manifests/read/labels";
import { listOf } from "../../manifests/read/object";
import { type PolicyPeer, type PolicyPort, type PolicySpec, policiesIn } from "../../manifests/read/policy";
import { identityOf, spoken, workloadSpec } from "../read";
import type { Side } from "../sides";
import { type Rule, stays, together } from "./rule";

/** What NetworkPolicies keep out, together: which of them says so does not count. */
export const policyRules: readonly Rule[] = [
  {
    id: "policy",
    kinds: ["StatefulSet", "Deployment", "DaemonSet", "Job"],
    warning: true,
    why: "Pods that no policy selects, or a rule without addresses, let everything in the cluster through.",
    remedy: "keep a policy for both directions, and name who may call",
    loses: (change, sides) => {
      if (!stays(change)) return undefined;
      const [old, now] = [reach(change.before, sides.before), reach(change.after, sides.after)];
      const open = (["Ingress", "Egress"] as const).filter(way => old[way] !== undefined && now[way] === undefined);
      const wider = (["Ingress", "Egress"] as const).flatMap(way => {
        const more = [...(now[way] ?? [])].filter(port => !old[way]?.has(port) && !old[way]?.has("every port"));
        return old[way] && more.length > 0 ? [`${way === "Ingress" ? "from" : "to"} anywhere: ${spoken(more)}`] : [];
      });
      return together([
        open.length > 0 ? `what denies ${spoken(open.map(way => way.toLowerCase()))}` : undefined,
        ...wider,
      ]);
    },
  },
];

type Way = "Ingress" | "Egress";

/** By direction the ports that are open from or to anywhere; nothing for a direction that no policy denies. */
function reach(body: JsonObject | undefined, side: Side): Partial<Record<Way, ReadonlySet<string>>> {
  const labels = workloadSpec(body).template?.metadata?.labels ?? {};
  const { namespace = "default" } = identityOf(body);
  const own = policiesIn(side.objects).filter(
    policy => policy.namespace === namespace && matches(policy.spec.podSelector, labels),
  );
  const [into, out] = (["Ingress", "Egress"] as const).map(way => {
    const denying = own.filter(({ spec }) => waysOf(spec).includes(way));
    return denying.length > 0 ? new Set(denying.flatMap(({ spec }) => openIn(spec, way))) : undefined;
  });
  return { Ingress: into, Egress: out };
}

/** Without types a policy denies what comes in, and what goes out if it has a rule for that. */
const waysOf = ({ policyTypes, egress }: PolicySpec): readonly string[] =>
  policyTypes ?? (egress ? ["Ingress", "Egress"] : ["Ingress"]);

function openIn({ ingress, egress }: PolicySpec, way: Way): string[] {
  const rules =
    way === "Ingress"
      ? listOf(ingress).map(({ from, ports }) => ({ peers: from, ports }))
      : listOf(egress).map(({ to, ports }) => ({ peers: to, ports }));
  return rules
    .filter(({ peers }) => listOf(peers).length === 0 || listOf(peers).some(anyone))
    .flatMap(({ ports }) => portsOf(ports));
}

/** Whether a peer is everybody, or every pod of the cluster. */
function anyone({ ipBlock, namespaceSelector, podSelector }: PolicyPeer): boolean {
  if (ipBlock) return /\/0$/.test(ipBlock.cidr);
  const everyPod = podSelector === undefined || isEmpty(podSelector);
  return namespaceSelector !== undefined && isEmpty(namespaceSelector) && everyPod;
}

const isEmpty = ({ matchLabels = {}, matchExpressions = [] }: NonNullable<PolicyPeer["podSelector"]>) =>
  Object.keys(matchLabels).length + matchExpressions.length === 0;

function portsOf(ports: readonly PolicyPort[] | undefined): string[] {
  if (listOf(ports).length === 0) return ["every port"];
  return listOf(ports).map(
    ({ protocol = "TCP", port, endPort }) => `${protocol} ${port ?? "any"}${endPort ? `-${endPort}` : ""}`,
  );
}
