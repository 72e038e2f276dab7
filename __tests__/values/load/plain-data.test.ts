import { execFileSync } from "node:child_process";
import { ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironments } from "../../../values/load/load";
import { environment, errorsOf, load, withFolder } from "../folder";

/** What is wrong with one environment variable of a bootstrap node, written like this. */
const errors = (text: string) => {
  const [place, ...lines] = errorsOf({ "devnet.yaml": environment(`bootstrap: [{ name: boot, env: { ${text} } }]`) });
  return [place?.replace("values/devnet.yaml:6:", ""), ...lines.slice(0, -1)];
};
const ENV = "p2p.bootstrap[0].env";

describe("fails on what YAML says beyond plain data", () => {
  test.each([
    [
      "a tag of nobody",
      "A: !foo bar",
      ["44  p2p.bootstrap[0].env.A", "  the tag !foo is not read: values are plain data"],
    ],
    [
      "a tag without a value",
      "A: !foo",
      ["44  p2p.bootstrap[0].env.A", "  the tag !foo is not read: values are plain data"],
    ],
    [
      "a tag of YAML",
      'A: !!int "x"',
      ["45  p2p.bootstrap[0].env.A", "  the tag !!int is not read: values are plain data"],
    ],
    [
      "binary data",
      "A: !!binary aGk=",
      ["48  p2p.bootstrap[0].env.A", "  the tag !!binary is not read: values are plain data"],
    ],
    [
      "a date by tag",
      "A: !!timestamp 2020-01-01",
      [expect.anything(), expect.stringContaining("!!timestamp is not read")],
    ],
    ["an ordered map", "A: !!omap [a: 1]", [expect.anything(), expect.stringContaining("!!omap is not read")]],
    ["a set", "A: !!set { a }", [expect.anything(), expect.stringContaining("!!set is not read")]],
  ])("such as %s", (_, text, lines) => {
    expect(errors(text)).toEqual([...lines, "  → remove it, and put text in quotes"]);
  });

  test.each([
    ["a number", "1: x", "the key 1 is not text", 'put it in quotes: "1"'],
    ["true", "true: x", "the key true is not text", 'put it in quotes: "true"'],
    ["nothing", "? : x", "an empty key", "write the key before the colon"],
    ["a map", "{ a: b }: x", "a list or a map is a key: keys are text", "write the key out"],
    ["an alias", "A: &a x, *a : y", "the alias *a is a key: keys are text", "write the key out"],
    [
      "a merge",
      "A: &a x, <<: *a",
      "the merge key << is not read: YAML 1.2 has none",
      "write the keys out, or use an alias for the whole map",
    ],
    ["a tagged text", "!x A: x", "the tag !x is not read: values are plain data", "remove it, and put text in quotes"],
    [
      "an old word for true",
      "on: x",
      "on is true for some readers of YAML, and text for others",
      'write true, or "on" for text',
    ],
  ])("such as a key that is %s", (_, text, message, remedy) => {
    expect(errors(text).slice(0, 3)).toEqual([
      expect.stringMatching(/^\d+ {2}p2p\.bootstrap\[0\]\.env$/),
      `  ${message}`,
      `  → ${remedy}`,
    ]);
  });

  test.each([
    ["0x10", "0x10 is not a decimal number: readers of YAML differ", 'write 16, or "0x10" for text'],
    ["0o17", "0o17 is not a decimal number: readers of YAML differ", 'write 15, or "0o17" for text'],
    ["0400", "0400 is not a decimal number: readers of YAML differ", 'write 400, or "0400" for text'],
    [".inf", ".inf is not a number of JSON", 'for text, put it in quotes: ".inf"'],
    [".NaN", ".NaN is not a number of JSON", 'for text, put it in quotes: ".NaN"'],
    [
      "9007199254740993",
      "9007199254740993 is larger than the numbers that are exact",
      'put it in quotes: "9007199254740993"',
    ],
    ["Yes", "Yes is true for some readers of YAML, and text for others", 'write true, or "Yes" for text'],
    ["off", "off is false for some readers of YAML, and text for others", 'write false, or "off" for text'],
  ])("such as %s, which readers take for different things", (text, message, remedy) => {
    expect(errors(`A: ${text}`)).toEqual([`39  ${ENV}.A`, `  ${message}`, `  → ${remedy}`]);
  });

  test.each([
    "\\e",
    "\\0",
    "\\ufeff",
    "\\x9b",
    "\\u202e",
    "\\ud800",
    "\\x7f",
    "\\u200b",
    "\\u2028",
    "\\u200f",
    "\\xad",
  ])("such as the character %s", written => {
    expect(errors(`A: "a${written}b"`)).toEqual([
      `39  ${ENV}.A`,
      expect.stringMatching(/^ {2}the character U\+[0-9A-F]{4} is not text$/),
      "  → remove it",
    ]);
  });

  test.each(["${TfToken[TOKEN.0]}", "a #{TfToken[X]}", "TfToken[", "-8.109562e+298"])("such as the token %s", token => {
    const remedy = "  → write it differently";
    expect(errors(`A: "${token}"`).slice(2)).toEqual([remedy]);
    expect(errors(`"${token}": a`).slice(2)).toEqual([remedy]);
  });

  test("such as directives", () => {
    expect(errorsOf({ "a.yaml": "%YAML 1.1\n---\nprofile: dev\nprotected: yes\n" })).toEqual([
      "values/a.yaml:1:1",
      "  the directive %YAML 1.1 is not read: values are YAML 1.2",
      "  → remove it, and the --- after it",
      "1 error; nothing was written",
    ]);
  });

  test("such as lists without an end", () => {
    const deep = (levels: number) => errorsOf({ "a.yaml": `a: ${"[".repeat(levels)}${"]".repeat(levels)}` }).slice(1);
    const lines = ["  more than 100 levels of lists and maps", "  → take out levels", "1 error; nothing was written"];
    expect([deep(100), deep(5000)]).toEqual([lines, lines]);
  });

  test("and says of broken YAML the first fault: the others follow from it", () => {
    expect(errorsOf({ "a.yaml": "a: [\n b: {\n c: 'x\n\td: 1\n @e\n" }).at(-1)).toBe("1 error; nothing was written");
  });

  test("but not on text in quotes, or on words that look odd", () => {
    const texts = { A: '"yes"', B: '"0400"', C: "2020-01-01", D: "1_000", E: '"tab\\tand\\nline"', F: "y", G: '"<<"' };
    const written = Object.entries(texts).map(([key, text]) => `${key}: ${text}`);
    const [loaded] = load({ "a.yaml": environment(`bootstrap: [{ name: boot, env: { ${written.join(", ")} } }]`) });
    expect(loaded?.values.p2p?.bootstrap[0]?.env).toEqual({
      A: "yes",
      B: "0400",
      C: "2020-01-01",
      D: "1_000",
      E: "tab\tand\nline",
      F: "y",
      G: "<<",
    });
  });
});

