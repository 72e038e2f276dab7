import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { json } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { Agent } from "../../agents/p2p/agent";
import { readConfig } from "../../agents/p2p/config";
import { Metrics } from "../../agents/p2p/metrics";
import { createBootstrapIdentity } from "../../constructs/enr";
import { p2pAlerts } from "../../constructs/p2p-monitoring";
import { valuesJsonSchema } from "../../values/json-schema";
import { anchors, blocks, type Document, documents, prose, root, tables } from "./markdown";

const docs = documents();
const documentAt = (file: string) => docs.find(document => document.file === file) as Document;

const links = docs.flatMap(document =>
  [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ document, target })),
);
const relative = links.filter(({ target }) => !/^https?:\/\//.test(target));

test.each(relative.map(({ document, target }) => [document.file, target]))("%s links to %s, which is there", (file, target) => {
  const [path = "", anchor] = target.split("#");
  const to = path ? posix.join(dirname(file), path) : file;
  expect({ to, exists: existsSync(join(root, to)) }).toEqual({ to, exists: true });
  if (anchor) expect(anchors(documentAt(to))).toContain(anchor);
});

test("other links are to https", () => {
  expect(links.filter(({ target }) => target.startsWith("http:"))).toEqual([]);
});

test("every folder and file that a table of CONTRIBUTING.md names is there", () => {
  const named = tables(documentAt("CONTRIBUTING.md"))
    .filter(({ section }) => section === "Layout")
    .map(({ cells }) => (cells[0] as string).replaceAll("`", ""));
  expect(named.length).toBeGreaterThan(8);
  for (const path of named) expect(statSync(join(root, path)).isDirectory()).toBe(path.endsWith("/"));
});

const alerts = p2pAlerts("net") as { alert: string; annotations: { runbook: string } }[];

test.each(alerts.map(({ alert, annotations }) => [alert, annotations.runbook]))(
  "the runbook has a section for %s",
  (alert, at) => {
    const [file = "", anchor = ""] = at.split("#");
    expect(anchors(documentAt(file))).toContain(anchor);
    const sections = documentAt(file).text.split(/^## /m);
    const section = sections.find(text => anchors({ file, text: `## ${text}` })[0] === anchor);
    expect(section).toContain(`**\`${alert}\``);
  },
);

describe("the command to publish anew", () => {
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
    const results: Record<string, unknown> = { bootstrap_getEncodedEnr: enr("10.244.0.7"), bootstrap_getRoutingTable: [] };
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
    for (const file of ["README.md", "docs/runbooks/enr-drift.md"]) {
      const lines = blocks(documentAt(file)).flatMap(({ text }) => text.split("\n"));
      expect(lines).toContain(`${command}'`);
    }
  });
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly default?: unknown;
}

interface Key {
  readonly path: string;
  readonly required: boolean;
  /** A key of one of several forms. */
  readonly choice: boolean;
  readonly default?: unknown;
}

function keysOf(schema: Schema, path = "", choice = false): Key[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const at = path ? `${path}.${name}` : name;
    return [{ path: at, required: !!schema.required?.includes(name), choice, default: child.default }, ...keysOf(child, at)];
  });
  const values = typeof schema.additionalProperties === "object" ? keysOf(schema.additionalProperties, `${path}.*`) : [];
  const forms = schema.anyOf?.flatMap(form => keysOf(form, path, true)) ?? [];
  return [...own, ...values, ...forms, ...(schema.items ? keysOf(schema.items, `${path}[]`) : [])];
}

/** Where a key stands in docs/values.md: what recurs has a section of its own. */
function placeOf(path: string): string {
  return path
    .replace(/^p2p\.(?:bootstrap|nodes)\[\]\.(announce|identity|storage|resources)\./, "$1.")
    .replace(/^(?:sequencer|spike)\.(?:execution)?(storage|resources)\./i, (_, name: string) => `${name.toLowerCase()}.`)
    .replace(/^p2p\.resources\.(?:\w+\.)?/, "resources.")
    .replace(/^(?:p2p|sequencer|spike)\.networkPolicies\.\w+\[\]\./, "endpoint.");
}

describe("docs/values.md", () => {
  const keys = keysOf(valuesJsonSchema() as Schema);
  const rows = tables(documentAt("docs/values.md")).map(({ section, cells: [key = "", text = ""] }) => ({
    path: `${section === "Environment" ? "" : `${section}.`}${key.replaceAll("`", "")}`,
    text: text.replaceAll("`", ""),
  }));

  test("has every key of the schema, once, and no other", () => {
    expect(keys.length).toBeGreaterThan(80);
    expect(rows.map(({ path }) => path).sort()).toEqual([...new Set(keys.map(({ path }) => placeOf(path)))].sort());
  });

  const profiles = ["dev", "prod"].map(name => parse(readFileSync(join(root, "values", "profiles", `${name}.yaml`), "utf8")));
  const supplied = (path: string) =>
    !["p2p", "sequencer", "spike"].includes(path) && // a section is there where the environment has it
    profiles.every(profile => path.split(".").reduce((value, key) => value?.[key], profile) !== undefined);

  test.each(rows)("$path has the default $text", ({ path, text }) => {
    const meant = keys.filter(key => placeOf(key.path) === path);
    const right = meant.some(key => {
      if (key.default !== undefined) return isDeepStrictEqual(parse(text), key.default);
      if (key.required) return text === "required" || (key.choice && text === "choice");
      return text === (supplied(key.path) ? "profile" : "–");
    });
    expect({ path, text, right }).toEqual({ path, text, right: true });
  });
});
