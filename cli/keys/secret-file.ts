import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { uninterrupted } from "../interrupted";
import { orNameAnother } from "../output";

export interface Secret {
  readonly name: string;
  /** @default - the namespace that kubectl is set to */
  readonly namespace?: string;
  readonly type: "Opaque" | "kubernetes.io/tls";
  readonly data: Readonly<Record<string, string>>;
}

export interface NewFile {
  readonly file: string;
  readonly content: string;
  /** Option by which another file is named. */
  readonly option: "--out" | "--ca-out";
}

export function secretManifest({ name, namespace, type, data }: Secret): string {
  const metadata = namespace ? { name, namespace } : { name };
  return toYaml({ apiVersion: "v1", kind: "Secret", metadata, type, stringData: data });
}

/** Writes the Secret to a file, or to stdout for "-". The values go to stdout, or to stderr if the Secret is there. */
export function handOver(secret: Secret, values: object, file: string): void {
  const manifest = secretManifest(secret);
  if (file === "-") {
    process.stdout.write(manifest);
    process.stderr.write(toYaml(values));
    return;
  }
  writeNew([{ file, content: manifest, option: "--out" }]);
  process.stdout.write(toYaml(values));
  process.stderr.write(
    `${file} holds private keys: apply it with kubectl or encrypt it, and do not commit it as it is\n`,
  );
}

/** Writes all files or none, Ctrl-C or not. Keys are never overwritten: the file may be the only copy. */
export function writeNew(files: readonly NewFile[]): void {
  const written: string[] = [];
  uninterrupted(() => {
    try {
      for (const { file, content, option } of files) {
        orNameAnother(file, "file", option, () => {
          const descriptor = openNew(file);
          written.push(file);
          try {
            writeFileSync(descriptor, content);
          } finally {
            closeSync(descriptor);
          }
        });
      }
    } catch (error) {
      for (const file of written) rmSync(file, { force: true });
      throw error;
    }
  });
}

function openNew(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error("it exists, and may hold keys in use");
  }
}

function toYaml(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
