import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goneText, removeStaleManifests, removeStaleStacks, sayGone } from "../../cli/stale";
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

  const record = (of: Readonly<Record<string, string>>) => writeFileSync(join(dir, ".values.json"), JSON.stringify(of));

  test("loses the stacks of environments and sections that are gone, and keeps the others", () => {
    for (const name of ["a-p2p", "a-spike", "gone-sequencer", "other-spike"]) stack(name);
    record({ "a-spike": "values", "gone-sequencer": "values" });
    expect(removeStaleStacks(dir, here())).toEqual({ removed: ["a-spike", "gone-sequencer"], unknown: [] });
    expect(readdirSync(join(dir, "stacks"))).toEqual(["a-p2p", "other-spike"]);
  });

  test("keeps the stacks of another values folder, and says so of those whose folder is not known", () => {
    for (const name of ["a-p2p", "a-spike", "theirs-p2p", "old-p2p"]) stack(name);
    record({ "a-spike": "others", "theirs-p2p": "others" });
    expect(removeStaleStacks(dir, here())).toEqual({ removed: [], unknown: ["old-p2p"] });
    expect(readdirSync(join(dir, "stacks"))).toEqual(["a-p2p", "a-spike", "old-p2p", "theirs-p2p"]);
    expect(JSON.parse(readFileSync(join(dir, ".values.json"), "utf8"))).toEqual({
      "a-p2p": "values",
      "a-spike": "others",
      "theirs-p2p": "others",
    });
  });

  test("keeps what the package did not write, and what Terraform left", () => {
    stack("gone-p2p", configuration("gone-p2p", { "app.kubernetes.io/managed-by": "somebody" }));
    stack("gone-spike", "no JSON");
    stack("an-app");
    mkdirSync(join(dir, "stacks", "pipe-p2p"));
    execFileSync("mkfifo", [join(dir, "stacks", "pipe-p2p", "cdk.tf.json")]);
    const used = stack("gone-sequencer");
    writeFileSync(join(used, "plan"), "");
    record({ "gone-p2p": "values", "gone-spike": "values", "gone-sequencer": "values", "pipe-p2p": "values" });
    expect(removeStaleStacks(dir, here()).removed).toEqual(["gone-sequencer"]);
    expect(readdirSync(used)).toEqual(["plan"]);
    const left = ["an-app", "gone-p2p", "gone-sequencer", "gone-spike", "pipe-p2p"];
    expect(readdirSync(join(dir, "stacks"))).toEqual(left);
  });
});

describe("a folder of manifests", () => {
  const file = (stack: string, more = "", values: string | undefined = "values") => {
    const head = { environment: stack.split("-")[0] ?? "", stack, stacks: [stack], cluster: {}, state: "s", values };
    writeFileSync(join(dir, `${stack}.yaml`), withHead({ ...head, protected: false }, "kind: Namespace\n") + more);
  };
  const paths = (stacks: readonly string[]) => stacks.map(stack => join(dir, `${stack}.yaml`));

  test("loses the files of stacks that are gone, unless somebody changed or wrote them", () => {
    for (const stack of ["a-p2p", "a-spike", "gone-p2p", "other-spike"]) file(stack);
    file("gone-spike", "# mine\n");
    writeFileSync(join(dir, "gone-sequencer.yaml"), "kind: Namespace\n");
    expect(removeStaleManifests(dir, here())).toEqual({ removed: paths(["a-spike", "gone-p2p"]), unknown: [] });
    for (const kept of paths(["a-p2p", "other-spike", "gone-spike", "gone-sequencer"]))
      expect(existsSync(kept)).toBe(true);
    expect(readFileSync(join(dir, "gone-sequencer.yaml"), "utf8")).toBe("kind: Namespace\n");
  });

  test("keeps the files of another values folder, and says so of those whose folder is not known", () => {
    file("a-spike", "", "others");
    file("theirs-p2p", "", "others");
    writeFileSync(
      join(dir, "old-p2p.yaml"),
      withHead(
        { environment: "old", stack: "old-p2p", stacks: [], cluster: {}, state: "s", protected: false },
        "kind: Namespace\n",
      ),
    );
    expect(removeStaleManifests(dir, here())).toEqual({ removed: [], unknown: paths(["old-p2p"]) });
    for (const kept of paths(["a-spike", "theirs-p2p", "old-p2p"])) expect(existsSync(kept)).toBe(true);
  });
});

test("what stays is told in a line, with what to do", () => {
  const said = jest.spyOn(console, "error").mockImplementation();
  sayGone({ removed: ["a-p2p"], unknown: ["old-p2p"] }, "values");
  expect(said.mock.calls.flat()).toEqual([
    "removed a-p2p: no environment has it any more",
    "kept old-p2p: values has no such environment, but another values folder may → remove what nobody needs",
  ]);
  said.mockRestore();
});

test("what was taken away is told in a line", () => {
  expect(goneText(["a-p2p"])).toBe("removed a-p2p: no environment has it any more");
  expect(goneText(["a-p2p", "a-spike"])).toBe("removed a-p2p, a-spike: no environment has them any more");
});
