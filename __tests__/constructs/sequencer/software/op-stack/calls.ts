/** Methods that stop a chain, take it over or show more than anybody should see, of everything in a member's pod. */
export const DANGEROUS: readonly string[] = [
  ...["startSequencer", "stopSequencer", "postUnsafePayload", "overrideLeader", "resetDerivationPipeline"].map(
    method => `admin_${method}`,
  ),
  ...["setRecoverMode", "setLogLevel", "peers", "addPeer", "startHTTP", "exportChain", "conductorEnabled"].map(
    method => `admin_${method}`,
  ),
  ...["commitUnsafePayload", "stop", "pause", "resume", "overrideLeader", "transferLeader"].map(
    method => `conductor_${method}`,
  ),
  ...["transferLeaderToServer", "addServerAsVoter", "addServerAsNonvoter", "removeServer", "leaderWithID"].map(
    method => `conductor_${method}`,
  ),
  ...["clusterMembership", "active", "leaderOverridden", "sequencerHealthy"].map(method => `conductor_${method}`),
  ...["engine_forkchoiceUpdatedV3", "engine_newPayloadV4", "engine_getPayloadV4", "engine_exchangeCapabilities"],
  ...["debug_setHead", "debug_traceBlock", "personal_unlockAccount", "miner_start", "miner_setMaxDASize"],
  ...["opp2p_disconnectPeer", "opp2p_blockPeer", "opp2p_peers", "txpool_content", "rpc_modules"],
];

/** Methods that look like those that are let through. */
const LOOKALIKES: readonly string[] = [
  ...["Optimism_syncStatus", "OPTIMISM_SYNCSTATUS", " optimism_syncStatus", "optimism_syncStatus ", "optimism_"],
  ...["optimism", "optimism_a_b", "optimism.syncStatus", "admin_SequencerActive", "admin_sequencerActive2", "admin_"],
  ...[
    "conductor_leader2",
    "conductor_Leader",
    "conductor_leader_",
    "Conductor_leader",
    "",
    "optimism_sync\u0000Status",
  ],
];

const call = (method: string) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
const SAFE = call("optimism_syncStatus");
const escaped = (text: string) =>
  [...text].map(letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

/** Bodies that bring a method past a filter which reads JSON in another way than the server, or not to its end. */
export function smuggled(method: string): readonly string[] {
  const bad = call(method);
  return [
    bad,
    `[${bad}]`,
    `[${SAFE},${bad}]`,
    `[${bad},${SAFE}]`,
    `[[${bad}]]`,
    `[${SAFE},[${bad}]]`,
    `{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","method":"${method}","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"method":"${method}","method":"optimism_syncStatus","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","Method":"${method}","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"METHOD":"${method}","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","m\\u0065thod":"${method}","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"method":"${escaped(method)}","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","params":[${bad}]}`,
    `{"jsonrpc":"2.0","id":"\\",\\"method\\":\\"${method}","method":"optimism_syncStatus","params":[]}`,
    `{"jsonrpc":"2.0","id":${bad},"method":"optimism_syncStatus","params":[]}`,
    `${SAFE}${bad}`,
    `${SAFE}\n${bad}`,
    `${bad}\n${SAFE}`,
    `\ufeff${bad}`,
    `{"jsonrpc":"2.0",/*"method":"optimism_syncStatus",*/"id":1,"method":"${method}","params":[]}`,
    `{"jsonrpc":"2.0","id":1,"params":[],"method":\n\t"${method}"}`,
  ];
}

/** Everything that is to be refused. */
export const REFUSED: readonly string[] = [
  ...[...DANGEROUS, ...LOOKALIKES].flatMap(smuggled),
  "",
  "[]",
  "{}",
  "null",
  '"optimism_syncStatus"',
  "[".repeat(4000),
  `${"[".repeat(1000)}${SAFE}${"]".repeat(1000)}`,
  `{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","params":{}}`,
  `{"jsonrpc":"2.0","id":1,"method":"optimism_syncStatus","params":[],"extra":1}`,
  // Of two servers: nobody could answer it.
  `[${SAFE},${call("conductor_leader")}]`,
];

/** What op-batcher, op-proposer and a hand at a shell send. */
export const ALLOWED: readonly string[] = [
  SAFE,
  call("optimism_rollupConfig"),
  call("admin_sequencerActive"),
  '{"jsonrpc":"2.0","id":"a-1","method":"optimism_outputAtBlock","params":["0x1f"]}',
  '{"jsonrpc":"2.0","method":"optimism_syncStatus","params":[],"id":1}\n',
  '{ "method" : "optimism_version", "id" : null, "jsonrpc" : "2.0" }',
  `[${Array(20).fill(SAFE).join(", ")}]`,
];
