import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { escapeTerraform } from "./framework/escape";
import { ConfigMapV1 } from "./framework/provider";
import { Construct, Fn } from "./framework/terraform";
import { isToken, shortDigest } from "./framework/tokens";

/** Where a program of `agents/` is once `npm run prepare` has bundled it. */
export function bundled(program: string): string {
  return join(__dirname, "../../bundles", program);
}

/** By path: every pod of an app mounts the same few. */
const texts = new Map<string, string>();

function textOf(path: string): string {
  let text = texts.get(path);
  if (text === undefined) {
    try {
      text = readFileSync(path, "utf8");
    } catch {
      throw new Error(`${path} is missing: run "npm run prepare", which bundles the programs that run in pods`);
    }
    texts.set(path, text);
  }
  return text;
}

export interface ScriptsProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Paths of files that run inside the container: shell and preloads as they stand, programs as `bundled`. */
  readonly files: readonly string[];
  /** Further files, made for this pod, by name; `${` in them is Terraform's. @default {} */
  readonly texts?: Readonly<Record<string, string>>;
  /** Further files that are no text, in base64. @default {} */
  readonly binary?: Readonly<Record<string, string>>;
}

/**
 * A ConfigMap of the scripts and generated files a pod mounts. Its checksum belongs on the pod template, so that a
 * changed script rolls the pods.
 */
export class Scripts extends Construct {
  /** Where pods mount it. */
  static readonly MOUNT_PATH = "/scripts";

  readonly configMap: ConfigMapV1;
  /** First 16 hex digits of the SHA-256 over names and contents; Terraform computes it where they have tokens. */
  readonly checksum: string;

  constructor(scope: Construct, id: string, props: ScriptsProps) {
    super(scope, id);
    const files = props.files.map(path => [basename(path), textOf(path)] as const);
    const made = Object.entries(props.texts ?? {});
    const binary = Object.entries(props.binary ?? {});
    this.configMap = new ConfigMapV1(this, "Resource", {
      metadata: { name: props.name, namespace: props.namespace, labels: props.labels },
      data: Object.fromEntries([...files.map(([name, text]) => [name, escapeTerraform(text)]), ...made]),
      ...(binary.length > 0 && { binaryData: Object.fromEntries(binary) }),
    });
    const data = JSON.stringify([...files, ...made, ...binary]);
    this.checksum = shortDigest(isToken(data) ? Fn.jsonencode(this.configMap.data) : data);
  }
}
