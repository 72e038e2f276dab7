import { Scripts } from "../../kubernetes/scripts";
import { defaultsSection, globalSection, luaLoad, memberAddress, metricsFrontend, section, sections } from "../haproxy";

/** Ports of the leader proxy. */
export const PROXY = {
  /** Writes, to the leader alone. */
  writePort: 8080,
  /** `/metrics` and `/healthz`. */
  metricsPort: 9106,
  /** Calls of the leader's node itself, where its software has any for others. */
  nodeRpcPort: 8081,
} as const;

/** How a member says that it leads. */
export interface LeaderCheck {
  readonly path: string;
  readonly port: number;
  /**
   * `is_leader`: JSON with `"is_leader": true`, as ev-node answers on `/raft/node`. `200`: this status, as the lease
   * agent answers on `/leader`.
   */
  readonly expect: "is_leader" | "200";
}

export interface ProxyConfigProps {
  /** The sequencer; its members are `<name>-0` and on. */
  readonly name: string;
  readonly members: number;
  /** Port of a member that takes writes. */
  readonly writePort: number;
  readonly check: LeaderCheck;
  /** Port of a member that has calls of its node for others. @default - none */
  readonly nodeRpcPort?: number;
  /** How long a request waits for a leader before it is answered with 503, in seconds. */
  readonly queueSeconds: number;
}

const EXPECTED = { is_leader: String.raw`rstring "is_leader\":\s*true"`, "200": "status 200" } as const;

/**
 * HAProxy configuration of the leader proxy: every write goes to exactly one member, the leader. It takes
 * `MEMBER_<i>_ADDRESS` from the environment.
 *
 * - Members are checked every 500 ms, those that do not lead every 200 ms; one answer decides. Who no longer leads
 *   loses its open connections.
 * - A request waits until there is a leader that takes connections; once handed over it is never sent again, so
 *   nothing is written twice. No connection to a member is kept for the next request, so none meets one that died.
 * - When two say that they lead, the one that began last gets everything: the other is about to learn that it was
 *   deposed, and what it took would stay in its own pool.
 * - The number of leaders is that of the active servers of backend `write`.
 */
export function proxyConfig(props: ProxyConfigProps): string {
  const { path, port, expect } = props.check;
  return sections(
    globalSection(...luaLoad(`${Scripts.MOUNT_PATH}/proxy.lua`)),
    defaultsSection("mode http", "option httplog", "timeout client 1m", "timeout server 1m", "timeout tunnel 1h"),
    frontend("writes", PROXY.writePort, "write", props),
    section(
      "backend write",
      ...TO_LEADER,
      "option httpchk",
      `http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${props.name}`,
      `http-check expect ${EXPECTED[expect]}`,
      "timeout check 1s",
      `default-server fall 1 rise 1 inter 500ms downinter 200ms ${CLOSED_WITH_IT}`,
      "use-server %[var(txn.leader)] if TRUE",
      ...servers(props, props.writePort, () => `check port ${port}`),
    ),
    ...(props.nodeRpcPort
      ? [
          frontend("calls", PROXY.nodeRpcPort, "node-rpc", props),
          section(
            "backend node-rpc",
            ...TO_LEADER,
            `default-server ${CLOSED_WITH_IT}`,
            "use-server %[var(txn.leader)] if TRUE",
            ...servers(props, props.nodeRpcPort, server => `track write/${server}`),
          ),
        ]
      : []),
    metricsFrontend(`:${PROXY.metricsPort}`),
  );
}

const TO_LEADER = [
  "option http-server-close",
  "retries 0",
  'http-error status 503 content-type text/plain hdr Retry-After 1 string "the leader was lost"',
] as const;
const CLOSED_WITH_IT = "on-marked-down shutdown-sessions tcp-ut 500ms";

function frontend(name: string, port: number, backend: string, { queueSeconds }: ProxyConfigProps): string {
  return section(
    `frontend ${name}`,
    `bind :${port}`,
    "timeout http-request 10s",
    `http-request lua.leader ${queueSeconds * 1000}`,
    'http-request return status 503 hdr Retry-After 1 content-type text/plain string "no leader" ' +
      "unless { var(txn.leader) -m found }",
    `default_backend ${backend}`,
  );
}

function servers({ name, members }: ProxyConfigProps, port: number, options: (server: string) => string): string[] {
  return Array.from({ length: members }, (_, i) => {
    const server = `${name}-${i}`;
    return `server ${server} "${memberAddress(i)}:${port}" ${options(server)}`;
  });
}
