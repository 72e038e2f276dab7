import type { JsonObject } from "../../manifests/json";
import { hasLabels, POD_NAME } from "../../manifests/read/labels";
import { listOf } from "../../manifests/read/object";
import type { Change } from "../changes";
import { UNKNOWN } from "../difference";
import { componentOf, identityOf, nameOf, podOf, podsOf, serviceSpec, spoken, workloadSpec } from "../read";
import type { Side, Sides } from "../sides";
import { type Rule, removed, together } from "./rule";

/** The Services whose addresses are in ENRs. */
export const announcedRules: readonly Rule[] = [
  {
    id: "p2p-address",
    kinds: ["Service"],
    why:
      "The ENR of a bootstrap node contains the address of its p2p Service. A recreated Service gets another " +
      "address, unless the address is reserved.",
    remedy: "keep the Service, its type and its ports; to change the address, give every peer the new ENR " + "first",
    loses: change => {
      const { before, after, differences } = change;
      if (!before || !announced(before)) return undefined;
      const address = serviceSpec(before).clusterIP ?? serviceSpec(before).loadBalancerIP;
      const it = address ? `the announced address ${address}` : "the announced address, which the cluster chose";
      if (removed(change)) return it;
      const reserved = serviceSpec(after).clusterIP;
      const wanted = reserved === UNKNOWN ? undefined : reserved;
      if (change.action === "replace") {
        if (wanted && wanted !== address) return `${it}, unless it is ${wanted}`;
        return wanted ? `${it} until it is back, if nobody takes it meanwhile` : it;
      }
      const changed = differences.filter(({ path }) => ANNOUNCED.test(path));
      const each = changed.map(({ path, before, after }) => `${path} ${before ?? "unset"} → ${after ?? "unset"}`);
      return each.length > 0 ? `what the ENR announces: ${each.join("; ")}` : undefined;
    },
  },
  {
    id: "announced-pods",
    kinds: ["Service"],
    why:
      "An announced address leads to the pods that its Service selects: to no pod, or to another one, it leads " +
      "nowhere.",
    remedy: "keep selector, labels and target ports, or change them together",
    loses: (change, sides) => {
      const { before, after } = change;
      if (removed(change) || !before || !after || !announced(before)) return undefined;
      const [old, now] = [targetsOf(before, sides.before), targetsOf(after, sides.after)];
      const lost = [...old].filter(([pod, ports]) => now.get(pod) !== ports && there(pod, change, sides));
      const others = [...now.keys()].filter(pod => !old.has(pod));
      return together([
        ...lost.map(([pod, ports]) => `the way to ${pod} (${ports}): ${now.get(pod) ?? "it is not selected"}`),
        old.size > 0 && others.length > 0 ? `the address leads to ${spoken(others)} as well` : undefined,
      ]);
    },
  },
];

const ANNOUNCED =
  /^spec\.(type|externalName|loadBalancer(IP|Class)|externalIPs|ports(\[[^\]]*\])?(\.(port|protocol|nodePort))?)$|^metadata\.annotations\[".*(-ip|IPs|address|eip|allocation).*"\]$/;

const announced = (service: JsonObject) => componentOf(service) === "bootstrap" && /-p2p$/.test(nameOf(service));

const WORKLOADS = ["StatefulSet", "Deployment", "DaemonSet"];
const workloadsIn = (side: Side, namespace?: string) =>
  side.objects.filter(({ kind, metadata }) => WORKLOADS.includes(kind) && metadata.namespace === namespace);

/** The pods of a Service, and where its ports end in them. */
function targetsOf(service: JsonObject, side: Side): Map<string, string> {
  const { selector, ports } = serviceSpec(service);
  const { [POD_NAME]: named, ...labels } = selector ?? {};
  if (selector === undefined) return new Map();
  return new Map(
    workloadsIn(side, identityOf(service).namespace)
      .filter(workload => hasLabels(workloadSpec(workload).template?.metadata?.labels ?? {}, labels))
      .flatMap(workload => {
        const pods = podsOf(workload).filter(pod => named === undefined || pod === named);
        const open = listOf(podOf(workload)?.containers).flatMap(({ ports }) => listOf(ports));
        const ends = listOf(ports).map(({ port, protocol = "TCP", targetPort = port }) => {
          const end = open.find(each => (each.protocol ?? "TCP") === protocol && each.name === targetPort);
          return `${protocol} ${port} to ${end?.containerPort ?? targetPort}`;
        });
        return pods.map(pod => [pod, ends.sort().join(", ")] as const);
      }),
  );
}

/** Pods that go with their workload are another rule's. */
const there = (pod: string, { after }: Change, sides: Sides) =>
  workloadsIn(sides.after, identityOf(after).namespace).some(workload => podsOf(workload).includes(pod));
