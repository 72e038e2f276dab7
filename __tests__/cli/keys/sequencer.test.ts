import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { peerIdProblem } from "../../../constructs/sequencer/member/node-key";
import { OP_NODE_KEYS } from "../../../constructs/sequencer/software/op-stack/node-key";
import { eachInAFolder, runKeys } from "./run";

const root = process.cwd();
eachInAFolder();
const run = (...words: string[]) => runKeys("sequencer", ...words);

/** The peer id of a node key, from its public half: base58 is a number written with another alphabet. */
function peerIdOf(json: string): string {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let value = BigInt(`0x2408011220${Buffer.from(JSON.parse(json).pub_key, "base64").toString("hex")}`);
  let text = "";
  for (; value > 0n; value /= 58n) text = alphabet[Number(value % 58n)] + text;
  return `1${text}`; // for the leading zero byte
}

test("writes a Secret with a key per member and prints the values that go with it", async () => {
  const { code, stdout, stderr } = await run("--members", "3", "--namespace", "net");
  expect(code).toBe(0);
  const secret = parse(readFileSync("seq-node-keys.secret.yaml", "utf8"));
  expect(secret).toMatchObject({ apiVersion: "v1", kind: "Secret", type: "Opaque" });
  expect(secret.metadata).toEqual({ name: "seq-node-keys", namespace: "net" });
  expect(Object.keys(secret.stringData)).toEqual(["seq-0", "seq-1", "seq-2"]);
  const keys = Object.values<string>(secret.stringData);
  const { sequencer } = parse(stdout);
  expect(sequencer).toEqual({ name: "seq", nodeKeys: { secret: "seq-node-keys", peerIds: keys.map(peerIdOf) } });
  expect(sequencer.nodeKeys.peerIds.map(peerIdProblem)).toEqual([undefined, undefined, undefined]);
  expect(stderr).toContain("seq-node-keys.secret.yaml holds private keys");
  for (const key of keys) expect(stdout + stderr).not.toContain(JSON.parse(key).priv_key.slice(0, 40));
});

test.each([1, 2, 5, 7])("makes distinct keys for %i members", async members => {
  const { peerIds } = parse((await run("--members", `${members}`)).stdout).sequencer.nodeKeys;
  expect(new Set(peerIds).size).toBe(members);
  expect(Object.keys(parse(readFileSync("seq-node-keys.secret.yaml", "utf8")).stringData)).toHaveLength(members);
});

test("keeps the file from other users, and never overwrites one", async () => {
  await run("--members", "1");
  expect(statSync("seq-node-keys.secret.yaml").mode & 0o777).toBe(0o600);
  writeFileSync("seq-node-keys.secret.yaml", "precious");
  const { code, stdout, stderr } = await run("--members", "1");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(
    "cannot write seq-node-keys.secret.yaml: it exists, and may hold keys in use " +
      "→ name a file that can be written with --out",
  );
  expect(readFileSync("seq-node-keys.secret.yaml", "utf8")).toBe("precious");
});

test("refuses a link that leads nowhere like a file", async () => {
  symlinkSync("nowhere", "seq-node-keys.secret.yaml");
  const { stderr } = await run("--members", "1");
  expect(stderr).toContain("it exists, and may hold keys in use");
  expect(readdirSync(".")).toEqual(["seq-node-keys.secret.yaml"]);
});

test("writes all keys although Ctrl-C is pressed while it writes", () => {
  const program = `
    const fs = require("node:fs");
    const { writeFileSync } = fs;
    fs.writeFileSync = (...words) => (process.kill(process.pid, "SIGINT"), writeFileSync(...words));
    const files = ["a", "b"].map(file => ({ file, content: "key", option: "--out" }));
    require(process.argv[1]).writeNew(files);`;
  const words = ["-r", join(root, "tools/ts.cjs"), "-e", program, join(root, "cli/keys/secret-file")];
  expect(spawnSync(process.execPath, words)).toMatchObject({ status: 0, signal: null });
  expect(["a", "b"].map(file => readFileSync(file, "utf8"))).toEqual(["key", "key"]);
});

test("takes names for sequencer, Secret and file", async () => {
  const { stdout } = await run("--members", "1", "--name", "s", "--secret", "s-ids", "--out", "keys.yaml");
  expect(readdirSync(".")).toEqual(["keys.yaml"]);
  expect(parse(readFileSync("keys.yaml", "utf8"))).toMatchObject({
    metadata: { name: "s-ids" },
    stringData: { "s-0": expect.any(String) },
  });
  expect(parse(stdout).sequencer).toMatchObject({ name: "s", nodeKeys: { secret: "s-ids" } });
});

test("with --out - prints the Secret alone on stdout, and writes no file", async () => {
  const { stdout, stderr } = await run("--members", "2", "--out", "-");
  const { kind, stringData } = parse(stdout);
  expect(kind).toBe("Secret");
  expect(parse(stderr).sequencer.nodeKeys.peerIds).toEqual(Object.values<string>(stringData).map(peerIdOf));
  expect(readdirSync(".")).toEqual([]);
});

test.each([
  ["no number of members", [], "required option '--members <n>' not specified"],
  ["no members", ["--members", "0"], "a sequencer has at least one member"],
  ["four members", ["--members", "4"], "4 members survive no more failures than 3: use 3 or 5"],
  ["six members", ["--members", "6"], "6 members survive no more failures than 5: use 5 or 7"],
  ["nine members", ["--members", "9"], "9 are too many: every block waits for most of them"],
  ["members that are no number", ["--members", "three"], '"three" is not a positive integer'],
  ["a name that is no DNS label", ["--members", "3", "--name", "Seq"], '"Seq" is not a DNS label'],
  ["a name that is too long", ["--members", "3", "--name", "s".repeat(53)], "use at most 52 of a-z"],
])("fails for %s, and writes nothing", async (_, args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
  expect(readdirSync(".")).toEqual([]);
});

test.each([1, 3])("makes p2p keys of an OP Stack sequencer for %i members", async members => {
  const { code, stdout, stderr } = await runKeys("op-stack", "--members", `${members}`, "--out", "-");
  expect([code, Object.keys(parse(stdout).stringData)]).toEqual([0, ["seq-0", "seq-1", "seq-2"].slice(0, members)]);
  const { peerIds } = parse(stderr).sequencer.nodeKeys;
  expect(peerIds.map(OP_NODE_KEYS.peerIdProblem)).toEqual(Array(members).fill(undefined));
});

test("keys of an OP Stack sequencer fail for two members, which no raft has", async () => {
  const { code, stderr } = await runKeys("op-stack", "--members", "2");
  expect(code).toBe(1);
  expect(stderr).toContain("2 survive no loss of a member: use 1, 3, 5 or 7.");
  expect(readdirSync(".")).toEqual([]);
});
