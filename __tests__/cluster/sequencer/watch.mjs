// Watches the members of a sequencer from where they are reachable: node watch.mjs
// '{"members":[{"name":"seq-0","address":"10.96.0.1"}]}' Prints a JSON line whenever what is known of a member changes
// (gaps.ts reads them), until SIGTERM or the end of standard input:
//   {"t":…,"member":"seq-0","height":12,"hash":"9f…","asked":…,"still":…}      its latest block; height 0: none yet
//   {"t":…,"member":"seq-0","leader":true,"asked":…,"still":…}                 what it says of itself
//   {"t":…,"member":"seq-0","kind":"block","error":"…","asked":…,"still":…}    no such answer (kind block or leader)
// `asked` and `t` are milliseconds since the epoch, before the request and after the answer: what it says was so at
// some moment between them. `still` is the `asked` of the last request that had the answer before. No step of the wall
// clock moves them. Options: "intervalMs" (40), "timeoutMs" (300), "leader": "raft" (GET :7331/raft/node) or "lease"
// (GET :9103/leader is 200). With "blocks":{"from":1,"to":99} it prints every member's hash of each of these heights
// instead, and ends.
import { createHash } from "node:crypto";
import { Agent, request } from "node:http";

const { members, intervalMs = 40, timeoutMs = 300, leader = "raft", blocks } = JSON.parse(process.argv[2]);
const now = () => Math.round((performance.timeOrigin + performance.now()) * 10) / 10;
const print = line => process.stdout.write(`${JSON.stringify(line)}\n`);

/** One request; rejects when it is not answered completely in time. */
function ask(agent, { address }, port, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { "content-type": "application/proto", "connect-protocol-version": "1" } : {};
    const call = request({ host: address, port, path, agent, headers, method: body ? "POST" : "GET" }, answer => {
      const parts = [];
      answer.on("data", part => parts.push(part));
      answer.on("end", () => {
        clearTimeout(limit);
        resolve({ status: answer.statusCode, body: Buffer.concat(parts) });
      });
      answer.on("error", reject);
    });
    const limit = setTimeout(() => call.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    call.on("error", error => {
      clearTimeout(limit);
      reject(error);
    });
    call.end(body);
  });
}

/** The contents of the fields of a protobuf message: numbers for varints, buffers for what has a length. */
function fields(message) {
  const found = {};
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    if (tag % 8 === 0) found[tag >> 3] = varint();
    else if (tag % 8 === 2) {
      const length = varint();
      found[tag >> 3] = message.subarray(at, at + length);
      at += length;
    } else throw new Error(`wire type ${tag % 8} in an answer: this is no block of ev-node 1.x`);
  }
  return found;
}

/** StoreService.GetBlock; height 0 is the latest. A block's hash is the SHA-256 of its encoded header. */
async function block(agent, member, height) {
  const bytes = [8];
  for (let rest = height; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest > 127 ? 128 : 0));
    if (rest < 128) break;
  }
  const { status, body } = await ask(agent, member, 7331, "/evnode.v1.StoreService/GetBlock", Buffer.from(bytes));
  if (status === 404) return { height: 0, hash: "" };
  if (status !== 200) throw new Error(`GetBlock: ${status} ${body}`.slice(0, 120));
  const header = fields(fields(fields(body)[1])[1])[1];
  return { height: fields(header)[2], hash: createHash("sha256").update(header).digest("hex") };
}

async function leads(agent, member) {
  const [port, path] = leader === "lease" ? [9103, "/leader"] : [7331, "/raft/node"];
  const { status, body } = await ask(agent, member, port, path);
  if (leader === "lease") return { leader: status === 200 };
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return { leader: JSON.parse(body).is_leader };
}

/** Asks one member for one thing, again and again, one request at a time. */
function poll(member, kind, question) {
  // A connection of its own: a slow answer of one kind never delays the other.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let last = "";
  let still;
  const round = async () => {
    const asked = now();
    const answer = await question(agent, member).catch(error => ({ kind, error: error.code ?? error.message }));
    const text = JSON.stringify(answer);
    if (text !== last) print({ t: now(), member: member.name, ...answer, asked, still });
    last = text;
    still = asked;
    setTimeout(round, Math.max(0, asked + intervalMs - now()));
  };
  round();
}

if (blocks) {
  for (const member of members) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let height = blocks.from; height <= blocks.to; height++) {
      const asked = now();
      const answer = await block(agent, member, height).catch(error => ({
        kind: "block",
        height,
        error: error.code ?? error.message,
      }));
      print({ t: now(), member: member.name, ...answer, asked });
    }
    agent.destroy();
  }
} else {
  for (const member of members) {
    poll(member, "block", (agent, to) => block(agent, to, 0));
    poll(member, "leader", leads);
  }
  process.on("SIGTERM", () => process.exit(0));
  process.stdin.on("end", () => process.exit(0)).resume();
}
