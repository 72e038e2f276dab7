import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { kubectl } from "./driver/kubectl";
import { run } from "./driver/run";

const VERSIONS = {
  kubeconform: "github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0",
  "kube-score": "github.com/zegl/kube-score/cmd/kube-score@v1.20.0",
} as const;

/** The program, built by `go install` once per version. */
export async function analyzer(name: keyof typeof VERSIONS): Promise<string> {
  const module = VERSIONS[name];
  const version = module.slice(module.lastIndexOf("@") + 1);
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "rollup-network-tests",
    `${name}-${version}`,
  );
  const program = join(folder, name);
  if (!existsSync(program)) await run(["env", `GOBIN=${folder}`, "CGO_ENABLED=0", "go", "install", "-p", "2", module]);
  return program;
}

type Schema = Record<string, unknown>;
interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * JSON Schemas of everything that the API server knows, a file a kind, with unknown fields refused. @returns where
 * kubeconform finds them
 */
export async function schemasOf(folder: string): Promise<string> {
  const { definitions } = JSON.parse((await kubectl(["get", "--raw", "/openapi/v2"])).stdout) as {
    definitions: Record<string, Schema>;
  };
  const strict = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, strictly(schema)]));
  mkdirSync(folder, { recursive: true });
  for (const [name, schema] of Object.entries(definitions)) {
    for (const { group, version, kind } of (schema["x-kubernetes-group-version-kind"] as Kind[] | undefined) ?? []) {
      const file = [kind, ...(group ? [group.split(".")[0]] : []), version].join("-").toLowerCase();
      writeFileSync(
        join(folder, `${file}.json`),
        JSON.stringify({ $ref: `#/definitions/${name}`, definitions: strict }),
      );
    }
  }
  return join(folder, "{{ .ResourceKind }}{{ .KindSuffix }}.json");
}

/** Numbers where Kubernetes takes them for strings; no fields that it does not know. */
function strictly(schema: Schema): Schema {
  if (schema.format === "int-or-string") return { anyOf: [{ type: "string" }, { type: "integer" }] };
  if (typeof schema.description === "string" && schema.description.startsWith("Quantity is"))
    return { type: ["string", "number"] };
  const { properties } = schema as { properties?: Record<string, Schema> };
  if (!properties) return schema;
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, strictly(field)]));
  return { ...schema, properties: fields, additionalProperties: false };
}

export interface Finding {
  readonly object: string;
  readonly check: string;
  readonly path: string;
  readonly summary: string;
}

interface Scored {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/** kube-score's grade of what is critical. */
const CRITICAL = 1;

/** What kube-score finds critical in manifests. */
export async function criticalFindings(yaml: string): Promise<Finding[]> {
  const program = await analyzer("kube-score");
  // It ends with 1 when something is critical: what it says is on standard output all the same.
  const command = `"$0" score --output-format json --kubernetes-version v1.34 - || [ $? -eq 1 ]`;
  const scored = JSON.parse((await run(["sh", "-c", command, program], yaml)).stdout) as Scored[];
  return scored.flatMap(({ object_name: object, checks }) =>
    checks
      .filter(({ grade, skipped }) => grade === CRITICAL && !skipped)
      .flatMap(({ check, comments }) =>
        (comments ?? []).map(({ path, summary }) => ({ object, check: check.id, path, summary })),
      ),
  );
}
