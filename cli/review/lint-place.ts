import { isAbsolute, relative, sep } from "node:path";
import type { Finding } from "../../lint/lint";
import type { Located } from "../../lint/sarif";
import { type Environment, sectionsOf } from "../../values/load/environment";
import type { Path } from "../../values/load/finding";
import { spireNamespace } from "../../values/schema/spike";

/** A finding at the line of the values that makes its object: of the waiver, the node or the section. */
export function located(environment: Environment, finding: Finding): Located {
  const { file, line } = environment.locate(pathOf(environment, finding));
  // What --set gives has no line: then it is about the file that it overrides.
  const place = line > 0 ? { file, line } : { file: environment.file, line: 1 };
  return { ...finding, environment: environment.name, file: posix(place.file), line: place.line };
}

function pathOf({ values }: Environment, { object, waiver }: Finding): Path {
  if (waiver !== undefined) return ["lint", "waivers", waiver];
  const [kind, namespace = "", name] = object.split("/");
  const section = sectionsOf(values).find(
    each =>
      values[each]?.namespace === namespace ||
      (each === "spike" && values.spike && spireNamespace(values.spike) === namespace),
  );
  // The one thing without a namespace that a section makes beside its own.
  if (!section) return kind === "PriorityClass" ? ["sequencer"] : [];
  if (section !== "p2p" || !values.p2p || name === undefined) return [section];
  const nodes = (["bootstrap", "nodes"] as const).flatMap(list =>
    (values.p2p?.[list] ?? []).map((node, i) => ({ name: node.name, path: ["p2p", list, i] as Path })),
  );
  const own = nodes.filter(node => name === node.name || name.startsWith(`${node.name}-`));
  return own.sort((a, b) => b.name.length - a.name.length)[0]?.path ?? ["p2p"];
}

/** A path from the working folder with slashes: code scanning matches it to the files of the repository. */
function posix(file: string): string {
  const inside = isAbsolute(file) ? relative(process.cwd(), file) : file;
  return (inside.startsWith("..") ? file : inside).split(sep).join("/");
}
