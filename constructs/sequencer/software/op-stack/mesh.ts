import { section } from "../../haproxy";
import { NODE_RPC } from "./node-rpc";
import { OP_STACK_PORTS as PORTS } from "./ports";

/**
 * What the mesh of an OP Stack member says of its loopback: `/leader` is 200 while the conductor leads, `/ready` while
 * op-node answers, and 503 otherwise. Of their own RPC it lets through what harms nothing.
 */
export const OP_STACK_MESH: readonly string[] = [
  section(
    "frontend role",
    "mode http",
    "timeout client 10s",
    `bind 127.0.0.1:${PORTS.role}`,
    `bind "\${POD_IP}:${PORTS.role}"`,
    "http-request set-log-level silent",
    ...["leader", "ready"].flatMap(path => [
      `acl ${path} nbsrv(${path}) gt 0`,
      `http-request return status 200 content-type text/plain string yes if { path /${path} } ${path}`,
      `http-request return status 503 content-type text/plain string no if { path /${path} }`,
    ]),
    "http-request deny deny_status 404",
  ),
  asked("leader", PORTS.conductor, "conductor_leader", 100, String.raw`rstring "\"result\":\s*true"`),
  asked("ready", PORTS.node, "optimism_syncStatus", 500, "status 200"),
  ...NODE_RPC,
];

function asked(name: string, port: number, method: string, everyMs: number, expected: string): string {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  return section(
    `backend ${name}`,
    "mode http",
    "no option log-health-checks",
    "option httpchk",
    `http-check send meth POST uri / ver HTTP/1.1 hdr Host localhost hdr Content-Type application/json body '${body}'`,
    `http-check expect ${expected}`,
    "timeout check 1s",
    `server ${name} 127.0.0.1:${port} check inter ${everyMs}ms fall 2 rise 1 init-state down`,
  );
}
