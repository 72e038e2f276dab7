import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerSchema } from "../../../cli/schema";
import { registerValues } from "../../../cli/values";
import { valuesJsonSchema, valuesJsonSchemaText } from "../../../values/schema/json-schema";
import { environment, type Files, withFolder } from "../folder";

describe("the JSON Schema", () => {
  const schema = JSON.parse(JSON.stringify(valuesJsonSchema()));
  const p2p = schema.properties.p2p;

  test("is the committed one; `npm run schema` makes it anew", () => {
    expect(readFileSync("values/values.schema.json", "utf8")).toBe(valuesJsonSchemaText());
  });

  test("asks an environment's file only for what no profile supplies", () => {
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
    expect(schema.required).toEqual(["profile"]);
    expect(p2p.required).toEqual(["namespace", "chain", "image"]);
    expect(p2p.properties.resources).not.toHaveProperty("required");
    expect(p2p.properties.resources.properties.full).not.toHaveProperty("required");
    expect(p2p.properties.nodes.items.properties.publisherKey.required).toEqual(["secret", "key"]);
  });

  test("knows no other keys and explains those it knows", () => {
    expect([schema, p2p, p2p.properties.resources.properties.full].map(map => map.additionalProperties)).toEqual([
      false,
      false,
      false,
    ]);
    expect(p2p.properties.image.description).toMatch(/^Image of the node software/);
    expect(p2p.properties.bootstrap.items.properties.port).toMatchObject({
      default: 40400,
      minimum: 1,
      maximum: 65535,
    });
  });
});

describe("the command", () => {
  /** What a command prints, run on a folder of values. */
  const run = (files: Files, ...words: string[]) =>
    withFolder(files, dir => {
      const printed: string[] = [];
      const write = jest.spyOn(process.stdout, "write").mockImplementation(text => printed.push(String(text)) > 0);
      try {
        const program = new Command("rollup-network");
        registerValues(program);
        registerSchema(program);
        program.parse(
          words.map(word => word.replace("DIR", dir)),
          { from: "user" },
        );
        return printed.join("");
      } finally {
        write.mockRestore();
      }
    });
  const files = { "devnet.yaml": environment("bootstrap: [{ name: boot }]") };

  test("values prints the file over its profile", () => {
    const text = run(
      files,
      "values",
      "devnet",
      "--values",
      "DIR",
      "--set",
      "p2p.image=a/b:4.1.3",
      "--set",
      "runbookBase=https://a.b",
    );
    expect(text).toMatch(/^profile: dev\np2p:\n {2}namespace: net\n/);
    expect(text).toContain("  image: a/b:4.1.3\n");
    expect(text).toMatch(/\n {2}spread: soft\n[\s\S]*\nrunbookBase: https:\/\/a\.b\n$/);
    expect(text).not.toContain("backend");
  });

  test("values --effective fills in every default, --json prints JSON", () => {
    const text = run(files, "values", "devnet", "--effective", "--json", "--values", "DIR");
    expect(JSON.parse(text)).toMatchObject({
      backend: { local: { dir: "state" } },
      p2p: { bootstrap: [{ announce: "clusterIp", port: 40400 }] },
    });
  });

  test("schema prints the schema, or writes it", () => {
    expect(run({}, "schema")).toBe(valuesJsonSchemaText());
    withFolder({}, dir => {
      expect(run({}, "schema", "--out", `${dir}/schema.json`)).toBe("");
      expect(readFileSync(`${dir}/schema.json`, "utf8")).toBe(valuesJsonSchemaText());
    });
  });
});