describe("fails on files", () => {
  const errorsOfBytes = (bytes: Buffer) =>
    withFolder({}, dir => {
      writeFileSync(join(dir, "a.yaml"), bytes);
      return messageOf(dir);
    });
  const messageOf = (dir: string) => {
    try {
      loadEnvironments({ dir });
    } catch (error) {
      return (error as Error).message.replaceAll(dir, "values").split("\n");
    }
    return ["accepted"];
  };

  test.each([
    ["with a mark", Buffer.from(`\ufeff${environment()}`, "utf16le")],
    ["with a mark, big-endian", Buffer.from(`\ufeff${environment()}`, "utf16le").swap16()],
    ["without one", Buffer.from(environment(), "utf16le")],
  ])("in UTF-16 %s", (_, bytes) => {
    expect(errorsOfBytes(bytes)).toEqual([
      "values/a.yaml",
      "  is UTF-16, not UTF-8",
      "  → save it as UTF-8: iconv -f UTF-16 -t UTF-8 values/a.yaml > utf8 && mv utf8 values/a.yaml",
      "1 error; nothing was written",
    ]);
  });

  test("with bytes that are no UTF-8", () => {
    expect(errorsOfBytes(Buffer.from(`${environment()}# caf\u00e9\n`, "latin1")).slice(0, 2)).toEqual([
      "values/a.yaml:6:1",
      "  is not UTF-8 from line 6 on",
    ]);
  });

  test("but not on a byte order mark of UTF-8", () => {
    expect(errorsOfBytes(Buffer.from(`\ufeff${environment()}`))).toEqual(["accepted"]);
  });

  test.each([
    ["a folder", (file: string) => mkdirSync(file), "is a folder, not a file"],
    ["a pipe", (file: string) => execFileSync("mkfifo", [file]), "is a pipe, not a file"],
    ["a device without an end", (file: string) => symlinkSync("/dev/zero", file), "is a device, not a file"],
    ["a link to nothing", (file: string) => symlinkSync("nowhere", file), "cannot be read (ENOENT)"],
    [
      "larger than memory",
      (file: string) => ftruncateSync(openSync(file, "w"), 2 ** 40),
      "has 1048576 MiB; at most 1 MiB are read",
    ],
  ])("that are %s", (_, make, message) => {
    withFolder({}, dir => {
      make(join(dir, "a.yaml"));
      const [place, what, remedy] = messageOf(dir);
      expect([place, what]).toEqual(["values/a.yaml", `  ${message}`]);
      expect(remedy).toMatch(/^ {2}→ (name a regular file|put the values of an environment there, or remove it)$/);
    });
  });
});
