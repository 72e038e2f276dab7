import type { FlagRules } from "../extra-args";

const MADE_FOR_IT = "leave it out: Services, volumes and probes are made for it";
const BY_ENGINE = "leave it out: the way to fail over decides it";
const BY_TIMES = "leave it out: it follows from blockTime and lazyInterval";

/**
 * Flags of `start` that the package sets, here or in `evnode.yaml`, which a flag would override, and those that
 * contradict them.
 */
export const EV_NODE_TAKEN: FlagRules["taken"] = {
  help: "leave it out: nothing would start",
  home: MADE_FOR_IT,
  "evnode.db_path": MADE_FOR_IT,
  "evnode.node.aggregator": BY_ENGINE,
  "evnode.node.promotable": BY_ENGINE,
  "evnode.node.based_sequencer": BY_ENGINE,
  "evnode.node.light": BY_ENGINE,
  "evnode.node.catchup_timeout": BY_ENGINE,
  "evnode.node.block_time": "use blockTime",
  "evnode.node.lazy_mode": "use lazyInterval",
  "evnode.node.lazy_block_interval": "use lazyInterval",
  "evnode.node.max_pending_headers_and_data": "use maxPendingBlocks",
  "evnode.node.readiness_window_seconds": BY_TIMES,
  "evnode.node.readiness_max_blocks_behind": BY_TIMES,
  "evnode.da.address": "use da.endpoints",
  "evnode.da.auth_token": "use da.authToken",
  "evnode.da.block_time": "use da.blockTime",
  "evnode.da.namespace": "use da.namespace",
  "evnode.da.data_namespace": "use da.dataNamespace",
  "evnode.da.signing_addresses": "use da.signingAddresses",
  "evnode.da.submit_options": "use da.submit",
  "evnode.p2p.listen_address": MADE_FOR_IT,
  "evnode.p2p.peers": "leave it out: it follows from nodeKeys.peerIds",
  "evnode.rpc.address": MADE_FOR_IT,
  "evnode.instrumentation.prometheus": MADE_FOR_IT,
  "evnode.instrumentation.prometheus_listen_addr": MADE_FOR_IT,
  "evnode.instrumentation.tracing": "use tracing",
  "evnode.instrumentation.tracing_endpoint": "use tracing.endpoint",
  "evnode.instrumentation.tracing_sample_rate": "use tracing.sampleRate",
  "evnode.log.level": "use log.level",
  "evnode.log.format": "use log.format",
  "evnode.signer.signer_type": "use signer",
  "evnode.signer.signer_path": "use signer",
  "evnode.signer.passphrase_file": "use signer",
  "evnode.signer.kms.provider": "use signer",
  "evnode.signer.kms.aws.key_id": "use signer",
  "evnode.signer.kms.aws.region": "use signer",
  "evnode.signer.kms.gcp.key_name": "use signer",
  "evnode.raft.": BY_ENGINE,
};

/** Flags of `start` that take no value, as ev-node v1.2.2 has them, without those above. */
export const EV_NODE_SWITCHES: readonly string[] = [
  "evnode.clear_cache",
  "evnode.instrumentation.pprof",
  "evnode.log.trace",
  "evnode.p2p.disable_connection_gater",
  "evnode.rpc.enable_da_visualization",
];

/** ev-node knows its flags by their names of before too. */
const formerly = (name: string) => name.replace(/^rollkit\./, "evnode.");

/** How arguments are added to ev-node's: pflag's grammar. `execution` sets the flags that only it knows. */
export const evNodeFlags = (execution: readonly string[]): FlagRules => ({
  program: "ev-node",
  taken: {
    ...EV_NODE_TAKEN,
    ...Object.fromEntries(execution.map(name => [name, "leave it out: it follows from execution"])),
  },
  switches: EV_NODE_SWITCHES,
  alias: formerly,
});
