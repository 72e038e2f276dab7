/** Ports and paths of the member mesh. */
export const MESH = {
  /** Raft between members, over TLS, on the pod's address. */
  raftPort: 5443,
  /** The DA for the node of the same pod, on 127.0.0.1. */
  daPort: 7980,
  /** `/metrics`, `/certificate` and `/healthz`, on the pod's address. */
  metricsPort: 9105,
  /** Where `tls.crt`, `tls.key` and `ca.crt` are mounted. */
  tlsPath: "/mesh-tls",
} as const;
