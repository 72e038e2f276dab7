import type { EnvironmentValues } from "../schema/environment";
import type { Section } from "../schema/sections";
import type { Path, Place } from "./finding";

/** One values file, merged over its profile and validated. */
export interface Environment<V extends EnvironmentValues = EnvironmentValues> {
  readonly name: string;
  /** As the user would name it: relative to the working folder where it lies below that. */
  readonly file: string;
  readonly values: V;
  /** The file over its profile and under every `--set`, before the schema's defaults. */
  readonly merged: Readonly<Record<string, unknown>>;
  /** Texts of the files that the values name, by the name they have there. */
  readonly files: ReadonlyMap<string, string>;
  /** Where the value at `path` is written, in the environment's file or its profile, or the nearest key above it. */
  locate(path: Path): Place;
}

/** The stack of one section, and the stem of its state. */
export function stackName(environment: string, section: Section): string {
  return `${environment}-${section}`;
}
