import type { PodSpec } from "../../kubernetes/framework/provider";
import { POD_SECURITY } from "../../kubernetes/pod-security";
import type { Frame } from "./frame";
import type { MemberPart } from "./part";

export interface SequencerPodProps extends Frame {
  /** What runs beside the node, in their order. */
  readonly parts: readonly MemberPart[];
}

/** Upstream stops within 10 s of SIGTERM, 3 of them to hand over; a Lease pair's script allows it 20. */
const GRACE_SECONDS = 60;

/** The pod of a member. No CPU limit anywhere: throttling looks like a lost leader. */
export function sequencerPod(props: SequencerPodProps): PodSpec {
  const { name, nodeKeys, node } = props;
  const parts = [...node.referenced, ...props.parts];
  const [hostAliases] = parts.flatMap(part => (part.hostAliases ? [part.hostAliases] : []));
  const initContainer = parts.flatMap(part => part.initContainers ?? []);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    securityContext: POD_SECURITY,
    ...(hostAliases && { hostAliases }),
    // A lost DNS server costs two seconds at most, and full names are asked for first.
    dnsConfig: { option: ["timeout:1", "attempts:2", "ndots:2"].map(dnsOption) },
    ...placement(props),
    ...(initContainer.length > 0 && { initContainer }),
    container: [...node.containers(props, parts), ...parts.flatMap(part => part.container ?? [])],
    volume: [
      { name: "scripts", configMap: { name: `${name}-config`, defaultMode: "0555" } },
      { name: "tmp", emptyDir: {} },
      { name: "run", emptyDir: { medium: "Memory" } },
      { name: "config", emptyDir: { medium: "Memory" } },
      { name: "node-key", secret: { secretName: nodeKeys.secret, defaultMode: "0440" } },
      ...(node.volumes ?? []),
      ...parts.flatMap(part => part.volumes ?? []),
    ],
  };
}

/** Members on different hosts, and in different zones where possible, or evenly over the zones that are named. */
function placement({ spread = "hard", zones, selector, engine }: SequencerPodProps): Partial<PodSpec> {
  if (!engine.leaderCheck && !zones?.length) return {};
  const labelSelector = [{ matchLabels: selector }];
  const host = { topologyKey: "kubernetes.io/hostname", labelSelector };
  const zone = { maxSkew: 1, topologyKey: ZONE, labelSelector };
  return {
    affinity: {
      podAntiAffinity:
        spread === "hard"
          ? { requiredDuringSchedulingIgnoredDuringExecution: [host] }
          : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: host }] },
      ...(zones?.length && {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerm: [{ matchExpressions: [{ key: ZONE, operator: "In", values: [...zones] }] }],
          },
        },
      }),
    },
    topologySpreadConstraint: [{ ...zone, whenUnsatisfiable: zones?.length ? "DoNotSchedule" : "ScheduleAnyway" }],
  };
}

const ZONE = "topology.kubernetes.io/zone";

function dnsOption(text: string) {
  const [name = "", value = ""] = text.split(":");
  return { name, value };
}
