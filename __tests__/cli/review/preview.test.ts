import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgram } from "../../../cli/program";
import { throwing } from "../throwing";

const PLANS = join(__dirname, "..", "..", "review", "plans");
const NAMESPACE = "devnet-p2p"; // that of the plans
const VALUES = `profile: dev
p2p:
  namespace: ${NAMESPACE}
  chain: { l1ChainId: 1, network: devnet }
  image: aztec:4.1.2
  bootstrap:
    - { name: boot, replicas: 3 }
  nodes:
    - { name: full, join: [boot] }
spike:
  namespace: spike
  version: 0.8.0
  trustDomain: a.example
  clusterName: a
`;

let dir: string;
const at = (...names: string[]) => join(dir, ...names);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "preview-"));
  mkdirSync(at("values"));
  mkdirSync(at("empty"));
  writeFileSync(at("values", "net.yaml"), VALUES);
  writeFileSync(at("values", "other.yaml"), VALUES.replaceAll(/namespace: (\S+)/g, "namespace: other-$1"));
  await run("manifests", "net", "--out", "@base");
}, 60_000);

afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs a command in this process; `@base` is the folder `base` of this run. */
async function run(command: string, ...args: string[]): Promise<{ printed: string; code: unknown }> {
  const printed: string[] = [];
  const log = jest.spyOn(console, "log").mockImplementation(text => void printed.push(`${text}\n`));
  const write = jest.spyOn(process.stdout, "write").mockImplementation(text => printed.push(String(text)) > 0);
  process.exitCode = undefined;
  try {
    const given = args.map(arg => (arg.startsWith("@") ? at(arg.slice(1)) : arg));
    await throwing(createProgram()).parseAsync([command, ...given, "--values", at("values")], { from: "user" });
  } finally {
    log.mockRestore();
    write.mockRestore();
  }
  return { printed: printed.join(""), code: process.exitCode ?? 0 };
}

const set = (...assignments: string[]) => assignments.flatMap(assignment => ["--set", assignment]);
const guard = (...args: string[]) => run("guard", "net", ...args);
const since = ["--base", "@base"];

const lost = (printed: string) =>
  [...printed.matchAll(/^LOST {2}(.*) {2}\((.*)\)$/gm)].map(([, address, rule]) => `${address}: ${rule}`);

test("nothing changed: nothing to see, and nothing to refuse", async () => {
  const { printed, code } = await run("preview", "net", ...since);
  expect(printed).toBe("net: nothing changes, nothing is lost\n\nnet-p2p: no change\n\nnet-spike: no change\n");
  expect(code).toBe(0);
  expect(await guard(...since)).toEqual({ printed: "net: nothing is lost\n", code: 0 });
});

