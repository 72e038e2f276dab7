import { kinds } from "./fields/kinds";
import { isObject, type JsonObject } from "./json";
import { placeholder } from "./placeholders";

/** Reads Terraform's text: undoes its escapes, and replaces references to other resources of the stack. */
export class References {
  constructor(private readonly resources: JsonObject) {}

  /** @param complain gets every interpolation that has no value before `terraform apply`. */
  text(raw: string, complain: (message: string) => void, visited: readonly string[] = []): string {
    return raw.replace(/\$\$\{|%%\{|\$\{([^}]*)\}|\$\{|%\{/g, (match, reference?: string) => {
      if (match === "$${" || match === "%%{") return match.slice(1);
      const value =
        reference === undefined || visited.includes(reference) ? undefined : this.resolve(reference, complain, visited);
      if (value !== undefined) return value;
      const escaped = match.startsWith("%") ? `%${match}` : `$${match}`;
      complain(
        `Terraform would evaluate ${JSON.stringify(match)}, which the manifest view cannot; ` +
          `refer to a name or a cluster IP of this stack, or escape text as ${JSON.stringify(escaped)}`,
      );
      return match;
    });
  }

  private resolve(
    reference: string,
    complain: (message: string) => void,
    visited: readonly string[],
  ): string | undefined {
    const [type = "", name = "", ...path] = reference.replace(/\[(\d+)\]/g, ".$1").split(".");
    const resource = own(own(this.resources, type), name);
    if (!isObject(resource)) return undefined;
    const read = (value: unknown) =>
      ["string", "number", "boolean"].includes(typeof value)
        ? this.text(String(value), complain, [...visited, reference])
        : undefined;

    const literal = read(walk(resource, path));
    if (literal !== undefined) return literal;

    const kind = own(kinds, type) as (typeof kinds)[string] | undefined;
    const field = own(kind?.computed, path.join("."));
    if (!kind || typeof field !== "string") return undefined;
    const namespace = read(walk(resource, ["metadata", "0", "namespace"])) ?? "default";
    return placeholder({
      field,
      kind: kind.kind,
      namespace,
      name: read(walk(resource, ["metadata", "0", "name"])) ?? "",
    });
  }
}

/** A block that may occur once is an object or a list of one, so `.0` leads to the same place in both. */
function walk(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, step) => (step === "0" && isObject(at) ? at : own(at, step)), value);
}

function own(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as { [key: string]: unknown })[key]
    : undefined;
}
