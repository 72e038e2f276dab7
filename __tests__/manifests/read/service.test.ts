import { POD_NAME } from "../../../manifests/read/labels";
import { podOf, type Service, type ServiceSpec, selects, servicesIn } from "../../../manifests/read/service";
import { type Workload, workloadOf } from "../../../manifests/read/workload";
import { object, service, workload } from "./objects";

const read = (spec: ServiceSpec) => servicesIn([service(spec)])[0] as Service;
const pods = (kind: string, replicas = 2) => workloadOf(workload(kind, { replicas })) as Workload;

test.each<[string, ServiceSpec["selector"], string, boolean]>([
  ["some labels of the pods", { app: "node" }, "Deployment", true],
  ["other labels", { app: "other" }, "Deployment", false],
  ["no label", {}, "Deployment", false],
  ["nothing", undefined, "Deployment", false],
  ["a pod of the StatefulSet", { app: "node", [POD_NAME]: "node-1" }, "StatefulSet", true],
  ["only its name", { [POD_NAME]: "node-0" }, "StatefulSet", true],
  ["a pod that the StatefulSet does not have", { [POD_NAME]: "node-2" }, "StatefulSet", false],
  ["a name that no pod of a Deployment has", { [POD_NAME]: "node-0" }, "Deployment", false],
])("a Service that selects %s", (_, selector, kind, expected) => {
  expect(selects(read({ selector }), pods(kind))).toBe(expected);
});

test("a Service sends to no pod of another namespace", () => {
  const [elsewhere] = servicesIn([object("Service", { selector: { app: "node" } }, { namespace: "other" })]);
  expect(selects(elsewhere as Service, pods("Deployment"))).toBe(false);
});

test("a Service of one pod names it", () => {
  expect(podOf(read({ selector: { [POD_NAME]: "node-1" } }))).toBe("node-1");
  expect(podOf(read({ selector: { app: "node" } }))).toBeUndefined();
  expect(podOf(read({}))).toBeUndefined();
});
