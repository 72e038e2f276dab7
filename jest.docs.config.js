/**
 * Tests of the documents: every command and snippet runs, links lead somewhere, references are what the code says; and
 * of the workflows.
 * @type {import("jest").Config}
 */
module.exports = {
  ...require("./jest.config"),
  testMatch: ["<rootDir>/__tests__/docs/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/node_modules/"],
};
