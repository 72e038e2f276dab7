import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { name as packageName } from "../../package.json";
import { blocks, guides, root } from "./markdown";

const snippets = guides()
  .flatMap(blocks)
  .filter(({ language }) => language === "ts");

const folder = mkdtempSync(join(tmpdir(), "snippets-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a reader's import resolves to here. */
const sources: Readonly<Record<string, string>> = {
  [packageName]: "constructs/index.ts",
  [`${packageName}/testing`]: "testing/index.ts",
};

/** Runs a snippet as a module. A `test` in it is run at once. */
function run(code: string): void {
  const module = { exports: {} };
  const load = (name: string) => require(sources[name] ? join(root, sources[name]) : name);
  const test = (_: string, body: () => void) => body();
  new Function("require", "module", "exports", "test", "expect", code)(load, module, module.exports, test, expect);
}

/** All snippets in one program, against the sources: the framework's declarations are read once. */
function typeErrors(): string {
  const texts = new Map(snippets.map(({ text, place }, i) => [join(root, `snippet-${i}.ts`), `// ${place}\n${text}`]));
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: [...texts.keys()] },
    ts.sys,
    root,
  ).options;
  const paths = Object.fromEntries(Object.entries(sources).map(([name, file]) => [name, [`./${file}`]]));
  const options: ts.CompilerOptions = { ...parsed, paths, noEmit: true };
  const host = ts.createCompilerHost(options);
  // As tsc does: the providers' declarations are mostly comments.
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeErrors;
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = file => texts.has(file) || fileExists(file);
  host.readFile = file => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const diagnostics = [...texts.keys()].flatMap(file => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return ts.formatDiagnostics(diagnostics, host);
}

test("the snippets compile against the sources", () => {
  expect(snippets.length).toBeGreaterThan(0);
  expect(typeErrors()).toBe("");
}, 20_000);

test.each(snippets.map(({ place, text }) => [place, text]))("%s runs", (_, text) => {
  const home = process.cwd();
  process.chdir(folder);
  try {
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    run(outputText);
  } finally {
    process.chdir(home);
  }
});

test("the app of the README writes what it says, with its override", () => {
  const terraform = JSON.parse(readFileSync(join(folder, "cdktf.out", "stacks", "network", "cdk.tf.json"), "utf8"));
  const [statefulSet] = Object.values<{ spec: object }>(terraform.resource.kubernetes_stateful_set_v1);
  expect(statefulSet?.spec).toMatchObject({ template: { spec: { priority_class_name: "network-edge" } } });
  const [deployment] = Object.values<{ metadata: object; spec: object }>(terraform.resource.kubernetes_deployment_v1);
  expect(deployment).toMatchObject({ metadata: { name: "full" }, spec: { replicas: "2" } });
});

test("tokens are references in what Terraform reads", () => {
  const { resource } = JSON.parse(readFileSync(join(folder, "cdktf.out", "stacks", "tokens", "cdk.tf.json"), "utf8"));
  const [deployment] = Object.values<{ metadata: object; spec: object }>(resource.kubernetes_deployment_v1);
  expect(deployment?.metadata).toMatchObject({ namespace: "${var.namespace}" });
  expect(deployment?.spec).toMatchObject({ template: { spec: { container: [{ image: "${var.image}" }] } } });
});

test("the recipes write what they say", () => {
  const { moved, resource } = JSON.parse(
    readFileSync(join(folder, "cdktf.out", "stacks", "moved", "cdk.tf.json"), "utf8"),
  );
  const count = Object.values<object>(resource).flatMap(Object.keys).length;
  expect(moved).toHaveLength(count);
  expect(moved).toContainEqual({
    from: expect.stringMatching(/^kubernetes_stateful_set_v1\.Boot_Workload_/),
    to: expect.stringMatching(/^kubernetes_stateful_set_v1\.Europe_Boot_Workload_/),
  });
  const text = readFileSync(join(folder, "cdktf.out", "stacks", "fork", "cdk.tf.json"), "utf8");
  expect(text).toContain('"/app/bin/index.js"');
  expect(text).toContain("/app/node_modules/@nethermindeth/discv5/lib/config/index.js");
});
