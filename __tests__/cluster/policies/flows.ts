/** Ports such as `8080 40400/udp`, or `*` for each that is tried, by who is called. A key may name several. */
type To = Readonly<Record<string, string>>;
/** Who may call whom; nobody else may call anybody. */
export type Flows = Readonly<Record<string, To>>;

const DNS: To = { DNS: "53 53/udp" };
/** Where the values do not say where it is: its ports at every host and pod, but not at metadata services. */
const API_SERVER: To = { anywhere: "443 6443" };
const NAMED_API_SERVER: To = { "named API server": "443 6443" };

const OUTSIDERS = "apps, wallet, ingress, monitoring, l1, devnet-da, example-da, foreign";
const P2P = "40400 40400/udp";
const HOSTED = "40411 40411/udp";
/** Hosts of the CRS, which nodes verify proofs with. */
const CRS: To = { "public address": "443" };

/** What is right in each stack: written by hand, from what its values wire together. */
export const FLOWS: Readonly<Record<string, Flows>> = {
  "local-p2p": {
    boot: { full: P2P, ...DNS, ...API_SERVER },
    full: { "boot, full": P2P, l1: "5052 8545", ...CRS, ...DNS },
  },
  "hosted-p2p": {
    // No policy holds a pod on the network of its host, and rules that name pods do not mean it.
    boot: { "full, host of full": HOSTED, "anywhere, node-local DNS, metadata": "*" },
    "full, inside": { full: HOSTED, inside: P2P, "public address": "*", l1: "5052 8545", ...DNS },
    [OUTSIDERS]: { boot: "*", "full, host of full": HOSTED },
  },
  "joined-p2p": {
    full: { full: P2P, "public address": "*", l1: "8545", ...DNS },
  },
  "proving-p2p": {
    boot: { prover: P2P, ...DNS, ...API_SERVER },
    prover: { boot: P2P, queue: "8080", l1: "5052 8545", ...CRS, ...DNS },
    queue: { l1: "5052 8545", ...DNS },
    agents: { queue: "8080", ...CRS, ...DNS },
  },
  "devnet-p2p": {
    boot: { "full, rpc": P2P, ...DNS, ...API_SERVER },
    "full, rpc": { "boot, full, rpc": P2P, l1: "5052 8545", ...CRS, ...DNS },
    "apps, wallet": { "full, rpc": "8080" },
  },
  "staging-p2p": {
    boot: { boot: P2P, full: "40401 40401/udp", "public address": "*", ...DNS, ...API_SERVER },
    full: { boot: P2P, full: "40401 40401/udp", "public address": "*", l1: "5052 8545", ...DNS },
    [OUTSIDERS]: { "boot, host of boot": P2P, "full, host of full": "40401 40401/udp" },
  },
  "mainnet-p2p": {
    // Peers of a named network are anywhere, at ports of their own.
    boot: { "boot, full, rpc, archive": P2P, "public address": "*", ...DNS, ...NAMED_API_SERVER },
    "full, rpc": { "boot, full, rpc, archive": P2P, "public address": "*", l1: "5052 8545", ...DNS },
    archive: { "boot, full, rpc": P2P, "public address": "*", l1: "5052 8545", ...DNS },
    ingress: { "full, rpc, archive": "8080" },
    monitoring: { "boot, full, rpc, archive": "9102" },
  },
  "devnet-sequencer": {
    seq: { seq: "5443 7676", "devnet-da": "7980", ...DNS },
    "seq-proxy": { seq: "7331 9090" },
    "apps, wallet": { seq: "7331", "seq-proxy": "8080" },
  },
  "raft-3-sequencer": {
    seq: { seq: "5443 7676", "example-da": "7980", ...DNS },
    "seq-proxy": { seq: "7331 9090" },
    "apps, wallet": { seq: "7331", "seq-proxy": "8080" },
    monitoring: { seq: "9105 26660", "seq-proxy": "9106" },
  },
  "raft-5-sequencer": {
    seq: {
      seq: "5443 7676",
      "public address": "443",
      "169.254.169.254, 169.254.169.252, 169.254.170.23": "80 988",
      ...DNS,
    },
    "seq-proxy": { seq: "7331 8545" },
    "apps, wallet": { seq: "7331", "seq-proxy": "8080" },
    monitoring: { seq: "9001 9105 26660", "seq-proxy": "9106" },
  },
  "op-stack-sequencer": {
    seq: { seq: "5443 9222", "public address": "443", ...DNS },
    "seq-proxy": { seq: "8545 9546 9548" },
    "seq-batcher": { "seq-proxy": "8080 8081", "public address": "443", ...DNS },
    "seq-proposer": { "seq-proxy": "8081", "public address": "443", ...DNS },
    "apps, wallet": { seq: "8545", "seq-proxy": "8080" },
    monitoring: { seq: "6060 7300 7301 9105", "seq-proxy": "9106", "seq-batcher, seq-proposer": "7300" },
  },
  "op-stack-single-sequencer": {
    seq: { "public address": "443", ...DNS },
    "seq-batcher": { seq: "8545 9548", "public address": "443", ...DNS },
    "apps, wallet": { seq: "8545" },
    monitoring: { seq: "6060 7300 9105", "seq-batcher": "7300" },
  },
  "lease-sequencer": {
    seq: { seq: "7676", "example-da": "7980", ...DNS, ...API_SERVER },
    "seq-proxy": { seq: "9090 9103" },
    "apps, wallet": { seq: "7331", "seq-proxy": "8080" },
    monitoring: { seq: "9103 9105 26660", "seq-proxy": "9106" },
  },
  "single-sequencer": {
    seq: { "example-da": "7980", ...DNS },
    "apps, wallet": { seq: "7331 9090" },
    monitoring: { seq: "26660" },
  },
  "devnet-spike": {
    "spike-nexus": { "spike-keeper": "8443", ...DNS },
    "spike-pilot": { "spike-nexus": "8443", ...DNS },
    "spike-bootstrap": { "spike-keeper, spike-nexus": "8443", ...DNS, ...API_SERVER },
    "spire-ready": API_SERVER,
    "apps, wallet": { "spike-nexus": "8443" },
  },
  "spike-spike": {
    "spike-nexus": { "spike-keeper": "8443", ...DNS },
    "spike-pilot": { "spike-nexus": "8443", ...DNS },
    "spike-bootstrap": { "spike-keeper, spike-nexus": "8443", ...DNS, ...NAMED_API_SERVER },
    "spire-ready": NAMED_API_SERVER,
    wallet: { "spike-nexus": "8443" },
  },
};
