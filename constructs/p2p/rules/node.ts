import { grammarProblems } from "../../kubernetes/grammar/grammar";
import { dnsLabel } from "../../kubernetes/grammar/names";
import { referenceProblems } from "../../kubernetes/grammar/references";
import { workloadName } from "../../kubernetes/grammar/reserved";
import { imageProblem } from "../../kubernetes/image";
import { hostProblem } from "../../kubernetes/network/host";
import type { Problem } from "../../kubernetes/problem";
import { resourcesProblems, sizeProblems } from "../../kubernetes/quantity";
import { P2P_AGENT_PORT } from "../agent-port";
import type { Announce } from "../announce";
import type { Bootnodes } from "../bootnodes";
import type { P2pNodeProps } from "../node";
import type { P2pRole } from "../software/software";
import { bootnodeProblems } from "./bootnodes";
import { crsProblems } from "./crs";
import { envProblems } from "./env";

/** A workload of the software; paths in the problems are paths in its props. */
interface Workload extends P2pNodeProps {
  readonly name: string;
  readonly role: P2pRole;
  readonly storage?: { readonly size?: string; readonly className?: string };
}

/** A p2p node with its defaults. */
interface Node extends Workload {
  readonly announce: Announce;
  readonly bootnodes?: readonly Bootnodes[];
}

/** What no p2p node may be, whatever its role. */
export function nodeProblems(props: Node): Problem[] {
  return [...workloadProblems(props), ...announceProblems(props), ...bootnodeProblems(props)];
}

/** What nothing that runs the software may be, whether it is a peer or not. */
export function workloadProblems(props: Workload): Problem[] {
  return [
    ...nameProblems(props),
    ...referenceProblems(props),
    ...imageProblems(props),
    ...(props.software.problems ?? []).map(problem => ({ ...problem, path: ["software", ...problem.path] })),
    ...amountProblems(props),
    ...envProblems(props),
    ...upstreamProblems(props),
    ...crsProblems(props),
  ];
}

function nameProblems({ name, namespace }: Workload): Problem[] {
  return [
    ...grammarProblems(["name"], name, workloadName(52)),
    ...grammarProblems(["namespace"], namespace, dnsLabel()),
  ];
}

function imageProblems({ software, requireDigest }: Workload): Problem[] {
  const problem = imageProblem(software.image, requireDigest ?? false);
  return problem ? [{ path: ["software", "image"], ...problem }] : [];
}

function amountProblems({ replicas = 1, storage, resources }: Workload): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(replicas) || replicas < 1)
    problems.push({ path: ["replicas"], message: `${replicas} replicas: use 1 or more` });
  return [
    ...problems,
    ...sizeProblems(["storage", "size"], storage?.size),
    ...resourcesProblems("resources", resources),
  ];
}

/** URLs that lead nowhere, or nobody knows where. */
function upstreamProblems({ software, clusterDomain = "cluster.local", networkAccess }: Workload): Problem[] {
  if (networkAccess === false) return [];
  return (["all", "node"] as const).flatMap(which =>
    software.upstreams[which].flatMap((url, i): Problem[] => {
      const problem = hostProblem(url, clusterDomain);
      return problem ? [{ path: ["software", "upstreams", which, i], ...problem }] : [];
    }),
  );
}

/** Node ports of what has none, or of some of the load balancers. */
function nodePortProblems({ nodePorts, addresses, expose }: Announce): Problem[] {
  if (nodePorts.length === 0) return [];
  if (expose !== "loadBalancer") {
    const message = `nodePorts with ${expose}: only a load balancer has node ports`;
    return [{ path: ["announce"], message, remedy: "remove them" }];
  }
  if (nodePorts.length === addresses.length) return [];
  const message = `${nodePorts.length} node ports for ${addresses.length} addresses`;
  return [{ path: ["announce"], message, remedy: "reserve one per address, or none" }];
}

function announceProblems({ announce, replicas = 1, software }: Node): Problem[] {
  const problems: Problem[] = [];
  if (announce.addresses.length > 0 && announce.addresses.length < replicas) {
    problems.push({
      path: ["announce"],
      message: `${announce.addresses.length} reserved addresses for ${replicas} replicas`,
      remedy: "reserve one per replica",
    });
  }
  problems.push(...nodePortProblems(announce));
  if (announce.mode === "address" && announce.hostExposure && replicas > 1) {
    problems.push({
      path: ["announce"],
      message: `an address on the host with ${replicas} replicas: a pod would announce it from any node it runs on`,
      remedy: "use one node per address, each with a nodeSelector, or a loadBalancer",
    });
  }
  const taken = [software.rpcPort, P2P_AGENT_PORT, ...software.reservedPorts].find(port => port === announce.port);
  if (taken !== undefined) {
    problems.push({
      path: ["announce", "port"],
      message: `port ${taken} is already used in the pod`,
      remedy: "use another p2p port, such as 40400",
    });
  }
  return problems;
}
