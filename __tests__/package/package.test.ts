import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { toManifests } from "../../manifests";
import { devDependencies, name as packageName, peerDependencies } from "../../package.json";
import { Consumer, type Packed, pack, root, versionsIn } from "./consumer";
import { installWith, MANAGERS } from "./managers";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "package-")));
afterAll(() => rmSync(folder, { recursive: true }));

const APPS = readdirSync(join(root, "examples", "apps"), { withFileTypes: true }).filter(entry => entry.isDirectory());
const apps = APPS.map(({ name }) => name).sort();

let packed: Packed;
let app: Consumer;

beforeAll(() => {
  packed = pack(folder);
  app = new Consumer(join(folder, "app"), packed.tarball);
  app.install({}); // an app made by hand that has nothing yet
  cpSync(join(root, "examples", "apps"), join(app.folder, "apps"), {
    recursive: true,
    filter: file => !file.includes("node_modules"),
  });
});

/** What an app writes: the JSON of its only stack. */
function synthesize(name: string): Terraform {
  const below = join("apps", name);
  app.node([join(root, "node_modules", "tsx", "dist", "cli.mjs"), "main.ts"], below);
  return stacks(join(app.folder, below, "cdktf.out"))[0]?.[1] as Terraform;
}

interface Terraform {
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Without the releases of the providers, which are those of the bindings. */
const atAnyRelease = (json: Terraform): object =>
  JSON.parse(JSON.stringify(json, (key, value) => (key === "required_providers" ? undefined : value)));

function stacks(outdir: string): (readonly [name: string, json: object])[] {
  const names = readdirSync(join(outdir, "stacks")).sort();
  return names.map(name => {
    const { "//": _, ...json } = JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8"));
    delete json.terraform.backend; // a local one has a path to the folder that it was run in
    return [name, json] as const;
  });
}

describe("the tarball", () => {
  test("has what the library reads at run time, the command, the documents, and nothing of the tests", () => {
    const wanted = [
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "docs/values.md",
      "dist/cli/main.js",
      "dist/constructs/index.d.ts",
      "dist/testing/index.js",
      "dist/charts/objects/Chart.yaml",
      "dist/values/profiles/prod.yaml",
      "dist/values/values.schema.json",
      ...readdirSync(join(root, "constructs"), { recursive: true, encoding: "utf8" })
        .filter(path => /\/scripts\/[^/]+$/.test(path))
        .map(path => `dist/constructs/${path}`),
      ...["enr-lib.cjs", "chart-lib.cjs", "layout-lib.cjs", "p2p-agent.mjs", "lease-agent.mjs", "gate.mjs"].map(
        file => `dist/bundles/${file}`,
      ),
      ...["enr-lib.cjs", "chart-lib.cjs", "layout-lib.cjs"].map(file => `dist/bundles/${file}.LEGAL.txt`),
    ];
    expect(packed.files).toEqual(
      expect.arrayContaining(wanted.filter(file => !file.endsWith(".ts") || file.endsWith(".d.ts"))),
    );
    expect(
      packed.files.filter(file => !/^(dist|docs)\/|^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(file)),
    ).toEqual([]);
    expect(packed.files.filter(file => /__tests__|\.test\.|\.map$|(?<!\.d)\.ts$|\.secret\./.test(file))).toEqual([]);
  });

  test("says nothing of how the package is made", () => {
    const manifest = JSON.parse(readFileSync(join(app.folder, "node_modules", packageName, "package.json"), "utf8"));
    const about = ["name", "version", "description", "keywords", "license", "type", "engines", "config"];
    const code = ["bin", "main", "types", "exports", "typesVersions", "files", "peerDependencies", "dependencies"];
    expect(Object.keys(manifest)).toEqual([...about, ...code]);
  });

  test("is as large as docs/package.md says", () => {
    const text = readFileSync(join(root, "docs", "package.md"), "utf8");
    const [, size, unpacked, files] = /([\d.]+) MB packed, ([\d.]+) MB unpacked, (\d+) files/.exec(text) ?? [];
    expect(Math.abs(packed.size / 1e6 / Number(size) - 1)).toBeLessThan(0.15);
    expect(Math.abs(packed.unpackedSize / 1e6 / Number(unpacked) - 1)).toBeLessThan(0.15);
    expect(Math.abs(packed.files.length / Number(files) - 1)).toBeLessThan(0.15);
  });

  test("publint and are-the-types-wrong find nothing", () => {
    const found = JSON.parse(app.node([join(__dirname, "../../tools/package/lint.mjs"), packed.tarball]));
    expect(found).toEqual({
      publint: [],
      types: { kind: "included" },
      problems: [],
      entrypoints: [".", "./testing", "./package.json"],
    });
  });
});

describe("an app", () => {
  test.each([packageName, `${packageName}/testing`])("imports %s by name from ESM and from CommonJS", entry => {
    const names =
      "console.log(JSON.stringify(Object.keys(all).filter(name => !['default', 'module.exports', " +
      "'__esModule'].includes(name)).sort()))";
    app.write("esm.mjs", `import * as all from "${entry}"; ${names}`);
    app.write("cjs.cjs", `const all = require("${entry}"); ${names}`);
    const [esm, cjs] = [JSON.parse(app.node(["esm.mjs"])), JSON.parse(app.node(["cjs.cjs"]))];
    expect(cjs).toContain(entry.endsWith("testing") ? "manifestsOf" : "BootstrapNode");
    expect(esm).toEqual(cjs);
  });

  test.each([
    ["node16", "node16", "declarations of all packages included"],
    ["esnext", "bundler", "as bundlers do"],
    ["commonjs", "node10", "as `cdktf init` sets it up"],
  ])("compiles with module %s and moduleResolution %s, %s", (module, moduleResolution) => {
    const use =
      `import { Announce, type Bootnodes } from "${packageName}";\n` +
      `import { manifestsOf } from "${packageName}/testing";\n`;
    const uses = "export const uses = [Announce.podIp().mode satisfies string, manifestsOf, {} as Bootnodes];\n";
    for (const file of ["use.mts", "use.cts"]) app.write(file, use + uses);
    const compilerOptions = {
      ...{ module, moduleResolution, target: "ES2022", strict: true, noEmit: true, skipLibCheck: module !== "node16" },
      ...{ types: ["node"], typeRoots: [join(root, "node_modules", "@types")] },
    };
    app.write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["apps/*/*.ts", "use.*"] }));
    app.node([join(root, "node_modules", "typescript", "bin", "tsc")]);
  });

  test("rollup-network is installed, and writes what the sources write", async () => {
    const { synthesize } = await import("../../stacks/app.js");
    const { loadEnvironments } = await import("../../values/load/load.js");
    for (const dir of [join(root, "values"), join(root, "examples", "sequencer")]) {
      const below = mkdtempSync(join(app.folder, "values-"));
      app.node([join(app.folder, "node_modules", ".bin", "rollup-network"), "synth", "--values", dir], basename(below));
      const outdir = mkdtempSync(join(folder, "sources-"));
      synthesize(loadEnvironments({ dir }), () => undefined, { outdir });
      expect(stacks(join(below, "cdktf.out"))).toEqual(stacks(outdir));
    }
  });

  test("without a peer is told its name, and the command that installs it", () => {
    const [name] = Object.keys(peerDependencies).filter(each => each.includes("kubernetes"));
    const [there, away] = [join(app.folder, "node_modules", name as string), join(folder, "away")];
    renameSync(there, away);
    try {
      const command = join(app.folder, "node_modules", ".bin", "rollup-network");
      const values = join(root, "values");
      expect(() => app.node([command, "synth", "--values", values])).toThrow(
        `the package ${name} is not installed, which this one needs → npm install '`,
      );
    } finally {
      renameSync(away, there);
    }
  });
});

