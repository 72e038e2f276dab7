/** Libraries that check no class of what tests hand them: what they are given comes from another realm. */
const LIBRARIES = ["@cdkt[fn]", "cdkt[fn]", "commander", "constructs", "fast-check", "typescript", "yaml", "zod"];

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/tools/jest-libraries.cjs",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  testPathIgnorePatterns: ["<rootDir>/node_modules/", "<rootDir>/__tests__/(browser|cluster|docs|package)/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/build/", "<rootDir>/cdktf.out/"],
  transform: {
    [`/(node_modules/(${LIBRARIES.join("|")})|bundles)/.*\\.c?js$`]: "<rootDir>/tools/jest-libraries.cjs",
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs", lazy: true } },
    ],
  },
  transformIgnorePatterns: [],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  testTimeout: 30_000,
  maxWorkers: 3,
  workerIdleMemoryLimit: "400MB",
};
