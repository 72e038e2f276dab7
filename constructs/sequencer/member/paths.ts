/** Places inside the pods of a sequencer. */
export const SEQUENCER_PATHS = {
  data: "/data",
  config: "/data/config",
  signer: "/signer",
  run: "/run/sequencer",
  genesis: "/genesis-source",
  nodeKey: "/node-key/node_key.json",
  daToken: "/da-token/token",
} as const;