test.each(MANAGERS)(
  "$manager installs it with its peers, and the command writes what it writes with npm",
  tool => {
    const installed = installWith(tool, folder, packed.tarball);
    const outdir = mkdtempSync(join(app.folder, "npm-"));
    const command = join(app.folder, "node_modules", ".bin", "rollup-network");
    app.node([command, "synth", "--values", join(root, "values")], basename(outdir));
    expect(stacks(join(installed, "cdktf.out"))).toEqual(stacks(join(outdir, "cdktf.out")));
  },
  600_000,
);

describe("examples/apps", () => {
  test.each(apps)("%s has the dependencies that the package wants, and the tools it is tested with", name => {
    const manifest = JSON.parse(readFileSync(join(root, "examples", "apps", name, "package.json"), "utf8"));
    expect(manifest.dependencies).toEqual({
      ...peerDependencies,
      [packageName]: `file:${packageName}.tgz`,
    });
    const tools = ["@types/node", "tsx", "typescript"] as const;
    expect(manifest.devDependencies).toEqual(Object.fromEntries(tools.map(tool => [tool, devDependencies[tool]])));
  });

  const written = new Map<string, Terraform>();
  beforeAll(() => {
    for (const name of apps) written.set(name, synthesize(name));
  });
  const objects = (name: string) => toManifests(written.get(name) as Terraform).objects;
  const specOf = (name: string, wanted: string) =>
    objects(name).find(({ kind, metadata }) => `${kind}/${metadata.name}` === wanted)?.spec;

  test("bootstrap: two replicas, each with an address of its own", () => {
    const names = objects("bootstrap").map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual(
      expect.arrayContaining(["Namespace/p2p", "Service/boot-p2p", "Service/boot-1-p2p", "ConfigMap/boot-enr"]),
    );
    expect(specOf("bootstrap", "StatefulSet/boot")).toMatchObject({ replicas: 2, serviceName: "boot-headless" });
  });

  test("raft-sequencer: three members and the proxy", () => {
    expect(specOf("raft-sequencer", "StatefulSet/seq")).toMatchObject({ replicas: 3, podManagementPolicy: "Parallel" });
    expect(specOf("raft-sequencer", "Deployment/seq-proxy")).toMatchObject({ replicas: 2 });
  });

  test("own-bootnodes: the node waits for the records of the app's own construct, and asks a URL besides", () => {
    const { resource } = written.get("own-bootnodes") as Terraform;
    const env = JSON.stringify(resource.kubernetes_deployment_v1);
    expect(env).toContain('"config_map_key_ref":{"key":"boot-1","name":"${kubernetes_config_map_v1.Partner_Enrs');
    expect(env).toContain("https://boot.example.org");
    const data = Object.values(resource.kubernetes_config_map_v1 ?? {}).map(map =>
      Object.keys((map as { data: object }).data),
    );
    expect(data).toContainEqual(["boot-0", "boot-1"]);
  });

  test("an app with the lowest version of each peer keeps them, and writes the same as with the newest", () => {
    const ends = Object.entries(peerDependencies).map(([name, range]) => [name, versionsIn(name, range)] as const);
    const end = (at: 0 | -1) => Object.fromEntries(ends.map(([name, versions]) => [name, versions.at(at) as string]));
    const installed = () => Object.fromEntries(ends.map(([name]) => [name, app.installed(name)]));
    expect(installed()).toEqual(end(-1));
    app.install(end(0));
    expect(installed()).toEqual(end(0));
    for (const name of apps)
      expect(atAnyRelease(synthesize(name))).toEqual(atAnyRelease(written.get(name) as Terraform));
  });
});
