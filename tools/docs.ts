// Writes the tables of docs/values.md anew, from the schema of the values.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTables } from "./values-reference";

const file = join(__dirname, "..", "docs", "values.md");
writeFileSync(file, withTables(readFileSync(file, "utf8")));
