import { parse } from "yaml";
import { type Context, convertBlock } from "./convert";
import { type Block, refused } from "./fields/field";
import { metaArguments } from "./fields/kinds";
import { isObject, type JsonObject } from "./json";

/** A chart that Terraform installs. Only the chart knows its objects. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace?: string;
  readonly chart: string;
  readonly repository?: string;
  readonly version?: string;
  /** All values files, parsed and merged as Helm does it. */
  readonly values: unknown;
  /** The resource in Terraform, `helm_release.X`. */
  readonly address: string;
}

const elsewhere = refused("the view reads `values` alone: give it there");
const rewritten = refused("the chart's objects would not be those of the chart");
const credential = refused("no secret goes through Terraform");

const release: Block = {
  ...metaArguments,
  name: "string",
  namespace: { shape: "string", default: "default" },
  chart: "string",
  repository: "string",
  version: "string",
  values: { list: "string" },
  set: elsewhere,
  set_list: elsewhere,
  set_sensitive: elsewhere,
  set_wo: elsewhere,
  set_wo_revision: elsewhere,
  create_namespace: "bool",
  postrender: rewritten,
  reset_values: rewritten,
  reuse_values: rewritten,
  repository_password: credential,
  repository_username: credential,
  atomic: "ignored",
  cleanup_on_fail: "ignored",
  dependency_update: "ignored",
  description: "ignored",
  devel: "ignored",
  disable_crd_hooks: "ignored",
  disable_openapi_validation: "ignored",
  disable_webhooks: "ignored",
  force_update: "ignored",
  keyring: "ignored",
  lint: "ignored",
  max_history: "ignored",
  pass_credentials: "ignored",
  recreate_pods: "ignored",
  render_subchart_notes: "ignored",
  replace: "ignored",
  repository_ca_file: "ignored",
  repository_cert_file: "ignored",
  repository_key_file: "ignored",
  skip_crds: "ignored",
  take_ownership: "ignored",
  timeout: "ignored",
  timeouts: "ignored",
  upgrade_install: "ignored",
  verify: "ignored",
  wait: "ignored",
  wait_for_jobs: "ignored",
};

export function convertRelease(raw: unknown, address: string, context: Context): HelmRelease {
  const { values = [], createNamespace, ...fields } = convertBlock(raw, release, "", context);
  if (createNamespace)
    context.problem("create_namespace", "make it a Namespace of the stack, where its labels are seen");
  for (const name of ["name", "chart"]) {
    if (fields[name] === undefined) context.problem(name, "is missing");
  }
  const files = (values as string[]).map((text, i) => parseValues(text, `values[${i}]`, context));
  return { ...(fields as unknown as HelmRelease), values: files.reduce(merge, {}), address };
}

/** Helm reads YAML 1.1, where `on` is a boolean, but keeps dates as text. */
function parseValues(text: string, path: string, context: Context): JsonObject {
  try {
    const values: unknown = parse(text, {
      schema: "yaml-1.1",
      customTags: tags => tags.filter(tag => typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:timestamp"),
    });
    if (isObject(values)) return values;
    if (values !== null) context.problem(path, "must be a YAML map");
  } catch (error) {
    context.problem(path, `is no YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  return {};
}

/** Maps merge, everything else is replaced. */
function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return merged;
}
