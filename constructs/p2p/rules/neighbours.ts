import type { Problem } from "../../kubernetes/problem";
import type { Announce } from "../announce";
import { decodeEnr } from "../enr";
import type { Identity } from "../identity";
import { p2pServiceName } from "../services";

/** What of a node must not be another's too. */
export interface Neighbour {
  readonly name: string;
  readonly namespace: string;
  readonly replicas?: number;
  readonly announce?: Announce;
  readonly identity?: Identity;
}

/**
 * What nodes of one cluster must not share. The first element of a path is the node's position. `resolve` makes two
 * tokens for one value the same text.
 */
export function neighbourProblems(nodes: readonly Neighbour[], resolve = (text: string) => text): Problem[] {
  const named = shared(nodes, node => servicesOf(node).map(resolve)).map(({ i, name, thing, owner }) => ({
    path: [i, "name"],
    message: `the Service ${thing.split("/")[1]} of ${name} would be that of ${owner} too`,
    remedy: "name one of the two differently",
  }));
  const reserved = shared(nodes, node => addressesOf(node).map(resolve)).map(({ i, thing, owner }) => ({
    path: [i, "announce"],
    message: `${thing} is the reserved address of ${owner} already`,
    remedy: "reserve another address",
  }));
  const forwarded = shared(nodes, ({ announce }) => announce?.nodePorts.map(String) ?? []).map(
    ({ i, thing, owner }) => ({
      path: [i, "announce"],
      message: `${thing} is the node port of ${owner} already`,
      remedy: "reserve another node port",
    }),
  );
  const keyed = shared(nodes, keysOf).map(({ i, owner }) => ({
    path: [i, "identity"],
    message: `an ENR is of a key of ${owner} too`,
    remedy: "every replica of every node needs a key of its own",
  }));
  return [...named, ...reserved, ...forwarded, ...keyed];
}

/** Such as `boot-1-p2p`, of the second pod of `boot` or of the first of `boot-1`. */
function servicesOf({ name, namespace, replicas = 1 }: Neighbour): string[] {
  const ordinals = Array.from({ length: replicas }, (_, i) => p2pServiceName(name, i));
  return [name, `${name}-headless`, ...ordinals].map(service => `${namespace}/${service}`);
}

/** A ClusterIP belongs to one Service. A public address leads to one node by each of its ports. */
function addressesOf({ announce }: Neighbour): string[] {
  if (!announce) return [];
  const port = announce.mode === "clusterIp" ? "" : `:${announce.port}`;
  return announce.addresses.map(address => `${address}${port}`);
}

/** Public keys of known ENRs. What is no ENR is found elsewhere. */
function keysOf({ identity }: Neighbour): string[] {
  return (identity?.enrs ?? []).flatMap(enr => {
    try {
      return decodeEnr(enr).publicKey;
    } catch {
      return [];
    }
  });
}

/** The nodes that have a thing which an earlier one has, each with the first such thing. */
function shared(nodes: readonly Neighbour[], thingsOf: (node: Neighbour) => string[]) {
  const owners = new Map<string, string>();
  return nodes.flatMap((node, i) => {
    const things = thingsOf(node);
    const thing = things.find(each => owners.has(each));
    for (const each of things) owners.set(each, owners.get(each) ?? node.name);
    return thing === undefined ? [] : [{ i, name: node.name, thing, owner: owners.get(thing) }];
  });
}
