import { Announce } from "../../constructs/p2p/announce";
import { type BootnodeSource, Bootnodes } from "../../constructs/p2p/bootnodes";
import type { BootstrapNodeProps } from "../../constructs/p2p/bootstrap-node";
import type { FullNodeProps } from "../../constructs/p2p/full-node";
import { Identity } from "../../constructs/p2p/identity";
import type { Broker } from "../../constructs/p2p/prover/broker-source";
import type { ProverAgentsProps } from "../../constructs/p2p/prover/prover-agents";
import type { ProverBrokerProps } from "../../constructs/p2p/prover/prover-broker";
import { aztec } from "../../constructs/p2p/software/aztec/aztec";
import type { P2pSoftware } from "../../constructs/p2p/software/software";
import type { EnvironmentValues } from "../../values/schema/environment";
import type {
  AnnounceValues,
  BootstrapValues,
  FullNodeValues,
  IdentityValues,
  P2pValues,
  ProverAgentsValues,
  ProverBrokerValues,
} from "../../values/schema/p2p";
import { listOf, Placed, type Prop, propsOf } from "../placed";

/** An environment that has a p2p section. */
export interface P2pEnvironment extends EnvironmentValues {
  readonly p2p: P2pValues;
}

type Env = Placed<P2pEnvironment>;
type Named<P> = P & { readonly name: string };

export function bootstrapNodeProps(env: Env, node: Placed<BootstrapValues>): Prop<Named<BootstrapNodeProps>> {
  return propsOf<Named<BootstrapNodeProps>>(node.path, {
    ...nodeProps(env, node),
    identity: node.at("identity").as(identityOf),
    storage: node.at("storage"),
    pinEnr: node.at("pinEnr"),
    protected: env.at("protected"),
  });
}

/** The nodes of the environment by name, or what they will offer. */
export interface Offers {
  readonly bootstrap: (name: string) => Bootnodes;
  readonly broker: (name: string) => Broker;
}

export function fullNodeProps(env: Env, node: Placed<FullNodeValues>, offers: Offers): Prop<Named<FullNodeProps>> {
  return propsOf<Named<FullNodeProps>>(node.path, {
    ...nodeProps(env, node),
    broker: node.at("broker").as(offers.broker),
    publisherKey: node.at("publisherKey"),
    role: node.at("role"),
    storage: node.at("storage"),
    secretEnv: node.at("secretEnv"),
    bootnodes: bootnodesOf(node, offers.bootstrap),
    countPeers: env.at("p2p").at("monitoring").at("enabled"),
  });
}

export function proverBrokerProps(env: Env, node: Placed<ProverBrokerValues>): Prop<Named<ProverBrokerProps>> {
  return propsOf<Named<ProverBrokerProps>>(node.path, {
    ...workloadProps(env, node, "proverBroker"),
    storage: node.at("storage"),
    secretEnv: node.at("secretEnv"),
  });
}

export function proverAgentsProps(
  env: Env,
  node: Placed<ProverAgentsValues>,
  broker: Offers["broker"],
): Prop<Named<ProverAgentsProps>> {
  return propsOf<Named<ProverAgentsProps>>(node.path, {
    ...workloadProps(env, node, "proverAgent"),
    broker: node.at("broker").as(broker),
    replicas: node.at("replicas"),
    autoscale: node.at("autoscale"),
    storage: node.at("storage"),
    secretEnv: node.at("secretEnv"),
    crs: env.at("p2p").at("crs"),
  });
}

/** What both kinds of node take from the environment. */
function nodeProps(env: Env, node: Placed<BootstrapValues | FullNodeValues>) {
  const p2p = env.at("p2p");
  const { port } = node.value;
  return {
    ...workloadProps(env, node, node.at("role").value ?? "bootstrap"),
    replicas: node.at("replicas"),
    announce: node.at("announce").as(values => announceOf(values, port), { port: node.at("port") }),
    spread: p2p.at("spread"),
    crs: p2p.at("crs"),
  };
}

type Workload = BootstrapValues | FullNodeValues | ProverBrokerValues | ProverAgentsValues;

/** What everything that runs the software takes from the environment. */
function workloadProps(env: Env, node: Placed<Workload>, role: keyof P2pValues["resources"]) {
  const p2p = env.at("p2p");
  return {
    namespace: p2p.at("namespace"),
    name: node.at("name"),
    software: p2p.as(softwareOf, softwarePlaces(p2p.at("chain"))),
    resources: p2p.at("resources").at(role),
    clusterDomain: env.at("cluster").at("domain"),
    env: node.at("env"),
    kubernetes: node.at("kubernetes"),
    requireDigest: env.at("requireDigests"),
    networkAccess: p2p.at("networkPolicies").as(({ enabled, ...access }) => enabled && access),
  };
}

export function softwareOf({ image, release, chain, metrics, tracing }: P2pValues): P2pSoftware {
  return aztec({ image, release, metrics, tracing, ...chain });
}

/** Where the values have what the software is made of; endpoints that its nodes call are in its order. */
function softwarePlaces(chain: Placed<P2pValues["chain"]>) {
  const urls = [
    ...chain.at("l1ExecutionUrls").each(),
    ...chain.at("l1ConsensusUrls").each(),
    ...chain.at("l1DebugUrls").each(),
  ];
  return {
    upstreams: new Placed({}, chain.path, { node: listOf(chain.path, urls), all: chain.at("networkConfigUrl") }),
    l1DebugUrls: chain.at("l1DebugUrls"),
    networkConfigUrl: chain.at("networkConfigUrl"),
  };
}

export function announceOf(values: AnnounceValues, port: number): Announce {
  if (values === "clusterIp") return Announce.clusterIp({ port });
  if (values === "podIp") return Announce.podIp({ port });
  if (values === "publicIp") return Announce.publicIp({ port });
  if ("clusterIp" in values) return Announce.clusterIp({ port, addresses: values.clusterIp.addresses });
  if ("publicIp" in values) return Announce.publicIp({ port, expose: values.publicIp });
  const { ips, via, nodePorts } = values.address;
  return Announce.address(ips, { port, expose: via, nodePorts });
}

function identityOf(values: IdentityValues): Identity {
  return values === "persisted" ? Identity.persisted() : Identity.fromSecret(values);
}

/**
 * External ENRs come first and stay; then the bootstrap nodes of the environment; then those that are asked at start.
 */
function bootnodesOf(node: Placed<FullNodeValues>, bootstrap: (name: string) => Bootnodes) {
  const { externalEnrs, joinUrls } = node.value;
  const joined = node.at("join").each();
  return listOf<Bootnodes>(node.path, [
    ...(externalEnrs.length > 0 ? [node.at("externalEnrs").as(Bootnodes.fromEnrs)] : []),
    // What is wrong with one of its records is wrong with joining it.
    ...joined.map(({ value, path }) => ({ value: bootstrap(value), place: () => path })),
    ...(joinUrls ? [new Placed(Bootnodes.fromUrl(joinUrls.urls, joinUrls), node.at("joinUrls").path)] : []),
  ]);
}

/** What a bootstrap node will offer, as far as the values tell. */
export function sourceOf(p2p: P2pValues, node: BootstrapValues): BootnodeSource {
  const { enrs } = identityOf(node.identity);
  if (enrs.length > 0) return { kind: "known", enrs: enrs.slice(0, node.replicas), namespace: p2p.namespace };
  const { isPublic } = announceOf(node.announce, node.port);
  return { kind: "published", namespace: p2p.namespace, configMap: `${node.name}-enr`, keys: [], isPublic };
}
