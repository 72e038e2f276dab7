import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { name as packageName, peerDependencies } from "../../package.json";
import { npm, run } from "./consumer";

interface Manager {
  /** Its package, at one release. */
  readonly manager: string;
  readonly bin: string;
  /** The Node.js that it asks for, where the project asks for an older one. */
  readonly node?: number;
  /** `.yarnrc.yml` */
  readonly settings?: string;
}

/** Where `CI` is set, Yarn 4 wants a lock file, which a new app does not have. */
const YARN_4 = "nodeLinker: node-modules\nenableScripts: false\nenableImmutableInstalls: false\n";

/** What installs the package, beside the npm of the machine. */
export const MANAGERS: readonly Manager[] = [
  { manager: "npm@11.21.2", bin: "npm" },
  { manager: "pnpm@10.34.9", bin: "pnpm" },
  { manager: "pnpm@11.28.10", bin: "pnpm", node: 22 },
  { manager: "yarn@1.22.22", bin: "yarn" },
  { manager: "@yarnpkg/cli-dist@4.18.1", bin: "yarn", settings: YARN_4 },
];

/** The registry that stands in where npm's does not serve the bindings (tools/framework/test.mjs). */
const { STAND_IN } = process.env;
const YARN_4_STAND_IN = [
  `npmScopes: { cdktn: { npmRegistryServer: "${STAND_IN}" } }`,
  "unsafeHttpWhitelist: [127.0.0.1]",
].join("\n");

/** Installs the tarball and its peers into an empty app, and runs the command in it; returns the app's folder. */
export function installWith({ manager, bin, node, settings }: Manager, folder: string, tarball: string): string {
  const tools = join(folder, manager.replaceAll(/\W+/g, "-"));
  const runtime = `node-${process.platform}-${process.arch}`;
  const runtimes = node === undefined ? [] : [`${runtime}@${node}`];
  npm(folder, "install", "--prefix", tools, "--ignore-scripts", "--no-audit", "--no-fund", manager, ...runtimes);
  const modules = join(tools, "node_modules");
  const path = [...runtimes.map(() => join(modules, runtime, "bin")), join(modules, ".bin"), process.env.PATH];
  // Yarn 1 would take a package of the same version from its cache, where an earlier run has left another one.
  const env = { PATH: path.join(delimiter), YARN_CACHE_FOLDER: join(tools, "cache") };
  const app = `${tools}-app`; // beside it: a package.json above would be the project
  mkdirSync(app);
  const dependencies = { [packageName]: `file:${tarball}`, ...peerDependencies };
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true, dependencies }));
  if (STAND_IN) writeFileSync(join(app, ".npmrc"), `@cdktn:registry=${STAND_IN}\n`);
  if (settings) writeFileSync(join(app, ".yarnrc.yml"), settings + (STAND_IN ? YARN_4_STAND_IN : ""));
  run(app, bin, ["install"], env);
  run(
    app,
    join(app, "node_modules", ".bin", "rollup-network"),
    ["synth", "--values", join(__dirname, "../../values")],
    env,
  );
  return app;
}
