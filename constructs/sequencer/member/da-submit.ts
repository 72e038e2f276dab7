import { isTokenText } from "../../kubernetes/framework/token-text";
import { grammarProblems } from "../../kubernetes/grammar/grammar";
import type { Problem } from "../../kubernetes/problem";
import { DA_ACCOUNT, DA_KEY_NAME, DA_PRIORITIES, type DaPriority } from "./ev-node-words";

/** How a submission to the DA is paid and signed: Celestia's transaction options. */
export interface DaSubmit {
  /** Price of a unit of gas, in utia. @default - the DA node's estimate */
  readonly gasPrice?: number;
  /** The highest price that an estimate may come to, in utia. @default - the DA node's */
  readonly maxGasPrice?: number;
  /** Gas of a submission. @default - the DA node's estimate */
  readonly gas?: number;
  /** How soon an estimated price is to have it included. @default - the DA node's */
  readonly priority?: DaPriority;
  /** Key in the DA node's keyring. @default - its default key, or `signingAddresses` */
  readonly keyName?: string;
  /** Account that pays the fees. @default - the one that signs */
  readonly feeGranter?: string;
}

/** ev-node's `da.submit_options`: celestia-node's TxConfig. */
export function submitOptions({ gasPrice, maxGasPrice, gas, priority, keyName, feeGranter }: DaSubmit): string {
  return JSON.stringify({
    ...(gasPrice !== undefined && { gas_price: gasPrice, is_gas_price_set: true }),
    max_gas_price: maxGasPrice,
    gas,
    tx_priority: priority && DA_PRIORITIES.indexOf(priority) + 1,
    key_name: keyName,
    fee_granter_address: feeGranter,
  });
}

/** What is wrong with how submissions are paid and signed, at paths in `da`. */
export function submitProblems(submit: DaSubmit = {}, signingAddresses: readonly string[] = []): Problem[] {
  const { gasPrice, maxGasPrice, gas, priority, keyName, feeGranter } = submit;
  const at = (key: string) => ["da", "submit", key];
  const number = (key: string, value: number | undefined, most: number, whole = false) =>
    value === undefined || (value > 0 && value <= most && (!whole || Number.isInteger(value)))
      ? []
      : [{ path: at(key), message: `${value} is no ${whole ? "amount of gas" : "price"}`, remedy: `use more than 0` }];
  return [
    ...number("gasPrice", gasPrice, Number.MAX_SAFE_INTEGER),
    ...number("maxGasPrice", maxGasPrice, Number.MAX_SAFE_INTEGER),
    ...number("gas", gas, Number.MAX_SAFE_INTEGER, true),
    ...(gasPrice !== undefined && maxGasPrice !== undefined && gasPrice > maxGasPrice
      ? [{ path: at("gasPrice"), message: `${gasPrice} is above maxGasPrice`, remedy: `use ${maxGasPrice} or less` }]
      : []),
    ...(priority !== undefined && !DA_PRIORITIES.includes(priority)
      ? [{ path: at("priority"), message: `"${priority}" is none of ${DA_PRIORITIES.join(", ")}` }]
      : []),
    ...grammarProblems(at("keyName"), keyName, DA_KEY_NAME),
    ...grammarProblems(at("feeGranter"), feeGranter, DA_ACCOUNT),
    ...(keyName !== undefined && signingAddresses.length > 0
      ? [{ path: at("keyName"), message: "da.signingAddresses says who signs too", remedy: "keep one of the two" }]
      : []),
    ...signingAddresses.flatMap((address, i) => {
      const path = ["da", "signingAddresses", i];
      const first = signingAddresses.indexOf(address);
      return first < i && !isTokenText(address)
        ? [{ path, message: `the same as signingAddresses[${first}]`, remedy: "name every account once" }]
        : grammarProblems(path, address, DA_ACCOUNT);
    }),
  ];
}
