import { loadEnvironments } from "../../../values/load/load";
import { environment, errorsOf, withFolder } from "../folder";

/** What is wrong with an environment of these p2p lines, which start at line 6. */
const errors = (...p2p: string[]) => errorsOf({ "devnet.yaml": environment(...p2p) });

const announceForms =
  "clusterIp | podIp | publicIp | { clusterIp: { addresses } } | { publicIp: hostPort | hostNetwork } | { address: " +
  "{ ips, via, nodePorts } }";

describe("fails on keys", () => {
  test("that nothing knows, and offers the one that was meant", () => {
    expect(errors("bootstrap:", "  - { name: boot, replicsa: 2 }")).toEqual([
      "values/devnet.yaml:7:21  p2p.bootstrap[0].replicsa",
      '  unknown key "replicsa"; allowed: name, replicas, port, env, kubernetes, ' +
        "announce, identity, storage, pinEnr",
      '  → did you mean "replicas"?',
      "1 error; nothing was written",
    ]);
  });

  test("that are misspelt, and are not missing too", () => {
    expect(errors("bootstrap: [{ nam: boot }]").filter(line => !line.startsWith("  "))).toEqual([
      "values/devnet.yaml:6:17  p2p.bootstrap[0].nam",
      "1 error; nothing was written",
    ]);
  });

  test("that nothing knows and nothing resembles", () => {
    expect(errors("bootstrap: [{ name: boot, identity: { secret: keys, enrs: [enr:-a], colour: red } }]")).toEqual([
      "values/devnet.yaml:6:71  p2p.bootstrap[0].identity.colour",
      '  unknown key "colour"; allowed: secret, enrs',
      "1 error; nothing was written",
    ]);
  });

  test("that are missing, at the nearest thing above", () => {
    expect(errorsOf({ "devnet.yaml": "profile: dev\np2p:\n  namespace: net\n  chain: {}\n" })).toEqual([
      "values/devnet.yaml:2:1  p2p.image",
      "  is missing: a string",
      "  Image of the node software, by digest or by a fixed tag. `latest` and a missing tag are refused.",
      "values/devnet.yaml:4:10  p2p.chain.l1ChainId",
      "  is missing: a whole number",
      "  Chain ID of the L1: 1 is mainnet, 11155111 is Sepolia, 31337 is a local Anvil.",
      "2 errors; nothing was written",
    ]);
  });

  test("that have no value", () => {
    expect(errors("nodes:", "  - name:")).toEqual([
      "values/devnet.yaml:7:7  p2p.nodes[0].name",
      "  is empty: a string",
      "  Name of the workload, and prefix of its Services; at most 52 characters. A new name is a new node with a " +
        "new identity.",
      "1 error; nothing was written",
    ]);
  });

  test("of an environment variable that no shell could set", () => {
    expect(errors("nodes: [{ name: full, secretEnv: { rpc-url: { secret: l1, key: url } } }]")).toEqual([
      "values/devnet.yaml:6:38  p2p.nodes[0].secretEnv.rpc-url",
      '  the key "rpc-url" must be an environment variable: capitals, digits and underscores',
      "1 error; nothing was written",
    ]);
  });

  test.each(["__proto__", "constructor"])("that JavaScript treats specially, such as %s", key => {
    expect(errors("bootstrap:", `  - { name: boot, env: { ${key}: x } }`)).toEqual([
      "values/devnet.yaml:7:28  p2p.bootstrap[0].env",
      `  the key ${key} is refused: libraries would lose it`,
      "  → rename it",
      "1 error; nothing was written",
    ]);
  });

  test("that every map of JavaScript has", () => {
    expect(errors("toString: x")[1]).toMatch(/^ {2}unknown key "toString"; allowed: namespace, /);
  });
});

