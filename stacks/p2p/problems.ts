import type { Problem } from "../../constructs/kubernetes/problem";
import { P2P_AGENT_PORT } from "../../constructs/p2p/agent-port";
import type { Bootnodes } from "../../constructs/p2p/bootnodes";
import { bootstrapNodeProblems } from "../../constructs/p2p/bootstrap-node";
import { fullNodeProblems } from "../../constructs/p2p/full-node";
import { p2pServiceName } from "../../constructs/p2p/services";
import type { P2pValues } from "../../values/schema/p2p";
import { Placed, problemsAt } from "../placed";
import { announceOf, bootstrapNodeProps, fullNodeProps, type P2pEnvironment, softwareOf, sourceOf } from "./props";

/** Everything that is wrong with a p2p section beyond its form, at paths in the values. */
export function p2pProblems(environment: P2pEnvironment): Problem[] {
  const env = new Placed(environment);
  const { p2p } = environment;
  const offered = (name: string): Bootnodes => {
    const target = p2p.bootstrap.find(bootstrap => bootstrap.name === name);
    return { bootnodes: target ? sourceOf(p2p, target) : { kind: "known", enrs: [] } };
  };
  const bootstrap = env.at("p2p").at("bootstrap").each();
  const nodes = env.at("p2p").at("nodes").each();
  return [
    ...chainProblems(environment),
    ...bootstrap.flatMap(node => problemsAt(bootstrapNodeProps(env, node), bootstrapNodeProblems, WORDS)),
    ...nodes.flatMap(node => problemsAt(fullNodeProps(env, node, offered), fullNodeProblems, WORDS)),
    ...hostPortProblems(environment),
    ...nameProblems(environment),
  ];
}

/** What a values file calls the things that remedies name. */
const WORDS = {
  prop: "key",
  "Announce.clusterIp()": "clusterIp",
  "Announce.clusterIp({ addresses })": "clusterIp: { addresses }",
  "Announce.publicIp()": "publicIp",
  "Announce.address()": "address",
  "Identity.persisted()": "identity: persisted",
};

/** Full nodes that would not start for want of their rollup. */
function chainProblems({ p2p }: P2pEnvironment): Problem[] {
  if (p2p.nodes.length === 0 || p2p.chain.network || p2p.chain.registryAddress) return [];
  return [
    {
      path: ["p2p", "chain"],
      message: "nodes do not start without network or registryAddress",
      remedy: "name the public network, or the address of your rollup's registry on L1",
    },
  ];
}

/** An object that two nodes would create under one name, such as `boot-1-p2p` for the second pod of `boot` and the first of `boot-1`. */
function nameProblems({ p2p }: P2pEnvironment): Problem[] {
  const owners = new Map<string, string>();
  return eachNode(p2p).flatMap(({ node, path }) => {
    const ordinals = Array.from({ length: node.replicas }, (_, i) => p2pServiceName(node.name, i));
    const names = [node.name, `${node.name}-headless`, ...ordinals];
    const taken = names.find(name => owners.has(name));
    for (const name of names) owners.set(name, owners.get(name) ?? node.name);
    if (taken === undefined) return [];
    const message = `the Service ${taken} of ${node.name} would be that of ${owners.get(taken)} too`;
    return [{ path: [...path, "name"], message, remedy: "name one of the two differently" }];
  });
}

/** Bootstrap nodes and nodes, each with its place in the values. */
function eachNode({ bootstrap, nodes }: P2pValues) {
  return [
    ...bootstrap.map((node, i) => ({ node, path: ["p2p", "bootstrap", i] })),
    ...nodes.map((node, i) => ({ node, path: ["p2p", "nodes", i] })),
  ];
}

/** A port that two workloads want on the same host network. */
function hostPortProblems({ p2p }: P2pEnvironment): Problem[] {
  const owners = new Map<number, string>();
  return eachNode(p2p).flatMap(({ node, path }) => {
    const { hostExposure } = announceOf(node.announce, node.port);
    if (!hostExposure) return [];
    const ports = hostExposure === "hostNetwork" ? [node.port, softwareOf(p2p).rpcPort, P2P_AGENT_PORT] : [node.port];
    const taken = ports.find(port => owners.has(port));
    for (const port of ports) owners.set(port, owners.get(port) ?? node.name);
    if (taken === undefined) return [];
    const own = taken === node.port;
    return [
      {
        path: [...path, own ? "port" : "announce"],
        message: `port ${taken} of the host is already used by ${owners.get(taken)}`,
        remedy: own
          ? "give every node that is exposed on the host a port of its own"
          : "use hostPort instead of hostNetwork",
      },
    ];
  });
}
