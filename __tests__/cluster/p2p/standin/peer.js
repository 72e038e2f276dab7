// The discovery half of a regular Aztec node: discv5 with Aztec's options. There is no libp2p, no chain and no
// transaction.
import { multiaddr } from "@multiformats/multiaddr";
import { Discv5 } from "@nethermindeth/discv5";
import { ENR, SignableENR } from "@nethermindeth/enr";
import { announcedIp, aztecField, log, pingInterval, readConfig } from "./env.js";
import { loadPeerId } from "./key.js";

export const start = async () => {
  const config = readConfig();
  const ip = await announcedIp(config);
  // text that is no ENR ends the process, as in Aztec
  const bootnodes = config.bootstrapNodes.map(text => ENR.decodeTxt(text));
  const peers = [];
  for (let index = 0; index < config.peers; index++) peers.push(await startPeer(config, ip, bootnodes, index));
  log("Peers started", {
    peers: peers.length,
    bootnodes: bootnodes.map(enr => ({ nodeId: enr.nodeId, ip: enr.ip, udp: enr.udp })),
  });

  const [{ discv5 }] = peers;
  return {
    methods: {
      p2p_getEncodedEnr: () => discv5.enr.encodeTxt(),
      p2p_getPeers: () =>
        Promise.all(connected(discv5).map(async enr => ({ status: "connected", id: String(await enr.peerId()) }))),
      node_getWorldStateSyncStatus: () => ({ treesAreSynched: true }), // nothing to sync
      standin_peers: () => peers.map(peer => peer.status()),
    },
    stop: () => Promise.all(peers.map(peer => peer.stop())),
  };
};

/** Longer than a request waits. */
const JOIN_MS = 5000;

const connected = discv5 => discv5.kadValues().filter(enr => discv5.connectedPeers.has(enr.nodeId));

const startPeer = async (config, ip, bootnodes, index) => {
  const peerId = await loadPeerId(config, index);
  const enr = SignableENR.createFromPeerId(peerId);
  enr.set("aztec", aztecField(config));
  enr.set("ver", Buffer.from("stand-in"));
  for (const protocol of ip ? ["udp", "tcp"] : []) {
    enr.setLocationMultiaddr(multiaddr(`/ip4/${ip}/${protocol}/${config.broadcastPort + index}`));
  }
  const discv5 = Discv5.create({
    enr,
    peerId,
    bindAddrs: { ip4: multiaddr(`/ip4/${config.listenAddress}/udp/${config.port + index}`) },
    config: {
      lookupTimeout: 2000,
      requestTimeout: 2000,
      allowUnverifiedSessions: true,
      enrUpdate: !ip,
      ...pingInterval(config),
    },
  });

  const heard = new Map(bootnodes.map(({ nodeId }) => [nodeId, { answeredAt: undefined, requestsFrom: {} }]));
  discv5.sessionService.on("response", ({ nodeId }) => {
    const from = heard.get(nodeId);
    if (from) from.answeredAt = Date.now();
  });
  discv5.sessionService.on("request", ({ nodeId, socketAddr }) => {
    const from = heard.get(nodeId)?.requestsFrom;
    const { host, port } = socketAddr.toOptions();
    if (from) from[`${host}:${port}`] = (from[`${host}:${port}`] ?? 0) + 1;
  });
  await discv5.start();

  const lookup = () => discv5.findRandomNode().catch(error => log("Lookup failed", { index, error: String(error) }));
  const join = () => {
    for (const bootnode of bootnodes) discv5.addEnr(bootnode);
    void lookup();
  };
  // Each peer asks its bootnodes until they answer, since the first packets of a new pod are lost where policies are
  // enforced. From then on an idle one only answers and pings.
  join();
  const joining = setInterval(() => {
    if ([...heard.values()].every(({ answeredAt }) => answeredAt)) clearInterval(joining);
    else join();
  }, JOIN_MS);
  const timer = config.lookupMs ? setInterval(lookup, config.lookupMs) : undefined;

  return {
    discv5,
    status: () => ({
      nodeId: enr.nodeId,
      bootnodes: bootnodes.map(({ nodeId }) => bootnodeStatus(discv5, nodeId, heard.get(nodeId))),
    }),
    stop: () => {
      clearInterval(joining);
      clearInterval(timer);
      return discv5.stop();
    },
  };
};

/**
 * What this peer holds of a bootnode now: discv5 overwrites the record it was given when it hears of a higher seq.
 * `connected` is discv5's view, which a dead bootnode leaves as it was until a request to it fails; `answeredMsAgo` is
 * the proof. `requestsFrom` counts the bootnode's own requests by the address they came from: each other than the
 * announced one is a vote.
 */
const bootnodeStatus = (discv5, nodeId, { answeredAt, requestsFrom }) => {
  const held = discv5.getKadValue(nodeId);
  return {
    nodeId,
    ip: held?.ip,
    udp: held?.udp,
    seq: held && Number(held.seq),
    connected: discv5.connectedPeers.has(nodeId),
    answeredMsAgo: answeredAt ? Date.now() - answeredAt : null,
    requestsFrom,
  };
};
