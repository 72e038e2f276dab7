// Aztec's bootstrap node: discv5 over UDP with the same record and the same options. It must not pass `enrUpdate`:
// whether the library rewrites the record is what the tests are about.
import { multiaddr } from "@multiformats/multiaddr";
import { Discv5 } from "@nethermindeth/discv5";
import { ENR, SignableENR } from "@nethermindeth/enr";
import { announcedIp, aztecField, log, pingInterval, readConfig } from "./env.js";
import { loadPeerId } from "./key.js";

export const start = async () => {
  const config = readConfig();
  const ip = await announcedIp(config);
  if (!ip) throw new Error("You need to provide a P2P IP address.");

  const peerId = await loadPeerId(config);
  const enr = SignableENR.createFromPeerId(peerId);
  enr.setLocationMultiaddr(multiaddr(`/ip4/${ip}/udp/${config.broadcastPort}`));
  enr.set("aztec", aztecField(config));

  const discv5 = Discv5.create({
    enr,
    peerId,
    // as Aztec: the announced port is bound
    bindAddrs: { ip4: multiaddr(`/ip4/${config.listenAddress}/udp/${config.broadcastPort}`) },
    config: { lookupTimeout: 2000, allowUnverifiedSessions: true, ...pingInterval(config) },
  });
  discv5.on("multiaddrUpdated", addr =>
    log("Advertised socket address updated", { addr: addr.toString(), seq: Number(discv5.enr.seq) }),
  );
  try {
    await discv5.start();
    log("Bootstrap node started", { nodeId: enr.nodeId, enr: enr.encodeTxt(), enrUpdate: discv5.config.enrUpdate });
  } catch (error) {
    log("Error starting Discv5", { error: String(error) }); // as Aztec: only logged
  }
  for (const other of config.bootstrapNodes.map(text => ENR.decodeTxt(text))) {
    if (other.nodeId !== enr.nodeId) discv5.addEnr(other);
  }

  return {
    methods: {
      bootstrap_getEncodedEnr: () => discv5.enr.encodeTxt(),
      bootstrap_getRoutingTable: () => discv5.kadValues().map(known => known.encodeTxt()),
      standin_votes: () =>
        Object.fromEntries([...discv5.addrVotes.tallies].map(([address, votes]) => [readable(address), votes])),
    },
    stop: () => discv5.stop(),
  };
};

/** discv5 keeps an address under `4-<hex octets>:<port>`. */
const readable = address => address.replace(/^4-([0-9a-f]{8})/, (_, hex) => Buffer.from(hex, "hex").join("."));
