import { section } from "../../haproxy";
import { OP_STACK_PORTS as PORTS } from "./ports";

/** Bytes of a request's body. HAProxy judges it as a whole, in a buffer of 16 KiB. */
const LARGEST = 8192;

/** What op-batcher, op-proposer and others read of op-node; and whether the conductor leads. */
export const NODE_METHODS = "(optimism_[A-Za-z0-9]+|admin_sequencerActive)";
const CONDUCTOR_METHODS = "conductor_leader";

/**
 * Bodies in which every call is of such a method. It says which words may be there, and does not search for those that
 * may not: names of fields as they are, text without a backslash, and parameters that are such text. So whatever a
 * server reads there as a method is one of these, and a field that is there twice is allowed in both places. Whether it
 * is JSON is left to the server.
 */
export function callsOf(methods: string): string {
  const space = String.raw`[ \t\r\n]*`;
  const text = '"[A-Za-z0-9_-]*"';
  const some = (item: string) => `(${item}${space}(,${space})?)`;
  const fields = {
    jsonrpc: String.raw`"2\.0"`,
    id: `([0-9]+|null|${text})`,
    method: `"${methods}"`,
    params: String.raw`\[${space}${some(text)}*\]`,
  };
  const field = Object.entries(fields).map(([name, value]) => `"${name}"${space}:${space}${value}`);
  const call = String.raw`\{${space}${some(`(${field.join("|")})`)}+\}`;
  return String.raw`^${space}(\[${space})?${some(call)}+(\]${space})?$`;
}

const refusal = (others: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: null,
    error: { code: -32601, message: `not let through: optimism_*, ${others}` },
  });

/**
 * The calls of op-node, and of an op-conductor beside it, that anybody may make, at the pod's address. Both have no
 * authentication, and most of their other methods can stop the chain. A request is passed on only when its whole body
 * is here and has been judged.
 */
export function nodeRpc({ conductor }: { readonly conductor: boolean }): string[] {
  const passing = conductor ? "admin_sequencerActive, or conductor_leader alone" : "admin_sequencerActive";
  const ports = { "op-node": PORTS.node, ...(conductor && { "op-conductor": PORTS.conductor }) };
  return [
    section(
      "frontend node-rpc",
      "mode http",
      "option httplog",
      "timeout client 1m",
      "timeout http-request 10s",
      `bind "\${POD_IP}:${PORTS.nodeRpc}"`,
      "http-request deny deny_status 405 unless METH_POST !{ req.hdr(upgrade) -m found }",
      "http-request deny deny_status 400 unless { req.hdr(content-type) -i -m beg application/json }",
      // Without a length nobody knows whether more of the body follows.
      "http-request deny deny_status 400 unless { req.hdr_cnt(content-length) eq 1 }",
      `http-request deny deny_status 413 if { req.body_size gt ${LARGEST} }`,
      `http-request wait-for-body time 5s at-least ${LARGEST}`,
      "http-request set-var(txn.read) req.body_len",
      "http-request deny deny_status 408 unless { req.body_size,sub(txn.read) eq 0 }",
      `acl node req.body -m reg '${callsOf(NODE_METHODS)}'`,
      conductor && `acl conductor req.body -m reg '${callsOf(CONDUCTOR_METHODS)}'`,
      "http-request return status 403 content-type application/json string " +
        `'${refusal(passing)}' unless ${conductor ? "node or conductor" : "node"}`,
      "http-request set-uri /",
      "http-request set-header host localhost",
      conductor && "use_backend op-conductor if conductor",
      "default_backend op-node",
    ),
    ...Object.entries(ports).map(([name, port]) =>
      section(`backend ${name}`, "mode http", "timeout server 1m", `server ${name} 127.0.0.1:${port}`),
    ),
  ];
}
