// Asks the members of an OP Stack sequencer for blocks:
//   node watch.mjs '{"members":[{"name":"seq-0","address":"10.96.0.1"}]}'
// Prints a JSON line (cli/drill/gaps.ts reads them) for each newest block that a member has, until the end of standard
// input. With "blocks":{"from":1,"to":99} it prints every member's block of each of these heights, and ends.
import { Agent, request } from "node:http";

const { members, blocks } = JSON.parse(process.argv[2]);
const INTERVAL_MS = 40;
const now = () => Math.round((performance.timeOrigin + performance.now()) * 10) / 10;

/** A block as a sample; it has an error instead when it is not answered in time. */
function block(agent, { name, address }, number) {
  const asked = now();
  const params = [number, false];
  const question = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params });
  const options = { host: address, port: 8545, agent, method: "POST", timeout: 300 };
  return new Promise(resolve => {
    const done = found => resolve({ t: now(), member: name, asked, ...found });
    const call = request({ ...options, headers: { "content-type": "application/json" } }, async answer => {
      try {
        const { result } = JSON.parse((await answer.toArray()).join(""));
        done({ height: Number(result.number), hash: result.hash });
      } catch (error) {
        done({ kind: "block", error: `${number}: ${error.message}` });
      }
    });
    call.on("timeout", () => call.destroy(new Error("no answer in time")));
    call.on("error", error => done({ kind: "block", error: `${number}: ${error.code ?? error.message}` }));
    call.end(question);
  });
}

const print = sample => process.stdout.write(`${JSON.stringify(sample)}\n`);

async function follow(member) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let last; ; ) {
    const sample = await block(agent, member, "latest");
    if (sample.hash !== last) print(sample);
    last = sample.hash;
    await new Promise(resolve => setTimeout(resolve, Math.max(0, sample.asked + INTERVAL_MS - now())));
  }
}

async function list(member) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let height = blocks.from; height <= blocks.to; height++) {
    print(await block(agent, member, `0x${height.toString(16)}`));
  }
  agent.destroy();
}

if (blocks) await Promise.all(members.map(list));
else {
  process.stdin.on("end", () => process.exit(0)).resume();
  for (const member of members) follow(member);
}
