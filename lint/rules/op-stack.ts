import { ELECTION_MS, FAILOVER_SECONDS } from "../../constructs/sequencer/conductor/timing";
import { byName } from "../../manifests/read/object";
import type { Container } from "../../manifests/read/pod";
import { eachContainer, type Rule } from "../rule";

const isLoopback = (address: string) => /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(address);

/** What listens where, by the program: flags of addresses that can stop the chain, and what holds without them. */
const ADDRESSES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "op-conductor": { "rpc.addr": "0.0.0.0", "consensus.addr": "127.0.0.1" },
  "op-node": { "rpc.addr": "127.0.0.1" },
  geth: { "authrpc.addr": "127.0.0.1" },
  "op-reth": { "authrpc.addr": "127.0.0.1" },
};

/** The program that a container runs, under a start script of ours or alone. */
const programOf = ({ command = [], args = [] }: Container) =>
  [...command, ...args].map(word => word.split("/").pop() ?? "").find(word => word in ADDRESSES);

/** A flag's value, as the program reads it: the last one counts, and a variable where there is none. */
function flagOf({ command = [], args = [], env = [] }: Container, program: string, name: string): string | undefined {
  const all = [...command, ...args].flatMap((word, i, words) => {
    const [flag = "", ...value] = word.replace(/^--?/, "").split("=");
    return word.startsWith("-") && flag === name ? [value.length > 0 ? value.join("=") : (words[i + 1] ?? "")] : [];
  });
  const variable = `${program}.${name}`.toUpperCase().replaceAll(/[.-]/g, "_");
  return all.at(-1) ?? env.find(each => each.name === variable)?.value;
}

const milliseconds = (duration = "") => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(duration) ?? [];
  return number ? Number(number) * (unit === "s" ? 1000 : 1) : undefined;
};

/** OP Stack sequencers, whose flags an override can reach. */
export const opStack: readonly Rule[] = [
  {
    id: "op-stack-loopback",
    severity: "error",
    holds: "the RPC of op-conductor and op-node, the Engine API and raft listen on loopback",
    why: "they have no authentication that stops a caller in the cluster, and one call stops the chain for good",
    remedy: "take the override away: the mesh lets through what harms nothing",
    alike: [],
    check: eachContainer(function* (container, at) {
      const program = programOf(container);
      for (const [flag, otherwise] of Object.entries(ADDRESSES[program ?? ""] ?? {})) {
        const address = flagOf(container, program ?? "", flag) ?? otherwise;
        if (!isLoopback(address)) yield at("args", `has ${flag} of ${program} at ${address}`);
      }
    }),
  },
  {
    id: "op-conductor-health",
    severity: "error",
    holds: "op-conductor's timings are in order, and a member can be healthy",
    why: "otherwise every member is unhealthy, and leadership goes round without a block",
    remedy: "take the override away: they follow from blockTime, rttMax and members",
    alike: [],
    check: eachContainer(function* (container, at, workload) {
      if (programOf(container) !== "op-conductor") return;
      const flag = (name: string) => flagOf(container, "op-conductor", name);
      const members = Number((workload.object.spec as { replicas?: number } | undefined)?.replicas ?? 1);
      const peers = Number(flag("healthcheck.min-peer-count") ?? 0);
      if (peers > members - 1) yield at("args", `wants ${peers} peers, and there are ${members - 1}`);
      const window = Number(flag("healthcheck.unsafe-interval") ?? 0);
      if (window <= FAILOVER_SECONDS) {
        yield at("args", `is unhealthy after ${window} s without a block, and a failover takes ${FAILOVER_SECONDS} s`);
      }
      const heartbeat = milliseconds(flag("raft.heartbeat-timeout") ?? "1s") ?? Number.NaN;
      const lease = milliseconds(flag("raft.lease-timeout") ?? "500ms") ?? Number.NaN;
      if (!(lease <= heartbeat && heartbeat <= ELECTION_MS)) {
        const order = `lease ${lease} ms, heartbeat ${heartbeat} ms, election ${ELECTION_MS} ms`;
        yield at("args", `has timings out of order: ${order}`);
      }
    }),
  },
  {
    id: "op-node-stopped",
    severity: "error",
    holds: "a single op-node starts stopped",
    why: "a script starts it once it has every block that is known; before that it would make some of them again",
    remedy: "take the override away, so that op-node has --sequencer.stopped",
    alike: [],
    check: eachContainer(function* (container, at) {
      if (programOf(container) !== "op-node" || !byName(container.env, "NEWEST_BLOCK")) return;
      const stopped = flagOf(container, "op-node", "sequencer.stopped") ?? "false";
      if (/^(0|f|false)$/i.test(stopped)) yield at("args", "makes blocks at once, without --sequencer.stopped");
    }),
  },
];
