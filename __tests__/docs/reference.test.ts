import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { json } from "node:stream/consumers";
import { Agent } from "../../agents/p2p/agent";
import { readConfig } from "../../agents/p2p/config";
import { Metrics } from "../../agents/p2p/metrics";
import { createBootstrapIdentity } from "../../constructs/p2p/enr";
import { withTables } from "../../tools/values-reference";
import { anchors, blocks, type Document, documents, prose, root, tables } from "./markdown";

const docs = documents();
const documentAt = (file: string) => docs.find(document => document.file === file) as Document;

const links = docs.flatMap(document =>
  [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ document, target })),
);
const relative = links.filter(({ target }) => !/^https?:\/\//.test(target));

test.each(relative.map(({ document, target }) => [document.file, target]))(
  "%s links to %s, which is there",
  (file, target) => {
    const [path = "", anchor] = target.split("#");
    const to = path ? posix.join(dirname(file), path) : file;
    expect({ to, exists: existsSync(join(root, to)) }).toEqual({ to, exists: true });
    if (anchor) expect(anchors(documentAt(to))).toContain(anchor);
  },
);

test("docs/README.md links to every page below docs", () => {
  const linked = relative.filter(({ document }) => document.file === "docs/README.md").map(({ target }) => target);
  const pages = docs.map(({ file }) => file).filter(file => /^docs\/(?!README)/.test(file));
  expect(linked.filter(target => !target.startsWith("../")).sort()).toEqual(
    pages.map(file => file.slice("docs/".length)).sort(),
  );
});

test("other links are to https", () => {
  expect(links.filter(({ target }) => target.startsWith("http:"))).toEqual([]);
});

/** The paths that a drawn tree names, each below the one that stands before it with less indentation. */
function pathsOf(tree: string): string[] {
  const above: string[] = [];
  return tree.split("\n").flatMap(line => {
    const [, indent = "", names = ""] = /^( *)(\S+(?: \S+)*)(?: {2,}|$)/.exec(line) ?? [];
    const depth = indent.length / 2;
    const paths = names.split(" ").map(name => [...above.slice(0, depth), name].join(""));
    above[depth] = names;
    return names ? paths : [];
  });
}

test("every folder and file that CONTRIBUTING.md names is there", () => {
  const document = documentAt("CONTRIBUTING.md");
  const [, tree = ""] = /^## Layout\n.*?^```\n(.*?)^```/ms.exec(document.text) ?? [];
  const inTables = tables(document)
    .filter(({ section }) => section === "Layout")
    .flatMap(({ cells }) =>
      cells.flatMap(cell => [...cell.matchAll(/`([\w./-]+\/[\w./-]*)`/g)].map(([, path = ""]) => path)),
    );
  const named = [...pathsOf(tree), ...inTables].filter(path => path !== "");
  expect(named.length).toBeGreaterThan(40);
  for (const path of named) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
});

describe("the command to publish again", () => {
  let server: Server;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "republish-"));
    writeFileSync(join(folder, "token"), "token");
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  test("is the one that the agent prints", async () => {
    const enr = (ip: string) => createBootstrapIdentity({ l1ChainId: 31337, ip, port: 40400 }).enr;
    const results: Record<string, unknown> = {
      bootstrap_getEncodedEnr: enr("10.244.0.7"),
      bootstrap_getRoutingTable: [],
    };
    const configMap = { metadata: { resourceVersion: "1" }, data: { "boot-0": enr("10.96.7.7") } };
    server = createServer(async (request, response) => {
      if (request.method === "GET") return response.end(JSON.stringify(configMap));
      const { method } = (await json(request)) as { method?: string };
      response.writeHead(method ? 200 : 201).end(JSON.stringify({ result: results[method ?? ""] }));
    });
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = readConfig({
      POD_NAME: "boot-0",
      POD_NAMESPACE: "devnet-p2p",
      POD_UID: "uid",
      AGENT_CONFIG_MAP: "boot-enr",
      AGENT_ANNOUNCED_PORT: "40400",
      AGENT_RPC_URL: url,
      AGENT_KUBE_URL: url,
      AGENT_TOKEN_FILE: join(folder, "token"),
    });
    const log: string[] = [];
    const write = jest.spyOn(process.stdout, "write").mockImplementation(text => log.push(String(text)) > 0);
    try {
      await new Agent(config, new Metrics("boot-0")).round();
    } finally {
      write.mockRestore();
    }
    const [, command] = /(kubectl .*?\})'/.exec(log.map(line => JSON.parse(line).msg).join("\n")) ?? [];
    expect(command).toBeDefined();
    for (const file of ["docs/operations.md", "docs/runbooks/enr-drift.md"]) {
      const lines = blocks(documentAt(file)).flatMap(({ text }) => text.split("\n"));
      expect(lines).toContain(`${command}'`);
    }
  });
});

describe("docs/values.md", () => {
  const { text } = documentAt("docs/values.md");
  const rowsOf = (name: string) =>
    text
      .split("\n")
      .filter(line => line.startsWith(`| \`${name}\` `))
      .map(line => line.replace(/ +/g, " "));

  test("has the tables that the schema makes (npm run -s docs writes them)", () => {
    expect(withTables(text)).toBe(text);
  });

  test("says of a key what it takes, what it is without, and where it goes on", () => {
    expect(rowsOf("spread")[0]).toContain("| profile | `hard` or `soft`. Whether replicas must");
    expect(rowsOf("announce").map(row => row.split(" | ")[1])).toEqual(["`clusterIp`", "`podIp`"]);
    expect(rowsOf("announce")[0]).toContain("or a map. ");
    expect(rowsOf("announce")[0]).toContain("See [announce](#announce).");
    expect(rowsOf("signer.kms")[0]).toContain("| choice |");
    expect(rowsOf("enrs")[0]).toContain("| required |");
    expect(rowsOf("backend")[0]).toContain("| `{ local: {} }` |");
    expect(rowsOf("size")).toHaveLength(1);
  });

  test("fails for a table of nothing, and for a part of the schema that has none", () => {
    expect(() => withTables(`${text}\n## nodes\n\n| key | default | meaning |\n`)).toThrow(
      "a table for nodes, which is nothing",
    );
    expect(() => withTables("## p2p\n\n| key | default | meaning |\n")).toThrow("has no table for profile");
  });
});
