import type { Problem } from "../kubernetes/problem";
import { isBefore } from "../kubernetes/version";

/** @see SequencerProps.haproxyImage */
export const HAPROXY_IMAGE = "haproxy:3.2.25-alpine";

const LEAST = [3, 2];

/**
 * What is wrong with an image of HAProxy whose tag tells its line. While a member is away, its Service refuses
 * connections: 2.6 before 2.6.18 and 2.8 before 2.8.10 then use up a CPU for each of them (upstream #2491), which made
 * leaders step down. Later ones up to 3.0 (seen in 3.0.0 and 3.0.11) never close what waits for a server that is marked
 * down, so that raft asks for the member again only after ev-node's own ten seconds. The tests run 3.2 and 3.4.
 */
export function haproxyProblem(image: string): Omit<Problem, "path"> | undefined {
  const [, ...line] = /(?:^|\/)haproxy(?:-alpine|-debian|-ubuntu)?:v?(\d+)(?:\.(\d+))?/.exec(image) ?? [];
  const version = line.filter(Boolean).map(Number);
  if (!isBefore(version, LEAST)) return undefined;
  return {
    message: `image "${image}": HAProxy before 3.2 holds up members that return, or uses up the CPU until they do`,
    remedy: "use a release of the lines 3.2 or 3.4",
  };
}

/**
 * A section of a HAProxy configuration: its head, then its lines indented (conditional blocks as they are); what is
 * `false` is left out.
 */
export function section(head: string, ...lines: readonly (string | false)[]): string {
  return [head, ...lines.filter(Boolean).map(line => (`${line}`.startsWith(".if") ? line : `  ${line}`))].join("\n");
}

/** Sections as one text. */
export function sections(...texts: readonly (string | false)[]): string {
  return `${texts.filter(Boolean).join("\n\n")}\n`;
}

/**
 * The variable that holds the address of member i's own Service. HAProxy expands it, so the configuration knows no
 * address.
 */
export function memberAddress(ordinal: number): string {
  return `\${MEMBER_${ordinal}_ADDRESS}`;
}

/**
 * `global`: logs to stdout, two threads instead of one per core of the machine, no admin socket on any network, and
 * connections that survive a reload for 30 s at most.
 */
export function globalSection(...more: readonly (string | false)[]): string {
  return section(
    "global",
    "log stdout format raw local0 info",
    "nbthread 2",
    "maxconn 2000",
    "hard-stop-after 30s",
    ...more,
  );
}

/** Lines of `global` that load scripts. HAProxy has to be told how scripts see booleans. */
export function luaLoad(...files: readonly string[]): string[] {
  return [
    ...(files.length > 0 ? ["tune.lua.bool-sample-conversion normal"] : []),
    ...files.map(file => `lua-load ${file}`),
  ];
}

/**
 * `defaults`. Connects time out after 500 ms, since the network is a cluster's. Keepalives after a second of silence:
 * together with `tcp-ut` a peer that is lost closes an idle connection in about two seconds, whichever side dialled.
 * Only what went wrong is logged.
 */
export function defaultsSection(...more: readonly (string | false)[]): string {
  return section(
    "defaults",
    "log global",
    "option dontlognull",
    "option dontlog-normal",
    "option log-health-checks",
    "timeout connect 500ms",
    ...["cli", "srv"].flatMap(side => [
      `option ${side}tcpka`,
      `${side}tcpka-idle 1s`,
      `${side}tcpka-intvl 1s`,
      `${side}tcpka-cnt 2`,
    ]),
    ...more,
  );
}

/** `/metrics` for Prometheus, and `/healthz`, which is well unless a `monitor fail` line says otherwise. */
export function metricsFrontend(bind: string, ...more: readonly (string | false)[]): string {
  return section(
    "frontend metrics",
    "mode http",
    `bind ${bind}`,
    "timeout client 10s",
    "monitor-uri /healthz",
    ...more,
    "http-request use-service prometheus-exporter if { path /metrics }",
  );
}
