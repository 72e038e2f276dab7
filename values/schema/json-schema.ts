import { join } from "node:path";
import { z } from "zod";
import { ValuesError } from "../load/finding";
import { readValues } from "../load/folder";
import { plain } from "../load/tree";
import { environmentSchema } from "./environment";

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/**
 * JSON Schema of an environment's file, in the draft that yaml-language-server digests best. An editor sees that file
 * without its profile, so what every profile supplies is not required.
 */
export function valuesJsonSchema(): object {
  const schema = z.toJSONSchema(environmentSchema, { io: "input", target: "draft-07" }) as JsonSchema;
  const supplied = environmentSchema.shape.profile.options.map(name => {
    const { tree, findings } = readValues(join(__dirname, "..", "profiles", `${name}.yaml`));
    if (!tree) throw new ValuesError(findings);
    return plain(tree);
  });
  return { title: "An environment of rollup-network", ...relax(schema, supplied) };
}

/** The text of `values.schema.json`. */
export function valuesJsonSchemaText(): string {
  return `${JSON.stringify(valuesJsonSchema(), null, 2)}\n`;
}

function relax(schema: JsonSchema, supplied: readonly unknown[]): JsonSchema {
  const maps = supplied.filter(
    (value): value is Record<string, unknown> => typeof value === "object" && value !== null,
  );
  if (maps.length < supplied.length || !schema.properties) return schema;
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([key, child]) => [
      key,
      relax(
        child,
        maps.map(map => map[key]),
      ),
    ]),
  );
  const required = schema.required?.filter(key => !maps.every(map => key in map));
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required?.length && { required }) };
}
