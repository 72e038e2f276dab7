import type { Problem } from "../../constructs/kubernetes/problem";
import { P2P_AGENT_PORT } from "../../constructs/p2p/agent-port";
import { bootstrapProblems, nodeProblems } from "../../constructs/p2p/rules";
import { p2pServiceName } from "../../constructs/p2p/services";
import type { BootstrapValues, FullNodeValues, P2pValues } from "../../values/schema/p2p";
import { announceOf, identityOf, joinedBy, nodeProps, type P2pEnvironment, softwareOf, sourceOf } from "./props";

/** Everything that is wrong with a p2p section beyond its form, at paths in the values. */
export function p2pProblems(env: P2pEnvironment): Problem[] {
  const { p2p } = env;
  const problems: Problem[] = [];
  p2p.bootstrap.forEach((node, i) => {
    const announce = announceOf(node.announce, node.port);
    const found = bootstrapProblems({
      ...nodeProps(env, node),
      name: node.name,
      announce,
      identity: identityOf(node.identity),
      storage: node.storage,
      pinEnr: node.pinEnr,
    });
    problems.push(
      ...found.map(problem => ({ ...problem, path: placed(problem.path, ["p2p", "bootstrap", i], node, []) })),
    );
  });
  p2p.nodes.forEach((node, i) => {
    const joined = joinedBy(node, name => {
      const target = p2p.bootstrap.find(bootstrap => bootstrap.name === name);
      return { bootnodes: target ? sourceOf(p2p, target) : { kind: "known", enrs: [] } };
    });
    const found = nodeProblems({
      ...nodeProps(env, node),
      name: node.name,
      announce: announceOf(node.announce, node.port),
      storage: node.storage,
      secretEnv: node.secretEnv,
      bootnodes: joined.map(({ bootnodes }) => bootnodes),
    });
    const places = joined.map(({ path }) => path);
    problems.push(
      ...found.map(problem => ({ ...problem, path: placed(problem.path, ["p2p", "nodes", i], node, places) })),
    );
  });
  return [...chainProblems(env), ...deduplicated(problems), ...hostPortProblems(env), ...nameProblems(env)];
}

/** The place in the values of a place in the props. */
function placed(
  path: Problem["path"],
  node: readonly (string | number)[],
  values: BootstrapValues | FullNodeValues,
  bootnodes: readonly Problem["path"][],
): Problem["path"] {
  const [first, second, ...rest] = path;
  if (first === "software") return ["p2p", "image"];
  if (first === "namespace") return ["p2p", "namespace"];
  if (first === "announce" && second === "port") return [...node, "port"];
  if (first === "resources" && !values.resources)
    return ["p2p", "resources", "role" in values ? values.role : "bootstrap", ...path.slice(1)];
  if (first === "bootnodes" && typeof second === "number") {
    const [list, ...entry] = bootnodes[second] ?? [];
    return list === undefined ? node : [...node, list, ...(entry.length > 0 ? entry : rest)];
  }
  return [...node, ...path];
}

/** What concerns the whole section is found once per node. */
function deduplicated(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map(problem => [JSON.stringify([problem.path, problem.message]), problem]));
  return [...seen.values()];
}

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