describe("fails on values", () => {
  test.each([
    [
      "a text for a list",
      "nodes: [{ name: full, join: boot }]",
      "6:31  p2p.nodes[0].join",
      ['  must be a list, not the string "boot"'],
    ],
    [
      "a text for a number",
      'nodes: [{ name: full, port: "40400" }]',
      "6:31  p2p.nodes[0].port",
      ['  must be a whole number, not the string "40400"'],
    ],
    [
      "a fraction",
      "nodes: [{ name: full, replicas: 1.5 }]",
      "6:35  p2p.nodes[0].replicas",
      ["  must be a whole number, not the number 1.5"],
    ],
    [
      "a list for a map",
      "monitoring: []",
      "6:15  p2p.monitoring",
      ["  must be a map with enabled, labels, not an empty list"],
    ],
    [
      "a number for a text",
      "bootstrap: [{ name: boot, env: { LEVEL: 16 } }]",
      "6:43  p2p.bootstrap[0].env.LEVEL",
      ["  must be a string, not the number 16", '  → put it in quotes: "16"'],
    ],
    [
      "a port out of range",
      "nodes: [{ name: full, port: 70000 }]",
      "6:31  p2p.nodes[0].port",
      ["  70000 is out of range; allowed: 1 to 65535"],
    ],
    [
      "no replicas",
      "nodes: [{ name: full, replicas: 0 }]",
      "6:35  p2p.nodes[0].replicas",
      ["  0 is out of range; allowed: 1 to 50"],
    ],
    [
      "an empty list",
      "bootstrap: [{ name: boot, announce: { clusterIp: { addresses: [] } } }]",
      "6:65  p2p.bootstrap[0].announce.clusterIp.addresses",
      ["  has 0 elements; allowed: at least 1"],
    ],
    [
      "a name that is no DNS label",
      "nodes: [{ name: Full_1 }]",
      "6:19  p2p.nodes[0].name",
      ['  "Full_1" must be a DNS label that begins with a letter: lower-case letters, digits and dashes'],
    ],
    [
      "a name that is too long",
      `nodes: [{ name: ${"n".repeat(53)} }]`,
      "6:19  p2p.nodes[0].name",
      [`  "${"n".repeat(53)}" has 53 characters; allowed: at most 52`],
    ],
    [
      "a size that is no quantity",
      "bootstrap: [{ name: boot, storage: { size: 2 gigs } }]",
      "6:46  p2p.bootstrap[0].storage.size",
      ['  "2 gigs" must be a Kubernetes quantity such as 2Gi'],
    ],
    [
      "a word that is none of the choices",
      "spread: hrad",
      "6:11  p2p.spread",
      ['  "hrad" is not allowed; allowed: hard | soft', '  → did you mean "hard"?'],
    ],
    [
      "a URL of another kind",
      "nodes: [{ name: full, joinUrls: { urls: [ftp://boot] } }]",
      "6:44  p2p.nodes[0].joinUrls.urls[0]",
      ['  "ftp://boot" must be an http or https URL'],
    ],
  ])("such as %s", (_, line, place, message) => {
    const lines = errors(line);
    expect(lines[0]).toBe(`values/devnet.yaml:${place}`);
    expect(lines.slice(1, -1)).toEqual(message);
    expect(lines.at(-1)).toBe("1 error; nothing was written");
  });

  test("whose alternatives are words and maps", () => {
    expect(
      errors(
        "bootstrap:",
        "  - { name: a, announce: clusterip }",
        "  - { name: b, announce: { publicIp: hostPorts } }",
        "  - { name: c, announce: { nodePort: 1 } }",
      ),
    ).toEqual([
      "values/devnet.yaml:7:28  p2p.bootstrap[0].announce",
      `  "clusterip" is not allowed; allowed: ${announceForms}`,
      '  → did you mean "clusterIp"?',
      "values/devnet.yaml:8:40  p2p.bootstrap[1].announce.publicIp",
      '  "hostPorts" is not allowed; allowed: hostPort | hostNetwork',
      '  → did you mean "hostPort"?',
      "values/devnet.yaml:9:28  p2p.bootstrap[2].announce",
      `  a map with nodePort is not allowed; allowed: ${announceForms}`,
      "3 errors; nothing was written",
    ]);
  });

  test("that take two alternatives at once", () => {
    expect(errors("networkPolicies: { rpcClients: [{ namespace: apps, cidr: 10.0.0.0/8 }] }")).toEqual([
      "values/devnet.yaml:6:35  p2p.networkPolicies.rpcClients[0]",
      "  namespace and cidr exclude each other; allowed: { namespace, podLabels } | { cidr }",
      "  → keep one of them",
      "1 error; nothing was written",
    ]);
    expect(errorsOf({ "devnet.yaml": "profile: dev\nbackend: { local: {}, pg: { schema: 1 } }" })[1]).toMatch(
      /^ {2}local and pg exclude each other;/,
    );
  });
});

