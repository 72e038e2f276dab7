import { dirname, join } from "node:path";
import { isTokenText } from "../../constructs/kubernetes/framework/token-text";
import type { EnvironmentValues } from "../schema/environment";
import { sectionsOf } from "../schema/sections";
import { type Finding, finding, type Path, type Place } from "./finding";
import { readText, type UnreadableFile } from "./text-file";

/** The files that an environment names beside its own, such as a genesis: their texts by the name they have there. */
export interface NamedFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/** Reads them, relative to the environment's own file. */
export function readNamedFiles(values: EnvironmentValues, file: string, locate: (path: Path) => Place): NamedFiles {
  const files = new Map<string, string>();
  const findings = namedFiles(values).flatMap(({ name, path }) => {
    const at = join(dirname(file), name);
    try {
      const text = readText(at);
      files.set(name, text);
      if (!isTokenText(text)) return [];
      return [finding(locate(path), path, `${at} holds what looks like a token of CDKTF`, "write it differently")];
    } catch (error) {
      const { message, remedy = "name the right file: paths are relative to the environment's file" } =
        error as UnreadableFile;
      return [finding(locate(path), path, `${at} ${message}`, remedy)];
    }
  });
  return { files, findings };
}

function namedFiles(values: EnvironmentValues): { name: string; path: Path }[] {
  return sectionsOf(values).flatMap(({ name: key, section, values }) =>
    (section.files?.(values) ?? []).map(({ name, path }) => ({ name, path: [key, ...path] })),
  );
}
