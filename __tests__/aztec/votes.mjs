// Prints whether peers may vote on the record of a discv5 node that is made without options, as Aztec's bootstrap node
// is. It has to lie beside Aztec's p2p code, to load the copy of discv5 that this loads.
import { createSecp256k1PeerId } from "@libp2p/peer-id-factory";
import { multiaddr } from "@multiformats/multiaddr";
import { Discv5 } from "@nethermindeth/discv5";
import { SignableENR } from "@nethermindeth/enr";

const peerId = await createSecp256k1PeerId();
const bindAddrs = { ip4: multiaddr("/ip4/127.0.0.1/udp/40400") };
const made = Discv5.create({ enr: SignableENR.createFromPeerId(peerId), peerId, bindAddrs });
process.stdout.write(`votes: ${made.config.enrUpdate}\n`);
