import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { devDependencies, peerDependencies, version } from "../../package.json";

const tools = join(__dirname, "..", "..", "tools");

/** What a module of `tools/framework/` says, asked in another process: jest loads no ES modules. */
function ask<T>(module: string, expression: string, env: NodeJS.ProcessEnv = process.env): T {
  const code = `import * as it from ${JSON.stringify(join(tools, "framework", module))};
    console.log(JSON.stringify(await ${expression}))`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    env,
  });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout);
}

const RENAMED: readonly (readonly [string, string])[] = [
  ['import { App } from "cdktf";', 'import { App } from "cdktn";'],
  ['require("cdktf/lib/tokens")', 'require("cdktn/lib/tokens")'],
  ['from "@cdktf/provider-kubernetes/lib/role-v1"', 'from "@cdktn/provider-kubernetes/lib/role-v1"'],
  ['from "cdktf-rollup-network/testing"', 'from "cdktn-rollup-network/testing"'],
  ["npm install ../cdktf-rollup-network-0.1.0.tgz", "npm install ../cdktn-rollup-network-0.1.0.tgz"],
  ["A token of CDKTF; `cdktf init`; CDK for Terraform", "A token of CDKTN; `cdktn init`; CDK Terrain"],
];

/** Names of files and of things in clusters, and lines about both. */
const KEPT = [
  "cdktf.json, /cdktf\\.out/, ~/.cdktf and CDKTF_HOME",
  '"app.kubernetes.io/managed-by": "cdktf-rollup-network"',
  '"cdktf-rollup-network/scripts-checksum": checksum',
  "`@cdktf/${level}`",
  "| framework | `cdktf` 0.21 | `cdktn` 0.24 |",
];

test("names of cdktf become those of cdktn", () => {
  const texts = RENAMED.map(([text]) => text);
  expect(ask("rename.mjs", `it.renamed(${JSON.stringify(texts.join("\n"))})`)).toBe(
    RENAMED.map(([, text]) => text).join("\n"),
  );
});

test("what cdktn calls the same, and what is in clusters, keeps its name", () => {
  const text = KEPT.join("\n");
  expect(ask("rename.mjs", `it.renamed(${JSON.stringify(text)})`)).toBe(text);
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

test("the package for cdktn has the same version, and a peer of cdktn for each of cdktf", () => {
  const manifest = JSON.stringify(JSON.parse(readFileSync(join(tools, "..", "package.json"), "utf8")));
  const own = ask<Manifest>("rename.mjs", `it.renamedManifest(${manifest})`);
  expect([own.name, own.version]).toEqual(["cdktn-rollup-network", version]);
  const names = (all: object) => Object.keys(all).sort();
  expect(names(own.peerDependencies)).toEqual(
    names(peerDependencies)
      .map(name => name.replace(/cdktf/, "cdktn"))
      .sort(),
  );
  expect(names(own.devDependencies)).toEqual(
    names(devDependencies)
      .map(name => name.replace(/cdktf/, "cdktn"))
      .sort(),
  );
  const app = ask<Manifest>("rename.mjs", 'it.renamedManifest({ name: "app", dependencies: { cdktf: "^0.21.0" } })');
  expect(app.dependencies).toEqual({ cdktn: own.peerDependencies.cdktn });
});

test("a Node.js that is new enough is taken, and no other is fetched", () => {
  expect(ask("node.mjs", 'it.nodeFrom("20.0.0", "/nowhere") ?? null')).toBeNull();
});

test("of a release without its last numbers an older Node.js is not taken, and one that npm has is", () => {
  const folder = mkdtempSync(join(tmpdir(), "node-"));
  writeFileSync(join(folder, "npm"), "#!/bin/sh\n", { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const expression = '(console.log = () => {}, it.nodeFrom("99.1", "/made"))';
  expect(ask("node.mjs", expression, env)).toMatch(/^\/made\/node_modules\/node-.*\/bin$/);
  rmSync(folder, { recursive: true });
});

test("a registry on this machine serves what a wheel carries, with its checksum", () => {
  const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "package.json"), '{ "name": "@cdktn/x", "version": "1.0.0" }');
  // pip, and the program that unpacks: `-m pip download …` and `-m zipfile -e …`.
  const tarball = `mkdir -p wheel/_jsii && tar -czf wheel/_jsii/x.tgz -C '${folder}' package`;
  const stub = `#!/bin/sh\nif [ "$2" = pip ]; then : >cdktn_x.whl; else ${tarball}; fi\n`;
  writeFileSync(join(folder, "python3"), stub, { mode: 0o755 });
  const expression = `(async () => {
    const registry = await it.standIn({ "@cdktn/x": ["1.0.0"] }, ${JSON.stringify(folder)});
    const { versions } = await (await fetch(registry.url + "@cdktn%2fx")).json();
    const { name, dist } = versions["1.0.0"];
    const bytes = Buffer.from(await (await fetch(dist.tarball)).arrayBuffer());
    const { createHash } = await import("node:crypto");
    const integrity = "sha512-" + createHash("sha512").update(bytes).digest("base64");
    const unknown = await fetch(registry.url + "@cdktn%2fy");
    registry.close();
    return { name, whole: integrity === dist.integrity, unknown: unknown.status };
  })()`;
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  expect(ask("stand-in.mjs", expression, env)).toEqual({ name: "@cdktn/x", whole: true, unknown: 404 });
  rmSync(folder, { recursive: true });
});

test("fails for a framework that there is not, and builds nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "build-"));
  const { status, stderr } = spawnSync(process.execPath, [join(tools, "build.mjs"), "--framework", "pulumi"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining("--framework pulumi: there is no such framework → give cdktf or cdktn"),
  });
  expect(existsSync(join(folder, "dist"))).toBe(false);
  rmSync(folder, { recursive: true });
});
