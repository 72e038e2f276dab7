import { parse } from "yaml";

/** The content of a Secret's manifest, `data` decoded. */
export function secretData(text: string, file: string): Readonly<Record<string, string>> {
  const { kind, data, stringData, sops } = parseObject(text, file);
  if (sops) throw new Error(`${file} is encrypted: decrypt it first, with sops decrypt`);
  if (kind !== "Secret") throw new Error(`${file} is not a Secret: its kind is ${JSON.stringify(kind ?? null)}`);
  const decoded = Object.entries(data ?? {}).map(([key, value]) => [
    key,
    Buffer.from(String(value), "base64").toString(),
  ]);
  return { ...Object.fromEntries(decoded), ...stringData };
}

interface Manifest {
  readonly kind?: unknown;
  readonly data?: Record<string, unknown>;
  readonly stringData?: Record<string, string>;
  readonly sops?: unknown;
}

function parseObject(text: string, file: string): Manifest {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new Error(`${file} is not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}
