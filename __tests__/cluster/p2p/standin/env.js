// The environment variables that Aztec's p2p code reads, with its defaults.
const flag = value => value === "1" || value?.toLowerCase() === "true";

export const readConfig = (env = process.env) => {
  const port = Number(env.P2P_PORT || 40400);
  return {
    p2pIp: env.P2P_IP,
    queryForIp: flag(env.P2P_QUERY_FOR_IP),
    port,
    broadcastPort: Number(env.P2P_BROADCAST_PORT || port),
    listenAddress: env.P2P_LISTEN_ADDR || "0.0.0.0",
    privateKey: env.PEER_ID_PRIVATE_KEY,
    privateKeyPath: env.PEER_ID_PRIVATE_KEY_PATH,
    dataDirectory: env.DATA_DIRECTORY,
    l1ChainId: Number(env.L1_CHAIN_ID || 31337),
    bootstrapNodes: (env.BOOTSTRAP_NODES ?? "")
      .split(",")
      .map(enr => enr.trim())
      .filter(Boolean),
    // The stand-in's own; nothing of these exists in Aztec.
    pingIntervalMs: Number(env.STANDIN_PING_INTERVAL_MS || 0),
    lookupMs: Number(env.STANDIN_LOOKUP_MS || 0),
    peers: Number(env.STANDIN_PEERS || 1),
  };
};

/** P2P_IP, or what Aztec's address service says when P2P_QUERY_FOR_IP is set; undefined without either. */
export const announcedIp = async ({ p2pIp, queryForIp }) => {
  if (p2pIp || !queryForIp) return p2pIp;
  return (await (await fetch("https://checkip.amazonaws.com/")).text()).trim();
};

/** Only set where it is given: discv5's own default is to be what counts otherwise. */
export const pingInterval = ({ pingIntervalMs }) => (pingIntervalMs ? { pingInterval: pingIntervalMs } : {});

/**
 * Aztec's `aztec` field: both kinds of node have a zeroed rollup here, and the hashes are made up, of the real length.
 */
export const aztecField = ({ l1ChainId }) => Buffer.from(`00-${l1ChainId}-00000000-0-57a2d001-57a2d002`);

export const log = (message, fields = {}) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), message, ...fields }));
