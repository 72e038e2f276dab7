/** @type {import("jest").Config} */
module.exports = {
  ...require("./jest.config"),
  testMatch: ["<rootDir>/__tests__/package/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/node_modules/"],
  testTimeout: 300_000,
  maxWorkers: 1,
  verbose: true,
};
