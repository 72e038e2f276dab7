/**
 * Drills of sequencers take long and want a machine that does nothing else: they run where `ROUNDS` says how often. A
 * record is looked at for as long as `SOAK_MINUTES` says.
 * @type {import("jest").Config}
 */
module.exports = {
  ...require("./jest.config"),
  testMatch: ["<rootDir>/__tests__/cluster/**/*.test.ts"],
  testPathIgnorePatterns: [
    "<rootDir>/node_modules/",
    "standin",
    ...(process.env.ROUNDS ? [] : ["cluster/sequencer/(raft|lease|outages)\\.test"]),
    ...(process.env.SOAK_MINUTES ? [] : ["cluster/p2p/enr-soak\\.test"]),
  ],
  maxWorkers: 1,
  verbose: true,
};
