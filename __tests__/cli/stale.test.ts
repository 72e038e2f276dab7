import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goneText, removeStaleManifests, removeStaleStacks } from "../../cli/stale";
import { MANAGED_BY } from "../../constructs/kubernetes/labels";
import { withHead } from "../../review/head";

let dir: string;
const written = { values: "values", environments: ["a"], stacks: ["a-p2p"] };

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "stale-"));
  mkdirSync(join(dir, "values"));
  for (const name of ["a", "other"]) writeFileSync(join(dir, "values", `${name}.yaml`), "");
});
afterEach(() => rmSync(dir, { recursive: true }));

const here = () => ({ ...written, values: join(dir, "values") });

describe("cdktf.out", () => {
  function stack(name: string, text = configuration(name)): string {
    const folder = join(dir, "stacks", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cdk.tf.json"), text);
    return folder;
  }
  const configuration = (stackName: string, labels: object = MANAGED_BY) =>
    JSON.stringify({ "//": { metadata: { stackName } }, labels });

  test("loses the stacks of environments and sections that are gone, and keeps the others", () => {
    for (const name of ["a-p2p", "a-spike", "gone-sequencer", "other-spike"]) stack(name);
    expect(removeStaleStacks(dir, here())).toEqual(["a-spike", "gone-sequencer"]);
    expect(readdirSync(join(dir, "stacks"))).toEqual(["a-p2p", "other-spike"]);
  });

  test("keeps what the package did not write, and what Terraform left", () => {
    stack("gone-p2p", configuration("gone-p2p", { "app.kubernetes.io/managed-by": "somebody" }));
    stack("gone-spike", "no JSON");
    stack("an-app");
    const used = stack("gone-sequencer");
    writeFileSync(join(used, "plan"), "");
    expect(removeStaleStacks(dir, here())).toEqual(["gone-sequencer"]);
    expect(readdirSync(used)).toEqual(["plan"]);
    expect(readdirSync(join(dir, "stacks"))).toEqual(["an-app", "gone-p2p", "gone-sequencer", "gone-spike"]);
  });
});

describe("a folder of manifests", () => {
  const file = (stack: string, more = "") => {
    const head = { environment: stack.split("-")[0] ?? "", stack, stacks: [stack], cluster: {}, state: "s" };
    writeFileSync(join(dir, `${stack}.yaml`), withHead({ ...head, protected: false }, "kind: Namespace\n") + more);
  };

  test("loses the files of stacks that are gone, unless somebody changed or wrote them", () => {
    for (const stack of ["a-p2p", "a-spike", "gone-p2p", "other-spike"]) file(stack);
    file("gone-spike", "# mine\n");
    writeFileSync(join(dir, "gone-sequencer.yaml"), "kind: Namespace\n");
    expect(removeStaleManifests(dir, here())).toEqual(["a-spike.yaml", "gone-p2p.yaml"].map(name => join(dir, name)));
    for (const kept of ["a-p2p", "other-spike", "gone-spike", "gone-sequencer"])
      expect(existsSync(join(dir, `${kept}.yaml`))).toBe(true);
    expect(readFileSync(join(dir, "gone-sequencer.yaml"), "utf8")).toBe("kind: Namespace\n");
  });
});

test("what was taken away is told in a line", () => {
  expect(goneText(["a-p2p"])).toBe("removed a-p2p: no environment has it any more");
  expect(goneText(["a-p2p", "a-spike"])).toBe("removed a-p2p, a-spike: no environment has them any more");
});
