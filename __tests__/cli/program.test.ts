import { execFileSync } from "node:child_process";
import { createProgram } from "../../cli/program";

test("the commands are there before the framework and the providers are, which most of them never need", () => {
  const program = `
    const { createProgram } = require("./cli/program");
    const { length } = createProgram().commands;
    process.stdout.write(JSON.stringify({ commands: length, files: Object.keys(require.cache) }));`;
  const text = execFileSync(process.execPath, ["--require", "./tools/ts.cjs", "--eval", program], {
    encoding: "utf8",
    env: process.env,
  });
  const { commands, files } = JSON.parse(text) as { commands: number; files: string[] };
  expect(commands).toBeGreaterThan(5);
  expect(files.some(file => file.includes("/commander/"))).toBe(true);
  expect(files.filter(file => /node_modules\/@?cdkt[fn]\//.test(file))).toEqual([]);
});

test("a command is loaded without the others, which are there for help and for a misspelt one", () => {
  const ask = (...args: string[]) => createProgram(...args).commands.map(command => command.name());
  expect(ask("synth")).toEqual(["synth"]);
  expect(ask("check")).toEqual(["check"]);
  for (const other of ["--help", "help", "sinth"]) expect(ask(other)).toEqual(ask());
  expect(ask().length).toBeGreaterThan(5);
});
