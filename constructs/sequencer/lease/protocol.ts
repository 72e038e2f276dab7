/** Port of the lease agent: `/leader`, `/healthz`, `/metrics`. */
export const LEASE_AGENT_PORT = 9103;
