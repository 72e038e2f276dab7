import { createHash } from "node:crypto";
import { isCollection, parseAllDocuments, visit } from "yaml";
import { type StackManifests, toYaml } from "../../testing";

/** The manifests of a stack as a reviewer reads them. */
export function reviewed(manifests: StackManifests): string {
  return compact(toYaml(withoutScripts(manifests)));
}

/**
 * Scripts and configurations with tests of their own are reviewed where they stand: a snapshot shows that one changed,
 * and not its text.
 */
function withoutScripts({ objects, releases }: StackManifests): StackManifests {
  const digest = (text: string) =>
    `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 16)}, ${text.length} characters`;
  const shorten = (object: StackManifests["objects"][number]) =>
    object.kind === "ConfigMap" && object.data
      ? {
          ...object,
          data: Object.fromEntries(
            Object.entries(object.data as Record<string, string>).map(([name, text]) => [
              name,
              /\.(sh|mjs|lua|cfg|b64)$/.test(name) ? digest(text) : text,
            ]),
          ),
        }
      : object;
  return { objects: objects.map(shorten), releases };
}

/** Whatever fits a line stands on one, so that a reviewer sees a whole workload at once. */
function compact(yaml: string): string {
  const documents = parseAllDocuments(yaml);
  if (!Array.isArray(documents)) return "";
  return documents
    .map(document => {
      visit(document.contents, (_, node) => {
        if (isCollection(node)) node.flow = JSON.stringify(node.toJSON()).length < 250;
      });
      return document.toString({ lineWidth: 0, flowCollectionPadding: false });
    })
    .join("");
}
