import { type LiveObject, liveObjects } from "../../../cli/kubernetes/live-object";

const pod = { kind: "Pod", metadata: { name: "seq-0" } };
const read = (more: object) => liveObjects({ ...pod, ...more }) as [LiveObject];

test("objects of one answer or of a list, with what the commands do not read", () => {
  expect(liveObjects({ items: [pod] }).map(({ metadata }) => metadata.name)).toEqual(["seq-0"]);
  expect(read({ spec: { hostIPC: true } })).toEqual([
    { ...pod, spec: { hostIPC: true }, status: {}, involvedObject: {} },
  ]);
});

test("a text that is shown in a line is one, and a message keeps its lines", () => {
  const forged = "a\n\u001b[32mb";
  const [{ metadata, status }] = read({
    metadata: { name: "seq", annotations: { by: forged } },
    status: { phase: forged, conditions: [{ type: "Ready", status: "True", message: forged }] },
  });
  expect(metadata.annotations).toEqual({ by: "a\\n\\u001b[32mb" });
  expect([status.phase, status.conditions?.[0]?.message]).toEqual(["a\\n\\u001b[32mb", forged]);
});

test("a text that is shown in a line ends after some lines of a screen", () => {
  const [{ metadata }] = read({ metadata: { name: "seq", annotations: { a: "a".repeat(1000), b: "b".repeat(1e5) } } });
  expect(metadata.annotations).toEqual({ a: "a".repeat(1000), b: `${"b".repeat(1000)}…` });
});

test.each<[unknown, string]>([
  [7, "it is no object"],
  [[], "it is no object"],
  [{ kind: "Status", message: "boom" }, "metadata is missing"],
  [{ items: 7 }, "items is no array"],
  [{ items: [pod, "pod"] }, "items[1] is no object"],
  [{ metadata: { name: "../../nodes/a" } }, "metadata.name is no name of an object"],
  [{ metadata: { name: "a\nb" } }, "metadata.name is no name of an object"],
  [{ ...pod, status: [] }, "status is no object"],
  [{ ...pod, status: { conditions: {} } }, "status.conditions is no array"],
  [{ ...pod, spec: { replicas: "3" } }, "spec.replicas is no number"],
  [{ ...pod, spec: { renewTime: "soon" } }, "spec.renewTime is no time"],
  [
    { ...pod, status: { containerStatuses: [{ name: "a", ready: "no" }] } },
    "status.containerStatuses[0].ready is no boolean",
  ],
])("fails for an answer that the API does not give: %j", (answer, message) => {
  expect(() => liveObjects(answer)).toThrow(message);
});
