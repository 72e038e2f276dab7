import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeTerraform } from "./escape";
import { ConfigMapV1 } from "./kubernetes";
import { Construct } from "./terraform";

/** A file that runs inside containers: shell and preloads as they stand beside this file, programs as `npm run prepare` bundles them. */
const FOLDERS = {
  "start-node.sh": "scripts",
  "announce-address.sh": "scripts",
  "check-synced.sh": "scripts",
  "pin-enr.mjs": "scripts",
  "p2p-agent.mjs": "../bundles",
  "start-sequencer.sh": "scripts",
  "follow-lease.sh": "scripts",
  "lease-agent.mjs": "../bundles",
  "gate.mjs": "../bundles",
  "start-mesh.sh": "scripts",
  "mesh.lua": "scripts",
  "proxy.lua": "scripts",
} as const;

export type ScriptName = keyof typeof FOLDERS;

const texts = new Map<ScriptName, string>();

function textOf(name: ScriptName): string {
  let text = texts.get(name);
  if (text === undefined) {
    const path = join(__dirname, FOLDERS[name], name);
    try {
      text = readFileSync(path, "utf8");
    } catch {
      throw new Error(`${path} is missing: run "npm run prepare", which bundles the programs that run in pods`);
    }
    texts.set(name, text);
  }
  return text;
}

export interface ScriptsProps {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly files: readonly ScriptName[];
  /** Further files, made for this pod, by name; `${` in them is Terraform's. @default {} */
  readonly texts?: Readonly<Record<string, string>>;
}

/** A ConfigMap of the scripts and generated files a pod mounts. Its checksum belongs on the pod template, so that a changed script rolls the pods. */
export class Scripts extends Construct {
  /** Where pods mount it. */
  static readonly MOUNT_PATH = "/scripts";

  readonly configMap: ConfigMapV1;
  /** First 16 hex digits of the SHA-256 over names and contents. */
  readonly checksum: string;

  constructor(scope: Construct, id: string, props: ScriptsProps) {
    super(scope, id);
    const files = props.files.map(name => [name, textOf(name)] as const);
    const made = Object.entries(props.texts ?? {});
    this.checksum = createHash("sha256")
      .update(JSON.stringify([...files, ...made]))
      .digest("hex")
      .slice(0, 16);
    this.configMap = new ConfigMapV1(this, "Resource", {
      metadata: { name: props.name, namespace: props.namespace, labels: props.labels },
      data: Object.fromEntries([...files.map(([name, text]) => [name, escapeTerraform(text)]), ...made]),
    });
  }
}
