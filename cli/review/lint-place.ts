import { isAbsolute, relative, sep } from "node:path";
import type { Finding } from "../../lint/lint";
import type { Located } from "../../lint/sarif";
import type { Environment } from "../../values/load/environment";
import type { Path } from "../../values/load/finding";
import { namespacesOf } from "../../values/schema/section";
import { type PresentSection, sectionsOf } from "../../values/schema/sections";

/** Places a finding at the line of the values that makes its object: the waiver's, the node's or the section's. */
export function located(environment: Environment, finding: Finding): Located {
  const { file, line } = environment.locate(pathOf(environment, finding));
  // A value of --set has no line, so the finding is placed in the file that it overrides.
  const place = line > 0 ? { file, line } : { file: environment.file, line: 1 };
  return { ...finding, environment: environment.name, file: posix(place.file), line: place.line };
}

function pathOf({ values }: Environment, { object, waiver }: Finding): Path {
  if (waiver !== undefined) return ["lint", "waivers", waiver];
  const [kind = "", namespace = "", name] = object.split("/");
  const present = sectionsOf(values);
  const makes = ({ section, values }: PresentSection) =>
    namespacesOf(section, values).some(own => own.name === namespace);
  const makesKind = ({ section }: PresentSection) => section.clusterKinds?.includes(kind);
  const found = present.find(makes) ?? present.find(makesKind);
  if (!found) return [];
  const maker = name === undefined ? undefined : found.section.maker?.(found.values, name);
  return [found.name, ...(maker ?? [])];
}

/** A path from the working folder, with slashes: code scanning matches it with files of the repository. */
function posix(file: string): string {
  const inside = isAbsolute(file) ? relative(process.cwd(), file) : file;
  return (inside.startsWith("..") ? file : inside).split(sep).join("/");
}