test.each<[string, string[], string[]]>([
  [
    "a renamed node",
    set("p2p.bootstrap[0].name=seed", "p2p.nodes[0].join[0]=seed"),
    [
      "ConfigMap devnet-p2p/boot-enr: published-enr",
      "Service devnet-p2p/boot-1-p2p: p2p-address",
      "Service devnet-p2p/boot-2-p2p: p2p-address",
      "Service devnet-p2p/boot-p2p: p2p-address",
      "StatefulSet devnet-p2p/boot: volumes",
    ],
  ],
  ["another storage size", set("p2p.bootstrap[0].storage.size=9Gi"), ["StatefulSet devnet-p2p/boot: claim-size"]],
  [
    "replicas 3 → 1",
    set("p2p.bootstrap[0].replicas=1"),
    [
      "StatefulSet devnet-p2p/boot: bootstrap-replicas",
      "Service devnet-p2p/boot-1-p2p: p2p-address",
      "Service devnet-p2p/boot-2-p2p: p2p-address",
    ],
  ],
  [
    "another announce mode",
    set("p2p.bootstrap[0].announce=publicIp"),
    [
      "StatefulSet devnet-p2p/boot: announce",
      "Service devnet-p2p/boot-1-p2p: p2p-address",
      "Service devnet-p2p/boot-2-p2p: p2p-address",
      "Service devnet-p2p/boot-p2p: p2p-address",
    ],
  ],
  ["a renamed namespace", set("p2p.namespace=elsewhere"), ["Namespace devnet-p2p: namespace"]],
  ["another context", set("cluster.context=other"), ["Stack net-p2p: cluster", "Stack net-spike: cluster"]],
  [
    "another kubeconfig, of which no context is named",
    set("cluster.kubeconfig=/none/other"),
    ["Stack net-p2p: cluster", "Stack net-spike: cluster"],
  ],
  [
    "another cluster through a plugin",
    set("cluster.exec.host=https://a.example", "cluster.exec.caCertificateFile=ca.pem", "cluster.exec.command=aws"),
    ["Stack net-p2p: cluster", "Stack net-spike: cluster"],
  ],
  ["another folder for states", set("backend.local.dir=other"), ["Stack net-p2p: state", "Stack net-spike: state"]],
  ["another backend", set("backend.gcs.bucket=states"), ["Stack net-p2p: state", "Stack net-spike: state"]],
  [
    "a major step of a chart",
    set("spike.chartVersion=1.0.0"),
    ["HelmRelease spike/spike: chart-major", "HelmRelease spike/spike-keeper: chart-major"],
  ],
])("guard stops %s", async (_, change, losses) => {
  const { printed, code } = await guard(...since, ...change);
  expect([lost(printed), code]).toEqual([losses, 2]);
});

describe("where the cluster is, and not how it is reached", () => {
  const config = (file: string, servers: Record<string, string>, current = "a") => {
    const clusters = Object.entries(servers).map(([name, server]) => ({ name: `of-${name}`, cluster: { server } }));
    const contexts = Object.keys(servers).map(name => ({ name, context: { cluster: `of-${name}`, user: "u" } }));
    writeFileSync(at(file), JSON.stringify({ clusters, contexts, "current-context": current }));
    return at(file);
  };
  const placed = (file: string, context?: string) =>
    set(`cluster.kubeconfig=@${file}`, ...(context ? [`cluster.context=${context}`] : []));
  const host = (url: string) =>
    set(`cluster.exec.host=${url}`, "cluster.exec.caCertificateFile=ca.pem", "cluster.exec.command=aws");
  /** The rules that say something of the first stack, and what they say. */
  const found = async (before: string[], after: string[]) => {
    const here = (args: string[]) => args.map(arg => arg.replace("=@", `=${dir}/`));
    await run("manifests", "net", "--out", "@placed", ...here(before));
    const { printed, code } = await guard("--base", "@placed", ...here(after));
    const [, kind, rule, said] = printed.match(/^(LOST|WARN) {2}Stack net-p2p {2}\((.*)\)\n +(.*)$/m) ?? [];
    return { code, found: kind && [kind, rule, said?.replaceAll(`${dir}/`, "")] };
  };

  beforeAll(() => {
    config("one", { a: "https://one.example", b: "https://one.example:443/", c: "https://three.example" });
    config("two", { a: "https://one.example:443", z: "https://two.example" }, "z");
    config("near", { a: "https://127.0.0.1:6443" });
    writeFileSync(at("broken"), "clusters: [");
  });

  test.each<[string, string[], string[]]>([
    ["another file", placed("one", "a"), placed("two", "a")],
    ["another context", placed("one", "a"), placed("one", "b")],
    ["the current context, which is named now", placed("one"), placed("one", "a")],
    ["a plugin in place of a kubeconfig", placed("one", "a"), host("https://one.example")],
    ["no kubeconfig on this machine, as before", placed("none", "a"), placed("none", "a")],
  ])("%s leads to the same cluster: nothing is lost", async (_, before, after) => {
    expect(await found(before, after)).toEqual({ code: 0, found: undefined });
  });

  test.each<[string, string[], string[], string]>([
    [
      "a context of another cluster",
      placed("one", "a"),
      placed("one", "c"),
      "the cluster: https://one.example (context a of one) → https://three.example (context c of one)",
    ],
    [
      "another file's current context",
      placed("one"),
      placed("two"),
      "the cluster: https://one.example (the current context of one) → " +
        "https://two.example (the current context of two)",
    ],
    [
      "a plugin for another cluster",
      placed("one", "a"),
      host("https://two.example"),
      "the cluster: https://one.example (context a of one) → https://two.example",
    ],
    [
      "a context of another name, where no kubeconfig can be read",
      placed("none", "a"),
      placed("none", "b"),
      "the cluster: context a of none → context b of none",
    ],
  ])("guard stops %s", async (_, before, after, said) => {
    expect(await found(before, after)).toEqual({ code: 2, found: ["LOST", "cluster", said] });
  });

  test.each<[string, string, string]>([
    ["that cannot be read", "none", "context a of none"],
    ["that is no kubeconfig", "broken", "context a of broken"],
    ["with this machine's address", "near", "context a of near"],
  ])("the same context of a file %s is a warning", async (_, file, text) => {
    const said = `the cluster: https://one.example (context a of one) → ${text}`;
    expect(await found(placed("one", "a"), placed(file, "a"))).toEqual({
      code: 0,
      found: ["WARN", "kubeconfig", said],
    });
  });

  test("a state in the cluster goes where the cluster goes, and is lost with it alone", async () => {
    const state = set("backend.kubernetes.namespace=states");
    expect(await found([...placed("one", "a"), ...state], [...placed("two", "a"), ...state])).toEqual({
      code: 0,
      found: undefined,
    });
    const elsewhere = set("backend.kubernetes.namespace=other");
    expect(await found([...placed("one", "a"), ...state], [...placed("two", "a"), ...elsewhere])).toEqual({
      code: 2,
      found: ["LOST", "state", "Terraform's state: kubernetes:states/net-p2p → kubernetes:other/net-p2p"],
    });
  });
});

