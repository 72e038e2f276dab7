import { createProgram } from "../../cli/program";

test("the commands are there before the framework and the providers are, which most of them never need", () => {
  expect(createProgram().commands.length).toBeGreaterThan(5);
  const loaded = Object.keys(require.cache);
  expect(loaded.some(file => file.includes("/commander/"))).toBe(true);
  expect(loaded.filter(file => /node_modules\/(cdktf|@cdktf)\//.test(file))).toEqual([]);
});
