import { decodeEnr } from "../../../constructs/p2p/enr";
import type { LiveService } from "../platform/live";
import type { Check } from "../result";
import type { Gauges } from "./agent";

type Found = Omit<Check, "check">;

/** A bootstrap replica as the cluster has it. */
export interface Bootstrap {
  readonly pod: string;
  /** Its record in the ConfigMap, which others join through. */
  readonly published?: string;
  /** Its own Service, where it is reached through one. */
  readonly service?: LiveService;
  /** What its agent says. */
  readonly gauges?: Gauges;
  /** Whether other nodes should be connected to it by now. */
  readonly awaited: boolean;
}

const RUNBOOK = "docs/runbooks/enr-drift.md";
const fails = (detail: string): Found => ({ ok: false, detail });

/** Whether peers that have the published record reach the replica by it. */
export function judgeRecord(bootstrap: Bootstrap, configMap: string): Found {
  const { pod, published, service, gauges, awaited } = bootstrap;
  if (gauges?.("config_served") === 0) return unreadNetwork(bootstrap);
  if (!published) {
    const remedy = "check again when the pod is ready; after that the log of its agent says why";
    return fails(`ConfigMap ${configMap} has no record of ${pod} yet → ${remedy}`);
  }
  const elsewhere = service && leadsElsewhere(published, service);
  if (elsewhere) return fails(`${pod}: ${elsewhere}`);
  if (!gauges) return fails(`the agent of ${pod} does not answer → look at the pod, and at the log of its agent`);
  const matches = gauges("enr_matches_published");
  if (matches === undefined) return fails(`the node of ${pod} does not answer its agent → look at the log of the node`);
  if (matches !== 1) return fails(`the live record of ${pod} is not the published one: ${RUNBOOK}`);
  if (gauges("enr_announced") === 0)
    return fails(`the live record of ${pod} has not the address that is announced: ${RUNBOOK}`);
  const peers = gauges("p2p_peers");
  if (peers === 0 && awaited)
    return fails(
      `live record as published, but ${pod} has no peers, and others should be connected: ${RUNBOOK}#no-peers`,
    );
  return { ok: true, detail: `live record as published, ${peers ?? "?"} peers` };
}

/** A node that could not read the configuration of its network when it started. */
function unreadNetwork({ pod, published }: Bootstrap): Found {
  const consequence = published ? "it runs with the one that it read before, or waits" : "it waits";
  return fails(`${pod} cannot read its network's configuration, so ${consequence}: ${RUNBOOK}#network-unread`);
}

/** A Service that was made again may have another address than the record, which peers keep. */
function leadsElsewhere(published: string, { metadata, spec, status }: LiveService): string | undefined {
  const balanced = spec.type === "LoadBalancer";
  const given = status?.loadBalancer?.ingress?.flatMap(({ ip }) => ip ?? []) ?? [];
  const own = balanced ? given : [spec.clusterIP].flatMap(ip => (ip && ip !== "None" ? ip : []));
  const ip = addressIn(published);
  if (ip === undefined || own.length === 0 || own.includes(ip)) return undefined;
  const address = balanced ? "the load balancer of Service" : "Service";
  return `its record has ${ip}, and ${address} ${metadata.name} has ${own.join(", ")}: ${RUNBOOK}#not-announced`;
}

/** The address of a record; nothing where it has none, or is no record: the agent compares it with the live one. */
function addressIn(record: string): string | undefined {
  try {
    return decodeEnr(record).ip;
  } catch {
    return undefined;
  }
}
