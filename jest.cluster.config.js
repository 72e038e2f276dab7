/** @type {import("jest").Config} */
module.exports = {
  ...require("./jest.config"),
  testMatch: ["<rootDir>/__tests__/cluster/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/node_modules/", "standin"],
  maxWorkers: 1,
  verbose: true,
};
