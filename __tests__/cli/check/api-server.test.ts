import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { adviseOnApiServer } from "../../../cli/check/api-server";
import { loadEnvironments } from "../../../values/load/load";
import {
  dir,
  endpoints,
  environment,
  healthy,
  removeStub,
  run,
  setCluster,
  startStub,
} from "../kubernetes/stub-cluster";

afterAll(removeStub);

const P2P = "namespace: p2p, chain: { l1ChainId: 1 }, image: a/b:1, bootstrap: [{ name: boot }], networkPolicies: ";
const SPIKE = "namespace: spike, version: 0.8.0, trustDomain: a.example, clusterName: a, networkPolicies: ";

/** An environment whose sections have the policies that are given. */
function given(policies: { p2p?: string; spike?: string }): void {
  const sections = [
    policies.p2p && `p2p: { ${P2P}${policies.p2p} }`,
    policies.spike && `spike: { ${SPIKE}${policies.spike} }`,
  ];
  const kubeconfig = `cluster: { kubeconfig: ${join(dir, "config")} }`;
  writeFileSync(
    join(dir, "values", "some.yaml"),
    ["profile: dev", kubeconfig, ...sections.filter(Boolean), ""].join("\n"),
  );
}

/** The row of a section, and what `deploy` says before it deploys. */
async function found(name: string, section: string) {
  const { stdout } = await run("check", name, "--no-drift", "--json");
  const { checks } = JSON.parse(stdout) as { checks: { check: string; ok: boolean; detail: string }[] };
  const [row] = checks.filter(({ check }) => check === `${section} API server`).map(({ check, ...rest }) => rest);
  return { ...row, advice: await advised(name) };
}

async function advised(name: string): Promise<string> {
  const said = jest.spyOn(console, "error").mockImplementation(() => {});
  const [values] = loadEnvironments({ dir: join(dir, "values"), names: [name] });
  if (values) await adviseOnApiServer(values);
  const text = said.mock.calls.flat().join("\n");
  said.mockRestore();
  return text;
}

beforeAll(async () => {
  await startStub();
  environment("raft", "raft-3");
  environment("lease", "lease");
});

const AT = "10.0.0.5 at 6443";
const ADDRESS = "p2p.networkPolicies.apiServer: [10.0.0.5/32]";
const PORT = "p2p.networkPolicies.apiServerPorts: [8443]";

test.each<[string, string, object, { ok: boolean; detail: string }]>([
  ["named by itself", "{ apiServer: [10.0.0.5/32] }", endpoints(["10.0.0.5"]), { ok: true, detail: AT }],
  ["in a range", "{ apiServer: [192.0.2.0/24, 10.0.0.0/28] }", endpoints(["10.0.0.5"]), { ok: true, detail: AT }],
  [
    "the Service's address",
    "{ apiServer: [10.96.0.1/32] }",
    endpoints(["10.0.0.5"]),
    { ok: false, detail: `${AT} is not open to the pods: set ${ADDRESS}` },
  ],
  [
    "one of two endpoints",
    "{ apiServer: [10.0.0.5/32] }",
    endpoints(["10.0.0.5", "10.0.0.6"]),
    {
      ok: false,
      detail:
        "10.0.0.5, 10.0.0.6 at 6443 is not open to the pods: " +
        "set p2p.networkPolicies.apiServer: [10.0.0.5/32, 10.0.0.6/32]",
    },
  ],
  [
    "not named",
    "{ apiServer: [] }",
    endpoints(["10.0.0.5"]),
    { ok: true, detail: `${AT}; any other host is open too: set ${ADDRESS}` },
  ],
  [
    "not named, at another port",
    "{ apiServer: [] }",
    endpoints(["10.0.0.5"], 8443),
    { ok: false, detail: `10.0.0.5 at 8443 is not open to the pods: set ${ADDRESS} and ${PORT}` },
  ],
  [
    "named, at another port",
    "{ apiServer: [10.0.0.5/32] }",
    endpoints(["10.0.0.5"], 8443),
    { ok: false, detail: `10.0.0.5 at 8443 is not open to the pods: set ${PORT}` },
  ],
  [
    "named, at a port that is too",
    "{ apiServer: [10.0.0.5/32], apiServerPorts: [8443] }",
    endpoints(["10.0.0.5"], 8443),
    { ok: true, detail: "10.0.0.5 at 8443" },
  ],
  [
    "an IPv6 address that is not named",
    "{ apiServer: [10.0.0.5/32] }",
    endpoints(["fd00::5"]),
    {
      ok: false,
      detail: "fd00::5 at 6443 is not open to the pods: set p2p.networkPolicies.apiServer: [fd00::5/128]",
    },
  ],
  [
    "an IPv6 address in a range",
    "{ apiServer: ['fd00::/64'] }",
    endpoints(["fd00::5"]),
    { ok: true, detail: "fd00::5 at 6443" },
  ],
  [
    "without endpoints",
    "{ apiServer: [10.0.0.5/32] }",
    endpoints([]),
    { ok: false, detail: "EndpointSlice kubernetes of namespace default has no endpoint" },
  ],
  ...[endpoints(["hello", ""]), ...[-3.5, 0, 65_536, Number.NaN].map(port => endpoints(["10.0.0.5"], port))].map(
    (objects): [string, string, object, { ok: boolean; detail: string }] => [
      `at what is no endpoint, ${JSON.stringify(objects)}`,
      "{ apiServer: [] }",
      objects,
      { ok: false, detail: "EndpointSlice kubernetes of namespace default has no endpoint" },
    ],
  ),
  [
    "at an endpoint, with texts beside it that are no addresses",
    "{ apiServer: [] }",
    endpoints(["hello", "10.0.0.5"]),
    { ok: true, detail: `${AT}; any other host is open too: set ${ADDRESS}` },
  ],
])("an API server %s", async (_, policies, objects, { ok, detail }) => {
  given({ p2p: policies });
  setCluster({ objects });
  const advice = ok && !detail.includes("set ") ? "" : `p2p API server: ${detail}`;
  expect(await found("some", "p2p")).toEqual({ ok, detail, advice });
});

test("every section that calls the API server has a row, and others have none", async () => {
  given({ p2p: "{ apiServer: [10.0.0.5/32] }", spike: "{ apiServer: [10.96.0.1/32] }" });
  setCluster({});
  expect(await found("some", "p2p")).toMatchObject({ ok: true, advice: expect.stringMatching(/^spike API server: /) });
  expect(await found("some", "spike")).toMatchObject({ ok: false });
  setCluster(healthy("lease"));
  expect(await found("lease", "sequencer")).toMatchObject({
    ok: true,
    detail: expect.stringContaining("set sequencer."),
  });
  setCluster(healthy("raft"));
  expect(await found("raft", "sequencer")).toEqual({ advice: "" });
  given({ p2p: "{ enabled: false }" });
  expect(await found("some", "p2p")).toEqual({ advice: "" });
});

test("who may not read the endpoints is told which Role lets them, and a deploy goes on", async () => {
  given({ spike: "{ apiServer: [10.96.0.1/32] }" });
  const forbidden =
    'Error from server (Forbidden): endpointslices.discovery.k8s.io "kubernetes" is forbidden: User "bob" cannot get ' +
    'resource "endpointslices" in API group "discovery.k8s.io" in the namespace "default"';
  setCluster({ fail: { get: forbidden } });
  const may = /bob may not get endpointslices in namespace default on .* → have them bound to a Role with get on/;
  expect((await run("check", "some", "--no-drift")).stdout).toMatch(
    /API server +FAILED +bob may not get endpointslices/,
  );
  expect(await advised("some")).toMatch(may);
});
