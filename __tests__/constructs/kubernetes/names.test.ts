import fc from "fast-check";
import { nameOf } from "../../../constructs/kubernetes/names";
import { p2pServiceName } from "../../../constructs/p2p/service-name";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/);
const ordinal = fc.integer({ min: 0, max: 49 });

test("Service names are DNS labels for every name that a workload may have", () => {
  fc.assert(
    fc.property(name, ordinal, (workload, i) => {
      const service = p2pServiceName(workload, i);
      expect(service).toMatch(LABEL);
      expect(service.length).toBeLessThanOrEqual(63);
    }),
  );
});

test("ordinal 0 keeps its name whatever the number of replicas, and no two ordinals share one", () => {
  fc.assert(
    fc.property(name, ordinal, ordinal, (workload, i, j) => {
      expect(p2pServiceName(workload, 0)).toBe(`${workload}-p2p`);
      expect(p2pServiceName(workload, i) === p2pServiceName(workload, j)).toBe(i === j);
    }),
  );
});

test("a construct id that is PascalCase becomes a DNS label, and a given name is kept", () => {
  const id = fc.array(fc.stringMatching(/^[A-Z][a-z0-9]{0,8}$/), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(id, words => expect(nameOf(words.join(""), {})).toMatch(LABEL)));
  expect(nameOf("MyBootNode", {})).toBe("my-boot-node");
  expect(nameOf("MyBootNode", { name: "boot" })).toBe("boot");
});
