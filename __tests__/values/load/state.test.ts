import { stateKey, statePath } from "../../../values/load/state";
import type { BackendValues } from "../../../values/schema/environment";
import { environment, errorsOf, load } from "../folder";

const withBackend = (backend: string, namespace: string, context = "x") =>
  `${environment().replace("net", namespace)}backend: ${backend}\ncluster: { context: ${context} }\n`;

test.each([
  ["{ local: {} }", "local:state/devnet-p2p.tfstate", "state/devnet-p2p.tfstate"],
  ["{ local: { dir: ./a/../b/ } }", "local:b/devnet-p2p.tfstate", "b/devnet-p2p.tfstate"],
  ["{ s3: { bucket: bbb, region: r } }", "s3:bbb/devnet-p2p.tfstate", "devnet-p2p.tfstate"],
  ["{ s3: { bucket: bbb, region: r, prefix: /a/ } }", "s3:bbb/a/devnet-p2p.tfstate", "a/devnet-p2p.tfstate"],
  ["{ gcs: { bucket: bbb, prefix: a } }", "gcs:bbb/a/devnet-p2p", "a/devnet-p2p"],
  [
    "{ azurerm: { resourceGroup: g, storageAccount: sss, container: ccc } }",
    "azurerm:sss/ccc/devnet-p2p.tfstate",
    "devnet-p2p.tfstate",
  ],
  ["{ pg: { schema: rollup } }", "pg:rollup_p2p", "rollup_p2p"],
  ["{ kubernetes: { namespace: n } }", "kubernetes:~/.kube/config#x/n/devnet-p2p", "devnet-p2p"],
  ["{ kubernetes: { namespace: n, suffix: s } }", "kubernetes:~/.kube/config#x/n/s-p2p", "s-p2p"],
])("the state of %s is %s", (backend, path, key) => {
  const [devnet] = load({ "devnet.yaml": withBackend(backend, "n") });
  expect(devnet && statePath("devnet", "p2p", devnet.values)).toBe(path);
  expect(stateKey("devnet", "p2p", devnet?.values.backend as BackendValues)).toBe(key);
});

const statesRemedy = "  → give each environment its own: one of the two would destroy what the other made";

test("fails on two environments with one state", () => {
  const files = {
    "a.yaml": withBackend("{ pg: { schema: rollup } }", "a"),
    "b.yaml": withBackend("{ pg: { schema: rollup } }", "b"),
    "c.yaml": withBackend("{ kubernetes: { namespace: state, suffix: s } }", "c"),
    "d.yaml": withBackend("{ kubernetes: { namespace: state, suffix: s } }", "d"),
    "e.yaml": withBackend("{ kubernetes: { namespace: state, suffix: s } }", "e", "y"),
  };
  const expected = [
    "values/b.yaml:6:26  backend.pg.schema",
    "  keeps its state at pg:rollup_p2p, and so does values/a.yaml",
    statesRemedy,
    "values/d.yaml:6:52  backend.kubernetes.suffix",
    "  keeps its state at kubernetes:~/.kube/config#x/state/s-p2p, and so does values/c.yaml",
    statesRemedy,
  ];
  expect(errorsOf(files)).toEqual([...expected, "2 errors; nothing was written"]);
  expect(errorsOf(files, { names: ["a"] })).toEqual([
    "values/a.yaml:6:26  backend.pg.schema",
    "  keeps its state at pg:rollup_p2p, and so does values/b.yaml",
    statesRemedy,
    "1 error; nothing was written",
  ]);
  const joined = files["a.yaml"].replace("  image", "  nodes: [{ name: full, join: [boot] }]\n  image");
  expect(errorsOf({ ...files, "a.yaml": joined }).at(-1)).toBe("3 errors; nothing was written");
  expect(load(files, { names: ["e"] })).toHaveLength(1);
});

test("fails on two environments in one namespace of one cluster", () => {
  const local = "{ local: {} }";
  const files = {
    "a.yaml": withBackend(local, "same"),
    "b.yaml": withBackend(local, "same"),
    "c.yaml": withBackend(local, "same", "y"),
    "d.yaml": environment(),
  };
  expect(errorsOf(files)).toEqual([
    "values/b.yaml:3:14  p2p.namespace",
    "  deploys into namespace same of ~/.kube/config#x, and so does values/a.yaml",
    "  → give each section and each environment a namespace or a cluster of its own",
    "1 error; nothing was written",
  ]);
});
