import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { calls, dir, environment, removeStub, run, setCluster, startStub } from "./kubernetes/stub-cluster";

afterAll(removeStub);

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  environment("single", "single");
});

const service = (name: string, clusterIP: string) => ({ kind: "Service", metadata: { name }, spec: { clusterIP } });
const services = (...addresses: string[]) =>
  Object.fromEntries(addresses.map((address, i) => [`service/seq-${i}`, service(`seq-${i}`, address)]));

/** The value of an environment variable, wherever it is set. */
function valuesOf(name: string, yaml: string): Set<unknown> {
  const found = new Set<unknown>();
  const search = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const entry = value as Record<string, unknown>;
    if (entry.name === name && "value" in entry) found.add(entry.value);
    Object.values(entry).forEach(search);
  };
  for (const document of parseAllDocuments(yaml)) search(document.toJS());
  return found;
}

test("fills in the addresses of Services that are there, asked for by name", async () => {
  setCluster({ objects: services("10.0.0.10", "10.0.0.11", "fd00::12") });
  const { code, stdout } = await run("manifests", "raft", "--resolve");
  expect(code).toBe(0);
  expect(valuesOf("MEMBER_1_ADDRESS", stdout)).toEqual(new Set(["10.0.0.11"]));
  expect(valuesOf("MEMBER_2_ADDRESS", stdout)).toEqual(new Set(["fd00::12"]));
  expect(stdout).not.toContain("<clusterIP of");
  const [call, ...others] = calls();
  expect(others).toEqual([]);
  expect(call?.args.slice(-5)).toEqual(["service/seq-0", "service/seq-1", "service/seq-2", "-o", "json"]);
  expect(call?.args).toEqual(expect.arrayContaining(["--namespace", "raft"]));
});

test("writes them to files as well", async () => {
  setCluster({ objects: services("10.0.0.10", "10.0.0.11", "10.0.0.12") });
  const { stdout } = await run("manifests", "raft", "--resolve", "--out", join(dir, "out"));
  const text = readFileSync(stdout.trim(), "utf8");
  expect(valuesOf("MEMBER_0_ADDRESS", text)).toEqual(new Set(["10.0.0.10"]));
});

test("leaves them out of it without the option, and asks no cluster", async () => {
  setCluster({});
  const { stdout } = await run("manifests", "raft");
  expect(valuesOf("MEMBER_0_ADDRESS", stdout)).toEqual(new Set(["<clusterIP of Service raft/seq-0>"]));
  expect(calls()).toEqual([]);
});

test("asks no cluster where nothing is to be filled in", async () => {
  setCluster({});
  expect((await run("manifests", "single", "--resolve")).code).toBe(0);
  expect(calls()).toEqual([]);
});

test.each([
  ["none", {}, "Service raft/seq-0, Service raft/seq-1, Service raft/seq-2"],
  ["one without an address", services("10.0.0.10", "", "10.0.0.12"), "no address for Service raft/seq-1 →"],
  ["one that is headless", services("10.0.0.10", "10.0.0.11", "None"), "no address for Service raft/seq-2 →"],
])("fails with %s, and says what comes first", async (_, objects, message) => {
  setCluster({ objects });
  const { code, stdout, stderr } = await run("manifests", "raft", "--resolve");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
  expect(stderr).toContain(
    "create the Services first: they come before what refers to them, or let rollup-network deploy raft do it all",
  );
});

test("fails as kubectl fails", async () => {
  setCluster({ fail: { get: "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout" } });
  const { stderr } = await run("manifests", "raft", "--resolve");
  expect(stderr).toContain("cannot reach the API server of the current context of");
});