test("guard lets go what is accepted, when each object is", async () => {
  const change = [...since, ...set("p2p.bootstrap[0].replicas=2")];
  const [boot, service] = [
    "bootstrap-replicas StatefulSet devnet-p2p/boot",
    "p2p-address Service devnet-p2p/boot-2-p2p",
  ];
  const one = await guard(...change, "--accept", boot);
  expect([lost(one.printed), one.code]).toEqual([["Service devnet-p2p/boot-2-p2p: p2p-address"], 2]);
  expect(one.printed).toContain(`accepted  ${boot}: the ENR of boot-2, which goes silent\n`);
  expect(one.printed).toContain(`→ undo it, or accept it by name: --accept '${service}'\n`);
  const both = await guard(...change, "--accept", boot, "--accept", service);
  expect([lost(both.printed), both.code]).toEqual([[], 0]);
});

test("guard stops a construct that moved, seen in a plan", async () => {
  const { printed, code } = await guard("--plan", join(PLANS, "moved.json"));
  expect([lost(printed), code]).toEqual([["StatefulSet devnet-p2p/boot: replaced"], 2]);
  expect(printed).toMatch(
    /that it moved: terraform state mv 'kubernetes_stateful_set_v1\.\S+' 'kubernetes_stateful_set_v1\.Moved'/,
  );
});

test("a section that is gone is left as it is, and stops", async () => {
  writeFileSync(at("values", "net.yaml"), VALUES.slice(0, VALUES.indexOf("spike:")));
  try {
    const { printed, code } = await guard(...since);
    expect([lost(printed), code]).toEqual([["Stack net-spike: stack"], 2]);
    expect((await run("preview", "net", ...since)).printed).toContain("net-spike: no longer in the configuration");
  } finally {
    writeFileSync(at("values", "net.yaml"), VALUES);
  }
});

