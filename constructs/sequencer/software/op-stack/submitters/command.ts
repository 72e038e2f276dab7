import { OP_STACK_PORTS as PORTS } from "../ports";
import type { Submitter } from "./kinds";
import type { RemoteSigner } from "./props";

/** Ports of a submitter's pod. */
export const SUBMITTER = {
  metrics: 7300,
  /** `/healthz` and `/metrics` of the HAProxy that chooses among the endpoints of L1. */
  proxyMetrics: 9106,
  /** On loopback. */
  l1: PORTS.l1,
  rpc: 8548,
} as const;

/** Where the certificate for a remote signer is mounted. */
export const SIGNER_TLS = "/signer-tls";

/**
 * What a submitter is started with; its other settings are variables.
 * @param sequencer host of the leader proxy
 */
export function submitterCommand({ program, readsBlocks, args, settings }: Submitter, sequencer: string): string[] {
  const { key } = settings;
  return [
    program,
    `--l1-eth-rpc=http://127.0.0.1:${SUBMITTER.l1}`,
    `--rollup-rpc=http://${sequencer}:${PORTS.node}`,
    ...(readsBlocks ? [`--l2-eth-rpc=http://${sequencer}:${PORTS.rpc}`] : []),
    ...args,
    ...("signer" in key ? signerFlags(key.signer) : []),
    "--rpc.addr=127.0.0.1",
    `--rpc.port=${SUBMITTER.rpc}`,
    "--metrics.enabled",
    `--metrics.port=${SUBMITTER.metrics}`,
    "--log.format=json",
  ];
}

function signerFlags({ endpoint, address, tlsSecret }: RemoteSigner): string[] {
  const files = { ca: "ca.crt", cert: "tls.crt", key: "tls.key" };
  return [
    `--signer.endpoint=${endpoint}`,
    `--signer.address=${address}`,
    `--signer.tls.enabled=${tlsSecret !== undefined}`,
    ...(tlsSecret === undefined
      ? []
      : Object.entries(files).map(([flag, file]) => `--signer.tls.${flag}=${SIGNER_TLS}/${file}`)),
  ];
}
