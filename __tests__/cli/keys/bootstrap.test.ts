import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { decodeEnr } from "../../../constructs/p2p/enr";
import { eachInAFolder, runKeys } from "./run";

eachInAFolder();
const run = (...words: string[]) => runKeys("bootstrap", ...words);

const chain = ["--l1-chain-id", "1", "--port", "40400"];
const two = [...chain, "--address", "10.96.7.7", "--address", "10.96.7.8"];

test("writes a Secret with a key per replica and prints the values that go with it", async () => {
  const { code, stdout, stderr } = await run(...two, "--namespace", "net");
  expect(code).toBe(0);
  const secret = parse(readFileSync("boot-keys.secret.yaml", "utf8"));
  expect(secret).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "boot-keys", namespace: "net" },
    type: "Opaque",
    stringData: {
      "boot-0": expect.stringMatching(/^08021220[0-9a-f]{64}$/),
      "boot-1": expect.stringMatching(/^08021220[0-9a-f]{64}$/),
    },
  });
  const [values] = parse(stdout).p2p.bootstrap;
  expect(values).toMatchObject({ name: "boot", replicas: 2, port: 40400 });
  expect(values.announce).toEqual({ clusterIp: { addresses: ["10.96.7.7", "10.96.7.8"] } });
  expect(values.identity.secret).toBe("boot-keys");
  expect(values.identity.enrs.map(decodeEnr)).toMatchObject([
    { ip: "10.96.7.7", udp: 40400 },
    { ip: "10.96.7.8", udp: 40400 },
  ]);
  expect(stderr).toContain("boot-keys.secret.yaml holds private keys");
  for (const key of Object.values<string>(secret.stringData)) expect(stdout + stderr).not.toContain(key.slice(8));
});

test("keeps the file from other users", async () => {
  await run(...two);
  expect(statSync("boot-keys.secret.yaml").mode & 0o777).toBe(0o600);
});

test("takes names for node, Secret and file", async () => {
  await run(...two, "--name", "seed", "--secret", "seed-identity", "--out", "keys.yaml");
  expect(readdirSync(".")).toEqual(["keys.yaml"]);
  expect(parse(readFileSync("keys.yaml", "utf8"))).toMatchObject({
    metadata: { name: "seed-identity" },
    stringData: { "seed-0": expect.any(String), "seed-1": expect.any(String) },
  });
});

test("public addresses are announced as such", async () => {
  const args = ["--l1-chain-id", "1", "--port", "40400", "--address", "203.0.113.7"];
  expect(parse((await run(...args)).stdout).p2p.bootstrap[0].announce).toEqual({ address: { ips: ["203.0.113.7"] } });
});

test("with --out - prints the Secret alone on stdout, and writes no file", async () => {
  const { stdout, stderr } = await run(...two, "--out", "-");
  expect(parse(stdout)).toMatchObject({ kind: "Secret", stringData: { "boot-1": expect.any(String) } });
  expect(parse(stderr).p2p.bootstrap[0].identity.enrs).toHaveLength(2);
  expect(stderr).not.toContain(parse(stdout).stringData["boot-0"].slice(8));
  expect(readdirSync(".")).toEqual([]);
});

test("never overwrites a file", async () => {
  writeFileSync("boot-keys.secret.yaml", "precious");
  const { code, stdout, stderr } = await run(...two);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(
    "cannot write boot-keys.secret.yaml: it exists, and may hold keys in use " +
      "→ name a file that can be written with --out",
  );
  expect(readFileSync("boot-keys.secret.yaml", "utf8")).toBe("precious");
});

test("says why a file cannot be written", async () => {
  const { code, stderr } = await run(...two, "--out", "missing/keys.yaml");
  expect(code).toBe(1);
  expect(stderr).toMatch(/cannot write missing\/keys.yaml: ENOENT.*→ name a file that can be written with --out/);
});

test("removes a half-written file", async () => {
  const fs: typeof import("node:fs") = jest.requireActual("node:fs");
  jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
    throw new Error("ENOSPC: no space left on device");
  });
  const { code, stderr } = await run(...two);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "cannot write boot-keys.secret.yaml: ENOSPC: no space left on device → name a file that can be written",
  );
  expect(existsSync("boot-keys.secret.yaml")).toBe(false);
});

test.each([
  ["an address that is none", [...chain, "--address", "10.96.7"], 'address "10.96.7" is not an IPv4 address'],
  ["an IPv6 address", [...chain, "--address", "fd00::1"], 'address "fd00::1" is not an IPv4 address'],
  ["an address given twice", [...two, "--address", "10.96.7.7"], "10.96.7.7 is given twice"],
  ["no address", chain, "required option '--address <ip>' not specified"],
  ["port 0", ["--l1-chain-id", "1", "--port", "0", "--address", "10.96.7.7"], "port 0 is not a port"],
  ["port 65536", ["--l1-chain-id", "1", "--port", "65536", "--address", "10.96.7.7"], "port 65536 is not a port"],
  [
    "a port that is no number",
    ["--l1-chain-id", "1", "--port", "0x9d", "--address", "10.96.7.7"],
    '"0x9d" is not a positive integer',
  ],
  [
    "chain 0",
    ["--l1-chain-id", "0", "--port", "1", "--address", "10.96.7.7"],
    "l1 chain id 0 is not a positive integer",
  ],
  ["a negative chain", ["--l1-chain-id=-1", "--port", "1", "--address", "10.96.7.7"], '"-1" is not a positive integer'],
  ["a name that is no DNS label", [...two, "--name", "Boot_1"], '"Boot_1" is not a DNS label'],
  ["a Secret that is no DNS label", [...two, "--secret", "../x"], '"../x" is not a DNS label'],
])("fails for %s, and writes nothing", async (_, args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
  expect(readdirSync(".")).toEqual([]);
});
