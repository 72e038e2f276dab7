import type { Problem } from "../../constructs/kubernetes/problem";
import { P2P_AGENT_PORT } from "../../constructs/p2p/agent-port";
import { bootstrapNodeProblems } from "../../constructs/p2p/bootstrap-node";
import { fullNodeProblems } from "../../constructs/p2p/full-node";
import { brokerAddress } from "../../constructs/p2p/prover/broker-source";
import { proverAgentsProblems } from "../../constructs/p2p/prover/prover-agents";
import { proverBrokerProblems } from "../../constructs/p2p/prover/prover-broker";
import { type Neighbour, neighbourProblems } from "../../constructs/p2p/rules/neighbours";
import type { BootstrapValues, FullNodeValues, P2pValues } from "../../values/schema/p2p";
import { listOf, Placed, problemsAt } from "../placed";
import { targetPortProblems } from "../target-ports";
import { contradictions } from "./contradictions";
import {
  announceOf,
  bootstrapNodeProps,
  fullNodeProps,
  type Offers,
  type P2pEnvironment,
  proverAgentsProps,
  proverBrokerProps,
  softwareOf,
  sourceOf,
} from "./props";
import { calledBy, urlProblems } from "./url-secrets";

/** Everything that is wrong with a p2p section beyond its form, at paths in the values. */
export function p2pProblems(environment: P2pEnvironment): Problem[] {
  const env = new Placed(environment);
  const { p2p } = environment;
  const offers: Offers = {
    bootstrap: name => {
      const target = p2p.bootstrap.find(bootstrap => bootstrap.name === name);
      return { bootnodes: target ? sourceOf(p2p, target) : { kind: "known", enrs: [] } };
    },
    broker: name => {
      const target = p2p.proverBrokers.find(broker => broker.name === name);
      const { namespace } = p2p;
      return { broker: brokerAddress({ ...target, namespace, name, software: softwareOf(p2p), selector: {} }) };
    },
  };
  const [bootstrapNodes, fullNodes] = [env.at("p2p").at("bootstrap").each(), env.at("p2p").at("nodes").each()];
  const bootstrap = bootstrapNodes.map(node => bootstrapNodeProps(env, node));
  const nodes = fullNodes.map(node => fullNodeProps(env, node, offers));
  const brokers = env
    .at("p2p")
    .at("proverBrokers")
    .each()
    .map(node => proverBrokerProps(env, node));
  const agents = env
    .at("p2p")
    .at("proverAgents")
    .each()
    .map(node => proverAgentsProps(env, node, offers.broker));
  return [
    ...chainProblems(environment),
    ...contradictions(environment),
    ...urlProblems(environment),
    ...targetPortProblems(["p2p"], p2p.networkPolicies.targetPorts, calledBy(p2p)),
    ...bootstrap.flatMap(props => problemsAt(props, bootstrapNodeProblems, WORDS)),
    ...nodes.flatMap(props => problemsAt(props, fullNodeProblems, WORDS)),
    ...brokers.flatMap(props => problemsAt(props, proverBrokerProblems, WORDS)),
    ...agents.flatMap(props => problemsAt(props, proverAgentsProblems, WORDS)),
    ...problemsAt(
      listOf<Neighbour>(["p2p"], [...bootstrap, ...nodes, ...brokers, ...agents]),
      neighbourProblems,
      WORDS,
    ),
    ...hostPortProblems(p2p, [...bootstrapNodes, ...fullNodes]),
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
  "a ProverBroker": "one to proverBrokers",
};

/** Full nodes that would not start for want of their rollup. */
function chainProblems({ p2p }: P2pEnvironment): Problem[] {
  if (p2p.nodes.length + p2p.proverBrokers.length === 0 || p2p.chain.network || p2p.chain.registryAddress) return [];
  return [
    {
      path: ["p2p", "chain"],
      message: "nodes do not start without network or registryAddress",
      remedy: "name the public network, or the address of your rollup's registry on L1",
    },
  ];
}

/** A port that two workloads want on the same host network. */
function hostPortProblems(p2p: P2pValues, nodes: readonly Placed<BootstrapValues | FullNodeValues>[]): Problem[] {
  const owners = new Map<number, string>();
  return nodes.flatMap(({ value: node, path }) => {
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