test("preview as text, Markdown and JSON", async () => {
  const change = [...since, ...set("p2p.image=aztec:4.1.3", "p2p.bootstrap[0].replicas=1")];
  const { printed, code } = await run("preview", "net", ...change);
  expect(code).toBe(0);
  expect(printed).toContain(`  update  StatefulSet devnet-p2p/boot
          stops boot-2 and boot-1 for good, in that order; their volumes stay
          restarts boot-0
          meanwhile boot is unreachable`);
  expect(printed).toContain("~ spec.replicas: 3 → 1");
  const markdown = (await run("preview", "net", ...change, "--format", "markdown")).printed;
  expect(markdown).toMatch(/^<!-- rollup-network preview net -->\n/);
  expect(markdown).toContain(
    "> **`StatefulSet devnet-p2p/boot`** would lose the ENRs of boot-2 and boot-1, which go silent",
  );
  const { environment, losses, stacks } = JSON.parse((await run("preview", "net", ...change, "--json")).printed);
  expect({ environment, losses: losses.length }).toEqual({ environment: "net", losses: 3 });
  const boot = stacks[0].changes.find(({ address }: { address: string }) => address === "StatefulSet devnet-p2p/boot");
  expect(boot.consequences[1]).toBe("restarts boot-0");
  expect(boot.differences).toContainEqual({ path: "spec.replicas", before: 3, after: 1 });
});

test("guard as JSON", async () => {
  const { printed, code } = await guard(...since, ...set("p2p.bootstrap[0].storage.size=9Gi"), "--json");
  expect(JSON.parse(printed)).toMatchObject({ environment: "net", lost: [{ rule: "claim-size" }], accepted: [] });
  expect(code).toBe(2);
});

test.each<[string, string[], RegExp]>([
  ["nothing to compare with", [], /what to compare with\? → give either --base <dir> or --plan <file>/],
  ["two things to compare with", ["--base", "@base", "--plan", "@x"], /give either/],
  [
    "a folder that is not there",
    ["--base", "@none"],
    /cannot read .*none: ENOENT.* → write it with: rollup-network manifests net --out/,
  ],
  ["an empty folder", ["--base", "@empty"], /empty has no manifests →/],
  [
    "a plan that is not there",
    ["--plan", "@none.json"],
    /none\.json cannot be read \(ENOENT\) → terraform show -json plan >/,
  ],
  [
    "an accepted object that loses nothing",
    [...since, "--accept", "claim-size StatefulSet devnet-p2p/boot"],
    /names nothing that would be lost → leave it out/,
  ],
  [
    "a misspelt object",
    [...since, ...set("p2p.bootstrap[0].storage.size=9Gi"), "--accept", "claim-size StatefulSet devnet-p2p/bot"],
    /did you mean "claim-size StatefulSet devnet-p2p\/boot"\?/,
  ],
  [
    "an object without the rule",
    [...since, ...set("p2p.bootstrap[0].storage.size=9Gi"), "--accept", "StatefulSet devnet-p2p/boot"],
    /does not say which loss → name rule and object: claim-size StatefulSet devnet-p2p\/boot/,
  ],
])("fails with %s", async (_, args, message) => {
  await expect(guard(...args)).rejects.toThrow(message);
});

test("a new environment has no base: everything is created, and nothing is lost", async () => {
  expect((await run("preview", "net", "--base", "none")).printed).toMatch(/changes? \(\d+ created\), nothing is lost/);
});

test("fails with what is another environment's", async () => {
  await expect(run("guard", "other", ...since)).rejects.toThrow(
    /base has nothing of other: it has net-p2p\.yaml, net-spike\.yaml/,
  );
  await expect(run("guard", "other", "--plan", join(PLANS, "moved.json"))).rejects.toThrow(
    /is not of other, whose namespaces are other-devnet-p2p, other-spike, other-spike-spire: it has devnet-p2p/,
  );
});