describe("fails on names", () => {
  test("that agents give a broker that is not there", () => {
    const found = errors("proverBrokers: [{ name: queue }]", "proverAgents: [{ name: agents, broker: queu }]");
    expect(found.slice(0, 3)).toEqual([
      "values/devnet.yaml:7:42  p2p.proverAgents[0].broker",
      '  "queu" is no prover broker of this environment; there are queue',
      '  → did you mean "queue"?',
    ]);
  });

  test("that two nodes have", () => {
    expect(errors("bootstrap: [{ name: boot }]", "nodes:", "  - { name: boot, join: [boot] }")).toEqual([
      "values/devnet.yaml:8:15  p2p.nodes[0].name",
      '  "boot" is the name of p2p.bootstrap[0] already (line 6)',
      "  → names are unique across p2p.bootstrap, p2p.nodes, p2p.proverBrokers, p2p.proverAgents",
      "1 error; nothing was written",
    ]);
  });

  test("that no bootstrap node has", () => {
    expect(errors("bootstrap: [{ name: boot }]", "nodes: [{ name: full, join: [bot, seed] }]")).toEqual([
      "values/devnet.yaml:7:32  p2p.nodes[0].join[0]",
      '  "bot" is no bootstrap node of this environment; there are boot',
      '  → did you mean "boot"?',
      "values/devnet.yaml:7:37  p2p.nodes[0].join[1]",
      '  "seed" is no bootstrap node of this environment; there are boot',
      "  → add it to p2p.bootstrap, or give nodes that live elsewhere by externalEnrs or joinUrls",
      "2 errors; nothing was written",
    ]);
  });
});

describe("fails on files", () => {
  test("that are not YAML, and checks the others", () => {
    expect(errorsOf({ "a.yaml": "profile: dev\np2p: [x\nq: 1\n", "b.yaml": "profile: dev\nspeed: 3\n" })).toEqual([
      "values/a.yaml:3:1",
      "  not YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
      "values/b.yaml:2:1  speed",
      '  unknown key "speed"; allowed: profile, protected, requireDigests, publicUrls, cluster, backend, ' +
        "runbookBase, kubernetes, p2p, sequencer, spike, lint",
      "2 errors; nothing was written",
    ]);
  });

  test("that repeat a key, and checks the rest", () => {
    expect(errorsOf({ "a.yaml": "profile: dev\nprotected: true\nprotected: false\nbackend: none\n" })).toEqual([
      "values/a.yaml:3:1",
      "  the key protected stands in this map already",
      "  → keep one of the two",
      "values/a.yaml:4:10  backend",
      expect.stringMatching(/^ {2}"none" is not allowed; allowed: \{ local: \{ dir \} \} \| /),
      "2 errors; nothing was written",
    ]);
  });

  test.each([
    ["is empty", "", ["values/a.yaml:1:1", "  is empty", "  → start with profile: dev"]],
    ["holds comments alone", "# soon\n", ["values/a.yaml:1:1", "  is empty", "  → start with profile: dev"]],
    ["is a list", "- profile\n", ["values/a.yaml:1:1", "  must be a map of keys", "  → start with profile: dev"]],
    [
      "holds two documents",
      "profile: dev\n---\nprofile: prod\n",
      ["values/a.yaml:2:1", "  a second document starts here", "  → one environment a file, without ---"],
    ],
    [
      "uses an anchor that is not there",
      "profile: *p\n",
      [
        "values/a.yaml:1:10  profile",
        "  there is no anchor &p above this alias",
        "  → write out what this one stands for",
        "1 error; nothing was written",
      ],
    ],
    [
      "uses an anchor within itself",
      "profile: dev\np2p: &p { nodes: *p }\n",
      ["values/a.yaml:2:18  p2p.nodes", "  the alias *p stands within itself"],
    ],
  ])("one that %s", (_, text, lines) => {
    expect(errorsOf({ "a.yaml": text }).slice(0, lines.length)).toEqual(lines);
  });

  test("one whose aliases multiply", () => {
    const text = [
      "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
      ..."bcdefgh".split("").map((key, i) => `${key}: &${key} [${Array(10).fill(`*${"abcdefg"[i]}`)}]`),
    ];
    expect(errorsOf({ "a.yaml": text.join("\n") })).toEqual([
      expect.stringMatching(/^values\/a\.yaml:2:\d+ {2}e/),
      "  the aliases of this file expand to too much",
      "  → write out what this one stands for",
      "1 error; nothing was written",
    ]);
  });

  test("whose name is no name of an environment", () => {
    expect(errorsOf({ "Dev_Net.yaml": environment(), "a.yaml": environment(), "a.yml": environment() })).toEqual([
      "values/Dev_Net.yaml",
      '  "Dev_Net" becomes the environment\'s name, which must be a DNS label of at most 40 characters',
      "  → rename the file: lower-case letters, digits and dashes",
      "values/a.yml",
      '  values/a.yaml is the environment "a" already',
      "  → keep one of the two files",
      "2 errors; nothing was written",
    ]);
    expect(errorsOf({ "devnet.YAML": environment() })).toEqual([
      "values/devnet.YAML",
      '  ".YAML" is not read',
      "  → rename it to values/devnet.yaml",
      "1 error; nothing was written",
    ]);
    expect(errorsOf({ [`${"a".repeat(41)}.yaml`]: environment() })[1]).toContain("at most 40 characters");
  });
});

