/** Port of the p2p agent: `/metrics`, `/healthz`. */
export const P2P_AGENT_PORT = 9102;
