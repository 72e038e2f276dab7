/** Port of the p2p agent: `/metrics`, `/healthz`. */
export const P2P_AGENT_PORT = 9102;

/** Port of the lease agent: `/leader`, `/healthz`, `/metrics`. */
export const LEASE_AGENT_PORT = 9103;

/** Port of the mesh's metrics: `/metrics`, `/certificate`. */
export const MESH_METRICS_PORT = 9105;
