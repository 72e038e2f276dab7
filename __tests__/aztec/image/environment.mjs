// What the Dockerfile of aztecprotocol/aztec:4.1.2 sets. A pod's environment goes before it. The native ACVM is not on
// npm: the node then takes the one in WebAssembly.
const machine = process.arch === "arm64" ? "arm64" : "amd64";
const IMAGE = {
  BB_WORKING_DIRECTORY: "/usr/src/bb",
  BB_BINARY_PATH: `/usr/src/yarn-project/node_modules/@aztec/bb.js/build/${machine}-linux/bb`,
  ACVM_WORKING_DIRECTORY: "/usr/src/acvm",
};
for (const [name, value] of Object.entries(IMAGE)) process.env[name] ??= value;
