import type { Command } from "commander";
import { valuesJsonSchemaText } from "../values/schema/json-schema";
import { writeWhole } from "./write-whole";

/** `rollup-network schema`: the JSON Schema that completes and checks values files in an editor. */
export function registerSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a values file")
    .option("--out <file>", "write it to a file instead")
    .action(({ out }: { out?: string }) => {
      const text = valuesJsonSchemaText();
      if (out) writeWhole([{ file: out, text }], "file", "--out");
      else process.stdout.write(text);
    });
}
