import { join } from "node:path";
import { section } from "../../haproxy";
import type { MeshAdditions } from "../../mesh/config";
import { nodeRpc } from "./node-rpc";
import { OP_STACK_PORTS as PORTS } from "./ports";

const HUNG_MS = 1500;
/** What decides about members, who come and go by hand. */
const RARELY = "inter 1s fall 1";
const TRUE = String.raw`rstring "\"result\":\s*true"`;
const NODE_READY = asked("ready", PORTS.node, ["optimism_syncStatus"], "inter 500ms fall 2", "status 200");

/**
 * What the mesh of a single OP Stack sequencer does on its loopback: `/leader` is 200 while op-node makes blocks,
 * `/ready` while it answers, and 503 otherwise. Of op-node's own RPC it lets through what harms nothing.
 */
export const SINGLE_MESH: MeshAdditions = {
  lua: [],
  told: [],
  sections: [
    role(),
    asked("leader", PORTS.node, ["admin_sequencerActive"], "inter 500ms fall 2", TRUE),
    NODE_READY,
    ...nodeRpc({ conductor: false }),
  ],
};

/**
 * What the mesh of an OP Stack member under op-conductor does on its loopback.
 *
 * - `/leader` is 200 while the conductor leads, `/ready` while op-node answers, and 503 otherwise. Of their
 *   own RPC it lets through what harms nothing.
 * - The conductor asks op-node through it. op-conductor waits for 10 s for each answer of a node that hangs, and looks
 *   at no execution client: here a question fails after 1 s, and a member whose execution client does not answer is
 *   unhealthy.
 * - The other members may ask whether its conductor knows no raft (`new`), and whether it is in the raft with a node
 *   that is healthy (`level`). What its own mesh knows of them is at `/up/new-3`, for the leader that takes them in.
 * - When the conductor has started op-node's sequencer, op-node is woken. One that was given the block that it lacked
 *   gets a moment to take it in: it refuses to start on an older one, and op-conductor tries again up to 2 s later.
 */
export const CONDUCTOR_MESH: MeshAdditions = {
  lua: [join(__dirname, "scripts", "wake.lua")],
  told: ["new", "level"],
  sections: [
    role(
      "acl up path,field(3,/),nbsrv gt 0",
      "http-request return status 200 if { path_beg /up/ } up",
      "http-request return status 503 if { path_beg /up/ }",
    ),
    asked("new", PORTS.conductor, ["conductor_clusterMembership"], RARELY, String.raw`rstring "\"servers\":\s*null"`),
    asked(
      "level",
      PORTS.conductor,
      ["conductor_clusterMembership", "conductor_sequencerHealthy"],
      RARELY,
      `rstring "\\"id\\":\\s*\\"\${POD_NAME}\\".*\\"result\\":\\s*true"`,
    ),
    asked("leader", PORTS.conductor, ["conductor_leader"], "inter 100ms fall 2", TRUE),
    NODE_READY,
    asked("execution", PORTS.rpc, ["eth_blockNumber"], "inter 300ms fall 1", "status 200", HUNG_MS),
    section(
      "listen watched-node",
      "mode http",
      `bind 127.0.0.1:${PORTS.watchedNode}`,
      "timeout server 1s",
      "option http-buffer-request",
      "acl health req.body -m sub optimism_syncStatus",
      "http-request set-log-level silent if health",
      "http-request return status 503 if health !{ nbsrv(execution) gt 0 }",
      "acl posts req.body -m sub admin_postUnsafePayload",
      "acl starts req.body -m sub admin_startSequencer",
      "http-request set-timeout server 10s if posts or starts", // they do more than answer
      "http-request set-var(txn.method) str(posts) if posts",
      "http-request set-var(txn.method) str(starts) if starts",
      "http-response pause 200ms if { var(txn.method) -m str posts }",
      `http-response lua.wake http://127.0.0.1:${PORTS.node} if { var(txn.method) -m str starts }`,
      `server node 127.0.0.1:${PORTS.node}`,
    ),
    ...nodeRpc({ conductor: true }),
  ],
};

/** Says what a member is, and whether its node answers. */
function role(...more: readonly string[]): string {
  return section(
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
    ...more,
    "http-request deny deny_status 404",
  );
}

function asked(
  name: string,
  port: number,
  methods: readonly string[],
  checked: string,
  expected: string,
  timeoutMs = 1000,
): string {
  const calls = methods.map(method => ({ jsonrpc: "2.0", id: 1, method, params: [] }));
  const body = JSON.stringify(calls.length > 1 ? calls : calls[0]);
  return section(
    `backend ${name}`,
    "mode http",
    "no option log-health-checks",
    "option httpchk",
    `http-check send meth POST uri / ver HTTP/1.1 hdr Host localhost hdr Content-Type application/json body '${body}'`,
    `http-check expect ${expected}`,
    `timeout check ${timeoutMs}ms`,
    `server ${name} 127.0.0.1:${port} check ${checked} rise 1 init-state down`,
  );
}
