import type { DataAvailability } from "../../../../constructs";
import type { EvNodeOptions } from "../../../../constructs/sequencer/member/ev-node-options";

const ACCOUNT = `celestia1${"q".repeat(38)}`;

/** Celestia's names of what `submit` says. */
export const SUBMIT = {
  gas_price: 0.01,
  is_gas_price_set: true,
  max_gas_price: 0.1,
  gas: 90_000,
  tx_priority: 3,
  key_name: "rollup",
  fee_granter_address: ACCOUNT,
};

const da: Partial<DataAvailability> = {
  dataNamespace: "rollup-data",
  submit: { gasPrice: 0.01, maxGasPrice: 0.1, gas: 90_000, priority: "high", keyName: "rollup", feeGranter: ACCOUNT },
};
const node: EvNodeOptions = {
  lazyInterval: "60s",
  maxPendingBlocks: 50,
  log: { level: "debug", format: "text" },
  tracing: { endpoint: "http://otel.example:4318/", sampleRate: 0.5 },
};

/** Every option of ev-node. Accounts stand apart: beside them no key is named. */
export const OPTIONS = { ...node, da };
export const SIGNING_ADDRESSES = [ACCOUNT];
