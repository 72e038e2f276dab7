import {
  type Cluster,
  environment,
  healthy,
  removeStub,
  run,
  setCluster,
  startStub,
} from "../../kubernetes/stub-cluster";

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
});
afterAll(removeStub);

const service = (name: string, spec: object = {}, status: object = {}) => ({
  metadata: { name, namespace: "raft" },
  spec: { type: "ClusterIP", clusterIP: "10.96.0.7", selector: { app: name }, ...spec },
  status,
});
const slice = (name: string, ...ready: boolean[]) => ({
  metadata: { name: `${name}-x`, labels: { "kubernetes.io/service-name": name } },
  endpoints: ready.map(each => ({ conditions: { ready: each } })),
});
const list = (...objects: object[]) => objects.map(each => JSON.stringify(each)).join(",");

async function look(services: object[], slices: object[], more: Cluster = {}) {
  const lists = { "services.raft": list(...services), "endpointslices.raft": list(...slices), ...more };
  const given = healthy("raft");
  setCluster({ ...given, objects: { ...given.objects, ...lists } });
  const { stdout } = await run("check", "raft", "--no-drift", "--json");
  const { check, ...row } = JSON.parse(stdout).checks.find(({ check }: Cluster) => check === "services raft");
  return row;
}

test("Services with endpoints are well, and those that lead to no pods of theirs are not asked", async () => {
  const external = service("other", { type: "ExternalName", selector: undefined });
  const found = await look([service("seq"), external], [slice("seq", false, true)]);
  expect(found).toEqual({ ok: true, detail: "2 with endpoints" });
});

test("a Service without an endpoint is named, with the pods that are not ready, or its selector", async () => {
  const pod = { metadata: { name: "seq-0", labels: { app: "seq" } }, status: {} };
  const found = await look([service("seq"), service("web")], [slice("seq", false)], { "pods.raft": list(pod) });
  expect(found).toEqual({
    ok: false,
    detail: "seq has no endpoint: seq-0 not ready\nweb has no endpoint: no pod has app=web",
  });
});

describe("a load balancer", () => {
  const balanced = (status: object) =>
    service("seq", { type: "LoadBalancer", loadBalancerIP: "203.0.113.7" }, { loadBalancer: status });

  test.each<[string, object, string]>([
    ["with the address that is announced", { ingress: [{ ip: "203.0.113.7" }] }, "1 with endpoints"],
    ["that has a name and no address", { ingress: [{ hostname: "a.elb.example.com" }] }, "1 with endpoints"],
    [
      "with another address",
      { ingress: [{ ip: "198.51.100.9" }] },
      "seq got 198.51.100.9, and announces 203.0.113.7 → reserve 203.0.113.7 at the platform; " +
        "some want an annotation for it (kubernetes.serviceAnnotations)",
    ],
    [
      "without an address",
      {},
      "seq got no address of a load balancer yet → kubectl describe service seq --namespace raft",
    ],
  ])("%s", async (_, status, detail) => {
    expect((await look([balanced(status)], [slice("seq", true)])).detail).toBe(detail);
  });

  test("that the platform refuses says why", async () => {
    const event = {
      metadata: { name: "e" },
      type: "Warning",
      reason: "SyncLoadBalancerFailed",
      message: "the address 203.0.113.7 is in use",
      involvedObject: { kind: "Service", name: "seq" },
    };
    const { detail } = await look([balanced({})], [slice("seq", true)], { "events.raft": list(event) });
    expect(detail).toBe("seq got no address of a load balancer: the address 203.0.113.7 is in use");
  });
});

test("what nobody may list fails", async () => {
  const refused = 'Error: User "bob" cannot list resource "pods" in API group "" in the namespace "raft"';
  setCluster({ ...healthy("raft"), fail: { get: refused } });
  const { stdout, code } = await run("check", "raft", "--no-drift");
  expect(code).toBe(1);
  expect(stdout).toMatch(/pods raft +FAILED +bob may not list pods in namespace raft .* a Role with list on pods/);
});
