import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../../stacks/app";
import { loadEnvironments } from "../../../values/load/load";

const outdir = mkdtempSync(join(tmpdir(), "policies-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const build = (dir: string, name: string, set: string[]) => () =>
  buildApp(loadEnvironments({ dir, names: [name], set }), { outdir });

const NOT_SET = "not set: what is protected may not reach every host at the API server's ports";
const SHORT = "has no full host name: NetworkPolicies need to know where it leads";

test.each<[string, string, string, string]>([
  [
    "values",
    "mainnet",
    "p2p.networkPolicies.apiServer=[]",
    `p2p.networkPolicies.apiServer\n  ${NOT_SET}\n  → name the`,
  ],
  [
    "values",
    "mainnet",
    "p2p.networkPolicies.apiServer=[10.0.0.5/32, 10.96.0.1/32]",
    "p2p.networkPolicies.apiServer[1]\n  10.96.0.1/32 is the Service kubernetes, as ClusterIP 10.96.7.7 shows",
  ],
  ["examples/sequencer", "lease", "protected=true", `sequencer.networkPolicies.apiServer\n  ${NOT_SET}`],
  ["examples/spike", "spike", "spike.networkPolicies.apiServer=[]", `spike.networkPolicies.apiServer\n  ${NOT_SET}`],
  ["values", "devnet", "p2p.chain.l1ExecutionUrls=[http://a.l1.svc, http://l1:8545]", "p2p.chain.l1ExecutionUrls[1]\n"],
  [
    "values",
    "devnet",
    "p2p.chain.l1ConsensusUrls=[http://l1.svc:5052]",
    `p2p.chain.l1ConsensusUrls[0]\n  "http://l1.svc:5052" ${SHORT}\n  → write <service>.<namespace>.svc`,
  ],
  [
    "values",
    "devnet",
    "p2p.nodes[0].joinUrls={urls: [http://boot.a.svc, http://boot:8080]}",
    `p2p.nodes[0].joinUrls.urls[1]\n  "http://boot:8080" ${SHORT}`,
  ],
  ["examples/sequencer", "single", "sequencer.da.endpoints=[http://da.svc]", "sequencer.da.endpoints[0]\n"],
  ["values", "devnet", "p2p.networkPolicies.apiServerPorts=[]", "p2p.networkPolicies.apiServerPorts"],
  [
    "values",
    "devnet",
    "p2p.networkPolicies.apiServer=[10.0.0.5]",
    `p2p.networkPolicies.apiServer[0]\n  "10.0.0.5" must be a range such as 10.0.0.5/32 or fd00::5/128`,
  ],
  ["values", "devnet", "p2p.networkPolicies.egress=[{ cidr: 10.0.0.0/8, ports: [0] }]", "egress[0].ports[0]"],
])("%s/%s: fails for %s", (dir, name, set, message) => {
  expect(build(dir, name, [set])).toThrow(message);
});

test.each<[string, string, string[]]>([
  ["values", "mainnet", ["p2p.networkPolicies={ enabled: false }"]],
  ["examples/sequencer", "lease", ["protected=true", "sequencer.networkPolicies.enabled=false"]],
  ["examples/spike", "spike", ["spike.networkPolicies={ enabled: false }"]],
  [
    "examples/spike",
    "spike",
    ["spike.networkPolicies.apiServer=[]", "spike.bootstrap=false", "spike.backendStore=memory"],
  ],
  ["values", "devnet", ["p2p.networkPolicies.apiServer=['fd00::5/128', 10.0.0.5/32]"]],
  ["values", "devnet", ["p2p.networkPolicies.egress=[{ cidr: 10.1.2.3/32, ports: [8545] }, { namespace: a }]"]],
])("%s/%s: nothing is wrong with %s", (dir, name, set) => {
  expect(build(dir, name, set)).not.toThrow();
});
