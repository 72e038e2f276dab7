import type { Construct } from "../constructs/kubernetes/framework/terraform";
import type { Problem } from "../constructs/kubernetes/problem";
import type { EnvironmentValues } from "../values/schema/environment";
import type { EnvironmentStack } from "./environment-stack";

/** The text of a file that the values name, as they name it. */
export type FileText = (file: string) => string;

/** Where a file is that the values name, relative to their own. */
export type FilePath = (file: string) => string;

/** What the app asks of a section, for environments that have it. */
export interface StackSection<E extends EnvironmentValues> {
  /** Everything that is wrong with it beyond its form, at paths in the values. */
  problems(env: E, fileText: FileText, filePath: FilePath): Problem[];
  stack(scope: Construct, environment: string, env: E, fileText: FileText, filePath: FilePath): EnvironmentStack;
}
