import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import { type Deployed, IMAGES, type Suite } from "../../__tests__/cluster/suites";
import type { StackManifests } from "../../manifests/objects";

/** Where a suite's inputs come from. */
export interface Sources {
  readonly root: string;
  /** A file's content, by its path from the root. */
  readonly read: (file: string) => string;
  readonly render: (deployed: Deployed) => StackManifests;
  /** Release of a program of this machine. */
  readonly release: (program: string) => string;
}

/** What a suite's result depends on, each with a digest: code, files, images, manifests and releases. */
export type Digests = Readonly<Record<string, string>>;

/**
 * What these modules make is in the digests of manifests, so that a suite depends on what is deployed and not on how
 * that is made. Values and the commands that render them end here, unless a suite names them.
 */
const RENDERERS = ["cli/manifests.ts", "values/load/load.ts"];
const TESTS = "__tests__/cluster";

export async function digestsOf(suite: Suite, sources: Sources): Promise<Digests> {
  const { deploys = [], images = [], files = [] } = suite;
  const { code, packages, bundles } = await codeOf(suite, sources);
  const read = filesOf(files, sources);
  const programs = images.flatMap(image => IMAGES[image].programs);
  return Object.fromEntries([
    ["code", digest(code)],
    ["files", digest({ ...read, ...filesOf(bundles, sources) })],
    ...images.map(image => [`image ${image}`, digest(filesOf(IMAGES[image].files, sources))]),
    ...deploys.map(deployed => [`manifests ${nameOf(deployed)}`, digest(sources.render(deployed))]),
    ["packages", digest(lockedPackages(packages, sources))],
    ...["node", ...programs].map(program => [program, sources.release(program)]),
  ]);
}

/** The inputs that are not as they were. */
export function changed(before: Digests, now: Digests): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter(name => before[name] !== now[name]);
}

const nameOf = (deployed: Deployed) =>
  "dir" in deployed ? `${deployed.name}-${deployed.section}` : deployed.namespace;

function digest(content: unknown): string {
  return createHash("sha256")
    .update(typeof content === "string" ? content : JSON.stringify(content))
    .digest("hex")
    .slice(0, 16);
}

/**
 * The suite with all that it imports, as one program: without types, comments and what nobody calls, so that these
 * move no digest. The commands that it runs and jest's configuration are programs beside it.
 */
export async function codeOf({ name, commands = [] }: Suite, sources: Sources) {
  const test = `${TESTS}/${name}.test.ts`;
  const entries = [test, ...commands, "jest.cluster.config.js"];
  const made = await Promise.all(entries.map(entry => program(entry, commands, sources)));
  const external = [...new Set(made.flatMap(({ imports }) => imports))].sort();
  return {
    code: Object.fromEntries(made.map(({ text }, i) => [entries[i], text])),
    bundles: external.filter(path => path.startsWith("bundles/")),
    packages: external.filter(path => !path.startsWith("node:") && !/^(bundles|cli|values)\//.test(path)),
  };
}

async function program(entry: string, commands: readonly string[], sources: Sources) {
  const built = await build({
    absWorkingDir: sources.root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "silent",
    plugins: [ends(commands, sources), injected(sources)],
  });
  const [output] = Object.values(built.metafile.outputs);
  const imports = output?.imports.filter(({ external }) => external).map(({ path }) => path) ?? [];
  return { text: built.outputFiles[0]?.text ?? "", imports };
}

/** Leaves out renderers, which are digested by what they make, and bundles, which are files. */
function ends(commands: readonly string[], { root }: Sources): Plugin {
  return {
    name: "ends",
    setup(bundler) {
      bundler.onResolve({ filter: /^\./ }, async ({ path: asked, pluginData, resolveDir, kind }) => {
        if (pluginData === "resolved" || kind === "entry-point") return undefined;
        const { path } = await bundler.resolve(asked, { resolveDir, kind, pluginData: "resolved" });
        const file = relative(root, path);
        const rendered = RENDERERS.includes(file) && !commands.includes(file);
        return rendered || file.startsWith("bundles/") ? { path: file, external: true } : undefined;
      });
    },
  };
}

function injected({ root, read }: Sources): Plugin {
  return {
    name: "injected",
    setup(bundler) {
      bundler.onLoad({ filter: /\.[jt]s$/ }, ({ path }) => ({
        contents: read(relative(root, path)),
        loader: path.endsWith(".ts") ? "ts" : "js",
      }));
    },
  };
}

/** Contents by path; of a folder all that is in it, but for documents. */
function filesOf(paths: readonly string[], sources: Sources): Readonly<Record<string, string>> {
  const files = paths.flatMap(path => {
    const at = join(sources.root, path);
    if (!existsSync(at)) throw new Error(`there is no ${path}, which a suite names among its inputs`);
    if (!statSync(at).isDirectory()) return [path];
    return readdirSync(at, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.name.endsWith(".md"))
      .map(entry => relative(sources.root, join(entry.parentPath, entry.name)))
      .filter(file => !file.includes("node_modules/"));
  });
  return Object.fromEntries(files.sort().map(file => [file, sources.read(file)]));
}

interface Locked {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The packages behind imports, with those that they depend on, as the lock file has them. */
function lockedPackages(imports: readonly string[], { read }: Sources): Readonly<Record<string, string>> {
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Readonly<Record<string, Locked>> };
  const found = new Map<string, string>();
  const add = (name: string, from: string): void => {
    // A package is looked for beside its user first, and then further out.
    let folder = from;
    while (folder && !packages[`${folder}/node_modules/${name}`])
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
    const path = folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`;
    const locked = packages[path];
    if (!locked || found.has(path)) return;
    found.set(path, locked.version);
    for (const dependency of Object.keys(locked.dependencies ?? {})) add(dependency, path);
  };
  for (const path of imports) add(/^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path, "");
  return Object.fromEntries([...found].sort());
}
