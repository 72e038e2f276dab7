/**
 * Temporary folders of one run of the tests, in one folder that goes with it. The framework's `Testing.app()` leaves a
 * folder for each app: thousands a run, which slow down every program below them.
 */
const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

module.exports = () => {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), "tests-"));
  process.on("exit", () => rmSync(process.env.TMPDIR, { recursive: true, force: true }));
};
