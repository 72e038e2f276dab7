/**
 * Tests of the documents and the workflows: commands and snippets run, links lead somewhere, references match the code.
 * @type {import("jest").Config}
 */
module.exports = {
  ...require("./jest.config"),
  testMatch: ["<rootDir>/__tests__/docs/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/node_modules/"],
};
