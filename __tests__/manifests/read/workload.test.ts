import { containersOf, portNamed, portsOf } from "../../../manifests/read/pod";
import { podNames, workloadOf, workloadsIn } from "../../../manifests/read/workload";
import { object, service, workload } from "./objects";

test("a workload has its pods' labels, template and number", () => {
  const given = workload("StatefulSet", { replicas: 3 }, { hostNetwork: true });
  expect(workloadOf(given)).toMatchObject({
    object: given,
    kind: "StatefulSet",
    namespace: "net",
    name: "node",
    replicas: 3,
    labels: { app: "node" },
    pod: { hostNetwork: true },
  });
});

test("without a number of replicas there is one, and without a namespace it is default", () => {
  const { metadata, ...rest } = workload("Job");
  expect(workloadOf({ ...rest, metadata: { name: metadata.name } })).toMatchObject({
    replicas: 1,
    namespace: "default",
  });
});

test.each([
  ["another kind with a template", workload("DaemonSet")],
  ["no template", object("Deployment", { replicas: 1 })],
  ["no spec", { ...object("Deployment", {}), spec: undefined }],
])("%s is no workload", (_, given) => {
  expect(workloadOf(given)).toBeUndefined();
});

test("workloads are found among other objects, in their order", () => {
  const objects = [workload("Job"), service({}), workload("Deployment"), workload("StatefulSet")];
  expect(workloadsIn(objects).map(({ kind }) => kind)).toEqual(["Job", "Deployment", "StatefulSet"]);
});

test("pods of a StatefulSet are named by their ordinals", () => {
  const boot = { name: "boot", replicas: 3 };
  expect(podNames(boot)).toEqual(["boot-0", "boot-1", "boot-2"]);
  expect(podNames(boot, 1)).toEqual(["boot-1", "boot-2"]);
  expect(podNames(boot, 1, 2)).toEqual(["boot-1"]);
  expect(podNames(boot, 4)).toEqual([]);
});

const main = {
  name: "main",
  ports: [
    { name: "p2p-tcp", containerPort: 40400 },
    { name: "p2p-udp", containerPort: 40400, protocol: "UDP" },
  ],
};

test("init containers start first, and their ports count too", () => {
  const pod = { containers: [main], initContainers: [{ name: "gate", ports: [{ containerPort: 1 }] }] };
  expect(containersOf(pod).map(({ name }) => name)).toEqual(["gate", "main"]);
  expect(portsOf(pod).map(({ containerPort }) => containerPort)).toEqual([1, 40400, 40400]);
});

test.each([
  ["p2p-tcp", undefined, "p2p-tcp"],
  [40400, undefined, "p2p-tcp"],
  ["40400", "UDP", "p2p-udp"],
  ["p2p-tcp", "UDP", undefined],
  [80, undefined, undefined],
  [undefined, undefined, undefined],
])("port %s in %s is %s", (port, protocol, name) => {
  expect(portNamed(main, port, protocol)?.name).toBe(name);
});
