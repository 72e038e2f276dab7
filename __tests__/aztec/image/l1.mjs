// Puts Aztec's contracts on an L1 with Aztec's own deployer, and keeps its state: l1.mjs DIR. DIR gets state.json, for
// `anvil --load-state`, and addresses.json.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { answered, RPC } from "./anvil.mjs";

const [, , dir] = process.argv;
const CODE = "/usr/src/yarn-project";
const ANVILS_MNEMONIC = "test test test test test test test test test test test junk";

// forge has only to be told a release: every contract that it deploys is compiled in Aztec's package.
writeFileSync("/tmp/solc", `#!/bin/sh\nexec node ${CODE}/node_modules/solc/solc.js "$@"\n`);
chmodSync("/tmp/solc", 0o755);

const anvil = spawn("anvil", ["--silent", "--dump-state", `${dir}/state.json`], { stdio: "inherit" });
await answered("eth_chainId");

const deployer = spawn(
  process.execPath,
  [
    ...["--no-warnings", `${CODE}/aztec/dest/bin/index.js`, "deploy-l1-contracts", "--json"],
    ...["--l1-rpc-urls", RPC, "--l1-chain-id", "31337", "--mnemonic", ANVILS_MNEMONIC],
  ],
  {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, FOUNDRY_OFFLINE: "true", FOUNDRY_SOLC: "/tmp/solc", LOG_LEVEL: "info" },
  },
);
let printed = "";
for await (const chunk of deployer.stdout.setEncoding("utf8")) printed += chunk;
const [addresses] = /^\{\n[\s\S]*^\}$/m.exec(printed) ?? [];
if (!addresses) throw new Error(`the deployer did not say where its contracts are:\n${printed}`);
writeFileSync(`${dir}/addresses.json`, addresses);

anvil.kill("SIGTERM");
await once(anvil, "close");
