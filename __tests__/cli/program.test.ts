import { execFileSync } from "node:child_process";

test("the commands are there before the framework and the providers are, which most of them never need", () => {
  const program = `
    const { createProgram } = require("./cli/program");
    process.stdout.write(JSON.stringify({ commands: createProgram().commands.length, files: Object.keys(require.cache) }));`;
  const text = execFileSync(process.execPath, ["--require", "./tools/ts.cjs", "--eval", program], {
    encoding: "utf8",
    env: process.env,
  });
  const { commands, files } = JSON.parse(text) as { commands: number; files: string[] };
  expect(commands).toBeGreaterThan(5);
  expect(files.some(file => file.includes("/commander/"))).toBe(true);
  expect(files.filter(file => /node_modules\/(cdktf|@cdktf)\//.test(file))).toEqual([]);
});