describe("fails on folders", () => {
  const remedy = "  → create it with one file an environment, such as devnet.yaml, or name another with --values DIR";

  test("that do not exist or are none", () => {
    withFolder({ file: "" }, dir => {
      expect(() => loadEnvironments({ dir: `${dir}/nowhere` })).toThrow(
        `${dir}/nowhere\n  the values folder does not exist\n${remedy}\n1 error; nothing was written`,
      );
      expect(() => loadEnvironments({ dir: `${dir}/file` })).toThrow(
        `${dir}/file\n  the values folder cannot be read (ENOTDIR)\n${remedy}`,
      );
    });
  });

  test("without an environment", () => {
    expect(errorsOf({ "profiles/dev.yaml": "" }, { names: ["devnet"] })).toEqual([
      "values",
      "  there is no environment in the values folder",
      remedy,
      "1 error; nothing was written",
    ]);
  });

  test("without the environment that was asked for", () => {
    const files = { "devnet.yaml": environment(), "local.yaml": environment() };
    expect(errorsOf(files, { names: ["devent", "prod"] })).toEqual([
      "values",
      '  there is no environment "devent"; available: devnet, local',
      '  → did you mean "devnet"?',
      "values",
      '  there is no environment "prod"; available: devnet, local',
      "  → create values/prod.yaml",
      "2 errors; nothing was written",
    ]);
  });

  test.each(["Foo", ".hidden", "", "a b", "../x", "a".repeat(41)])("without the environment %j, never to be", name => {
    expect(errorsOf({ "devnet.yaml": environment() }, { names: [name] })[2]).toBe("  → name one of devnet");
  });

  test("without an environment of a file's name", () => {
    const files = { "devnet.yaml": environment() };
    const named = (name: string) => errorsOf(files, { names: [name] })[2];
    expect(["devnet.yaml", "values/devnet.yml"].map(named)).toEqual(Array(2).fill('  → did you mean "devnet"?'));
  });

  test("whose own profiles are none", () => {
    expect(errorsOf({ "devnet.yaml": environment(), "profiles/README.md": "" })).toEqual([
      "values/devnet.yaml:1:10  profile",
      '  unknown profile "dev"; available: none',
      "  → remove the folder profiles: the package has dev and prod",
      "1 error; nothing was written",
    ]);
  });

  test("without the profile, while everything else is still checked", () => {
    expect(errorsOf({ "devnet.yaml": environment("nodes: 3").replace("dev", "deb") })).toEqual([
      "values/devnet.yaml:1:10  profile",
      '  unknown profile "deb"; available: dev, prod',
      '  → did you mean "dev"?',
      "values/devnet.yaml:6:10  p2p.nodes",
      "  must be a list, not the number 3",
      "2 errors; nothing was written",
    ]);
  });

  test("whose own profile is wrong: said once, in the profile's file", () => {
    const dev = "p2p:\n  spread: sideways\n  resources: {}\n";
    const lines = errorsOf({ "a.yaml": environment(), "b.yaml": environment(), "profiles/dev.yaml": dev });
    expect(lines.slice(0, 6)).toEqual([
      "values/profiles/dev.yaml:2:11  p2p.spread",
      '  "sideways" is not allowed; allowed: hard | soft',
      "values/profiles/dev.yaml:3:14  p2p.resources.bootstrap",
      "  is missing: a map with cpu, memory, memoryLimit",
      "  Requests and limit of bootstrap nodes.",
      "values/profiles/dev.yaml:3:14  p2p.resources.full",
    ]);
  });
});
