import { Announce } from "../../constructs/p2p/announce";
import { type BootnodeSource, Bootnodes } from "../../constructs/p2p/bootnodes";
import { Identity } from "../../constructs/p2p/identity";
import type { P2pNodeProps } from "../../constructs/p2p/node";
import { aztec } from "../../constructs/p2p/software/aztec";
import type { P2pSoftware } from "../../constructs/p2p/software/software";
import type { EnvironmentValues } from "../../values/schema/environment";
import type {
  AnnounceValues,
  BootstrapValues,
  FullNodeValues,
  IdentityValues,
  P2pValues,
} from "../../values/schema/p2p";

/** An environment that has a p2p section. */
export interface P2pEnvironment extends EnvironmentValues {
  readonly p2p: P2pValues;
}

export function softwareOf({ image, chain }: P2pValues): P2pSoftware {
  return aztec({ image, ...chain });
}

export function announceOf(values: AnnounceValues, port: number): Announce {
  if (values === "clusterIp") return Announce.clusterIp({ port });
  if (values === "podIp") return Announce.podIp({ port });
  if (values === "publicIp") return Announce.publicIp({ port });
  if ("clusterIp" in values) return Announce.clusterIp({ port, addresses: values.clusterIp.addresses });
  if ("publicIp" in values) return Announce.publicIp({ port, expose: values.publicIp });
  return Announce.address(values.address.ips, { port, expose: values.address.via });
}

export function identityOf(values: IdentityValues): Identity {
  return values === "persisted" ? Identity.persisted() : Identity.fromSecret(values);
}

/** What both kinds of node take from the environment. */
export function nodeProps(env: P2pEnvironment, node: BootstrapValues | FullNodeValues): P2pNodeProps {
  const { p2p } = env;
  const role = "role" in node ? node.role : "bootstrap";
  const { enabled, ...access } = p2p.networkPolicies;
  return {
    namespace: p2p.namespace,
    name: node.name,
    software: softwareOf(p2p),
    replicas: node.replicas,
    resources: node.resources ?? p2p.resources[role],
    clusterDomain: env.cluster.domain,
    spread: p2p.spread,
    env: node.env,
    nodeSelector: node.nodeSelector,
    priorityClassName: node.priorityClassName,
    imagePullSecrets: p2p.imagePullSecrets,
    requireDigest: env.requireDigests,
    networkAccess: enabled && access,
  };
}

/** Where a node's bootnodes come from, each with its place in the node's values. */
export interface Joined {
  readonly bootnodes: Bootnodes;
  readonly path: readonly (string | number)[];
}

/** External ENRs come first and stay; then the bootstrap nodes of the environment; then those that are asked at start. */
export function joinedBy(node: FullNodeValues, bootstrap: (name: string) => Bootnodes): Joined[] {
  return [
    ...(node.externalEnrs.length > 0
      ? [{ bootnodes: Bootnodes.fromEnrs(node.externalEnrs), path: ["externalEnrs"] }]
      : []),
    ...node.join.map((name, i) => ({ bootnodes: bootstrap(name), path: ["join", i] })),
    ...(node.joinUrls ? [{ bootnodes: Bootnodes.fromUrl(node.joinUrls.urls, node.joinUrls), path: ["joinUrls"] }] : []),
  ];
}

/** What a bootstrap node will offer, as far as the values tell. */
export function sourceOf(p2p: P2pValues, node: BootstrapValues): BootnodeSource {
  const { enrs } = identityOf(node.identity);
  if (enrs.length > 0) return { kind: "known", enrs: enrs.slice(0, node.replicas), namespace: p2p.namespace };
  const { isPublic } = announceOf(node.announce, node.port);
  return { kind: "published", namespace: p2p.namespace, configMap: `${node.name}-enr`, keys: [], isPublic };
}
