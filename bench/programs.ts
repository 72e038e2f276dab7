import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { environmentNames, environmentValues } from "./environments";
import type { Program } from "./measure";

const ROOT = dirname(__dirname);
const script = (file: string, ...args: string[]) => [process.execPath, "-r", "./tools/ts.cjs", file, ...args];

const ours = (n: number): Program => ({ name: `constructs, ${n}`, command: () => script("bench/ours.ts", String(n)) });
const raw = (n: number): Program => ({ name: `raw classes, ${n}`, command: () => script("bench/raw.ts", String(n)) });
const cdk8s = (n: number): Program => ({
  name: `cdk8s-plus, ${n}`,
  command: out => [process.execPath, "bench/cdk8s/main.cjs", String(n), out],
});

export type Side = (environments: number) => Program;
export const SYNTHESIS: Readonly<Record<string, Side>> = { "our constructs": ours, "raw provider classes": raw };

/** What else makes the objects of an environment, where it is installed; and what is missing, with the way to it. */
export function others(folder: string): {
  readonly sides: Readonly<Record<string, Side>>;
  readonly missing: readonly string[];
} {
  const hasCdk8s = existsSync(join(__dirname, "cdk8s/node_modules/cdk8s"));
  const hasHelm = installed("helm");
  return {
    sides: { ...(hasCdk8s && { "cdk8s-plus": cdk8s }), ...(hasHelm && { "helm template": helm(chart(folder)) }) },
    missing: [
      ...(hasCdk8s ? [] : ["cdk8s-plus: npm ci --prefix bench/cdk8s"]),
      ...(hasHelm ? [] : ["helm: go install helm.sh/helm/v3/cmd/helm@v3.19.0, and GOBIN on the PATH"]),
    ],
  };
}

function installed(program: string): boolean {
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const helm =
  (chart: string): Side =>
  n => ({
    name: `helm template, ${n}`,
    command: () => ["helm", "template", "bench", chart, "--set", `environments=${n}`],
  });

/** The chart with the scripts in it, since Helm reads no file outside of a chart. */
function chart(folder: string): string {
  const copy = join(folder, "chart");
  cpSync(join(__dirname, "chart"), copy, { recursive: true });
  const common = ["constructs/p2p/scripts/start-node.sh", "constructs/p2p/scripts/announce-address.sh"];
  const files = {
    bootstrap: [...common, "constructs/p2p/scripts/pin-enr.mjs", "bundles/p2p-agent.mjs"],
    joining: [...common, "constructs/p2p/scripts/check-synced.sh"],
  };
  for (const [role, paths] of Object.entries(files)) {
    mkdirSync(join(copy, "files", role), { recursive: true });
    for (const path of paths) cpSync(join(ROOT, path), join(copy, "files", role, path.replace(/^.*\//, "")));
  }
  return copy;
}

/** A folder of values for N environments, and every command that needs no cluster. A review sees one replica more. */
export function commands(folder: string, environments: number): Program[] {
  const dir = join(folder, `values-${environments}`);
  mkdirSync(dir);
  for (const name of environmentNames(environments))
    writeFileSync(join(dir, `${name}.yaml`), stringify(environmentValues(name)));
  const command = (name: string, ...args: string[]): Program => ({
    name,
    command: () => script("cli/main.ts", ...args),
  });
  const values = ["--values", dir];
  const of = (name: string, ...more: string[]) => command(`${name} bench-0`, name, "bench-0", ...values, ...more);
  const base = join(folder, `base-${environments}`);
  execFileSync(process.execPath, script("cli/main.ts", "manifests", "bench-0", ...values, "--out", base).slice(1), {
    cwd: ROOT,
  });
  const review = ["--base", base, "--set", "p2p.nodes[0].replicas=3"];
  return [
    command("synth", "synth", ...values),
    of("synth"),
    of("manifests"),
    of("values"),
    command("lint", "lint", ...values),
    of("lint"),
    of("report", "--out", "-"),
    of("preview", ...review),
    of("guard", ...review),
  ];
}

const keys = (kind: string, options: string): Program => ({
  name: `keys ${kind}`,
  command: () => script("cli/main.ts", "keys", kind, ...options.split(" "), "--out", "-"),
});

/** Commands that read no values: little more than the start of the program. */
export const STARTS: readonly Program[] = [
  { name: "--help", command: () => script("cli/main.ts", "--help") },
  { name: "schema", command: () => script("cli/main.ts", "schema") },
  keys("bootstrap", "--l1-chain-id 1 --port 40400 --address 10.96.7.7"),
  keys("sequencer", "--members 3"),
];

/** Only the framework and the provider classes, loaded as every program of the package does. */
export const LOADING: Program = { name: "loading the framework", command: () => script("bench/load.ts") };

/** Type-checking an app that uses the package, and one that uses the same provider classes without it. */
export function typeChecks(folder: string): [Program, Program] {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const declarations = join(folder, "declarations");
  const build = [tsc, "-p", join(ROOT, "tsconfig.build.json"), "--emitDeclarationOnly", "--outDir", declarations];
  execFileSync(process.execPath, build, { cwd: ROOT });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const check = (name: string, source: string): Program => {
    const dir = join(folder, name);
    mkdirSync(dir);
    writeFileSync(join(dir, "main.ts"), source);
    const compilerOptions = {
      target: "es2022",
      module: "node16",
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
    };
    const paths = { "cdktf-rollup-network": [join(declarations, "constructs/index.d.ts")] };
    writeFileSync(
      join(dir, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...compilerOptions, paths }, files: ["main.ts"] }),
    );
    return { name: `types of an app ${name}`, command: () => [process.execPath, tsc, "-p", dir] };
  };
  return [check("with the package", `${WITH}${CLASSES}`), check("without it", CLASSES)];
}

const WITH = `import { Announce, aztec, BootstrapNode, FullNode, Identity } from "cdktf-rollup-network";
export const ours = [Announce, aztec, BootstrapNode, FullNode, Identity];
`;
const CLASSES = `import { App, TerraformStack } from "cdktf";
import { Release } from "@cdktf/provider-helm/lib/release";
${[
  "config-map-v1",
  "deployment-v1",
  "job-v1",
  "namespace-v1",
  "network-policy-v1",
  "pod-disruption-budget-v1",
  "priority-class-v1",
]
  .concat(["provider", "role-binding-v1", "role-v1", "service-account-v1", "service-v1", "stateful-set-v1"])
  .map((file, i) => `import * as c${i} from "@cdktf/provider-kubernetes/lib/${file}";\nexport const e${i} = c${i};`)
  .join("\n")}
export const classes = [App, TerraformStack, Release];
`;
