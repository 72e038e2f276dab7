const { TestEnvironment } = require("jest-environment-node");

/**
 * Jest's environment for Node, and the transform of libraries in it: every test file is given the one copy of its
 * worker, which Node's own loader keeps, in place of a copy that is compiled and warmed up anew. Sources of ours stay
 * apart, file by file.
 */
module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.loadLibrary = load;
  }

  static process() {
    return { code: "module.exports = loadLibrary(__filename);" };
  }
};

/** graceful-fs, which cdktf brings, replaces process.cwd by one that does not notice when a test changes the folder. */
function load(file) {
  const { chdir, cwd } = process;
  try {
    return require(file);
  } finally {
    Object.assign(process, { chdir, cwd });
  }
}
