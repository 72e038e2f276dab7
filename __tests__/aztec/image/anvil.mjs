// Asks an anvil that may still be starting.
import { setTimeout as sleep } from "node:timers/promises";

export const RPC = "http://127.0.0.1:8545";
const TRIES = 100;

/** Asks until there is an answer. */
export async function answered(method) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  const request = { method: "POST", headers: { "content-type": "application/json" }, body };
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await fetch(RPC, request).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`anvil does not answer ${method}`);
}
