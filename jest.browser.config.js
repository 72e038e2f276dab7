/**
 * Tests of the report's page in a real browser: the first of `CHROMIUM`, `chromium`, `chromium-browser` and
 * `google-chrome` that is there.
 * @type {import("jest").Config}
 */
module.exports = {
  ...require("./jest.config"),
  testMatch: ["<rootDir>/__tests__/browser/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/node_modules/"],
  testTimeout: 300_000,
  maxWorkers: 1,
  verbose: true,
};
