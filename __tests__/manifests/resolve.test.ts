import type { KubernetesObject } from "../../manifests/objects";
import { type Address, parsePlaceholders, placeholder } from "../../manifests/placeholders";
import { resolveAddresses } from "../../manifests/resolve";

const address = (name: string, namespace = "net"): Address => ({
  field: "clusterIP",
  kind: "Service",
  namespace,
  name,
});
const object = (fields: object): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  ...fields,
});

test("fills addresses in, wherever they are and whatever is around them", () => {
  const [a, b] = [placeholder(address("a-0")), placeholder(address("b.c", "other"))];
  const asked: Address[] = [];
  const [resolved] = resolveAddresses(
    [object({ spec: { env: [{ value: a }], args: [`x=${a},${b}`], n: 1, on: true, none: null } })],
    asking => {
      asked.push(asking);
      return asking.name === "a-0" ? "10.0.0.1" : "10.0.0.2";
    },
  );
  expect(resolved).toEqual(
    object({ spec: { env: [{ value: "10.0.0.1" }], args: ["x=10.0.0.1,10.0.0.2"], n: 1, on: true, none: null } }),
  );
  expect(asked).toContainEqual(address("b.c", "other"));
});

test("leaves other text and the objects themselves as they are", () => {
  const given = object({
    spec: { text: "<clusterIP of nothing> a < b > c <a of B C/d>", address: placeholder(address("a")) },
  });
  const before = structuredClone(given);
  const [resolved] = resolveAddresses([given], () => "10.0.0.1");
  expect(resolved?.spec).toMatchObject({ text: "<clusterIP of nothing> a < b > c <a of B C/d>" });
  expect(given).toEqual(before);
});

test("fails with every Service that has no address, each once", () => {
  const text = ["a", "b", "a"].map(name => placeholder(address(name))).join();
  expect(() => resolveAddresses([object({ text })], ({ name }) => (name === "c" ? "" : undefined))).toThrow(
    "the cluster has no address for Service net/a, Service net/b → create the Services first",
  );
});

test("reads back what it writes", () => {
  const found: Address[] = [];
  const text = `${placeholder(address("seq-0"))}/${placeholder(address("x", "y"))}`;
  const replaced = parsePlaceholders(text, (asking, whole) => {
    found.push(asking);
    return whole;
  });
  expect(replaced).toBe(text);
  expect(found).toEqual([address("seq-0"), address("x", "y")]);
});
