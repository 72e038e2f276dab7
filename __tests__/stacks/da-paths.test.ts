import { build, containersOf, workloadsOf } from "./platform/environments";

const ONE = "http://da.da.svc:7980";
const asked = (url: string) => `sequencer.da.pathSecrets={ "${url}": { secret: da-paths, key: one } }`;

test("the mesh of each member reads the path of an endpoint from its Secret", () => {
  const built = build("raft-5", {}, `sequencer.da.endpoints=[${ONE}]`, asked(ONE));
  const meshes = workloadsOf(built)
    .flatMap(({ template }) => containersOf(template))
    .filter(({ name }) => name === "mesh");
  expect(meshes.map(({ env }) => env)).toEqual([
    expect.arrayContaining([{ name: "DA_PATH_0", valueFrom: { secretKeyRef: { name: "da-paths", key: "one" } } }]),
  ]);
});

test.each([
  ["raft-5", [asked("http://other.da.svc:7980")], "is not one of the endpoints\n  → write it as in endpoints"],
  ["raft-5", [`sequencer.da.pathSecrets={ "${ONE}": { secret: A } }`], `sequencer.da.pathSecrets["${ONE}"]`],
  ["single", [asked(ONE)], "sequencer.da.pathSecrets\n  a single sequencer has no mesh, and ev-node would write the"],
  [
    "raft-5",
    ["sequencer.da.endpoints=['https://da.example.com/v1/0f3c9a1b7d2e4c5f8a6b']"],
    '"https://da.example.com…" has more than a host and a port\n  → give it as http://host:port or https://host[:port]; ' +
      "a token belongs into a Secret, which authToken names, or pathSecrets where it is part of the path",
  ],
])("fails for %s with %s", (name, set, message) => {
  expect(() => build(name, {}, ...set)).toThrow(message);
});
