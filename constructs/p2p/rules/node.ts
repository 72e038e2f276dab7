import { imageProblem } from "../../kubernetes/image";
import { hostProblem } from "../../kubernetes/network/host";
import { DEFAULT_DENY } from "../../kubernetes/network-namespace";
import type { Problem } from "../../kubernetes/problem";
import { bytes } from "../../kubernetes/quantity";
import { P2P_AGENT_PORT } from "../agent-port";
import type { Announce } from "../announce";
import type { Bootnodes } from "../bootnodes";
import type { P2pNodeProps } from "../node";
import { bootnodeProblems } from "./bootnodes";
import { envProblems } from "./env";

/** A p2p node with its defaults; paths in the problems are paths in its props. */
interface Node extends P2pNodeProps {
  readonly name: string;
  readonly announce: Announce;
  readonly storage?: { readonly size?: string };
  readonly bootnodes?: readonly Bootnodes[];
}

/** What no p2p node may be, whatever its role. */
export function nodeProblems(props: Node): Problem[] {
  return [
    ...nameProblems(props),
    ...imageProblems(props),
    ...sizeProblems(props),
    ...announceProblems(props),
    ...envProblems(props),
    ...bootnodeProblems(props),
    ...upstreamProblems(props),
  ];
}

function nameProblems({ name, namespace }: Node): Problem[] {
  if (name === DEFAULT_DENY) {
    return [
      {
        path: ["name"],
        message: `"${name}" is the name of the namespace's own NetworkPolicy`,
        remedy: "use another one",
      },
    ];
  }
  const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
  const check = (path: string, value: string, longest: number): Problem[] => {
    if (value.length > longest) {
      return [
        {
          path: [path],
          message: `"${value}" has ${value.length} characters, at most ${longest} are allowed`,
          remedy: "shorten it",
        },
      ];
    }
    if (label.test(value)) return [];
    return [
      { path: [path], message: `"${value}" is not a DNS label`, remedy: "use lower-case letters, digits and dashes" },
    ];
  };
  return [...check("name", name, 52), ...check("namespace", namespace, 63)];
}

function imageProblems({ software, requireDigest }: Node): Problem[] {
  const problem = imageProblem(software.image, requireDigest ?? false);
  return problem ? [{ path: ["software", "image"], ...problem }] : [];
}

function sizeProblems({ replicas = 1, storage, resources }: Node): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(replicas) || replicas < 1)
    problems.push({ path: ["replicas"], message: `${replicas} replicas: use 1 or more` });
  const size = (path: string[], value: string | undefined) => {
    if (value !== undefined && !bytes(value)) {
      problems.push({
        path,
        message: `"${value}" is not a size`,
        remedy: "use a Kubernetes quantity above 0, such as 2Gi",
      });
    }
  };
  size(["storage", "size"], storage?.size);
  size(["resources", "memory"], resources?.memory);
  size(["resources", "memoryLimit"], resources?.memoryLimit);
  if (resources && (bytes(resources.memory) ?? 0) > (bytes(resources.memoryLimit) ?? Infinity)) {
    problems.push({
      path: ["resources", "memory"],
      message: `${resources.memory} is requested, but ${resources.memoryLimit} is the limit`,
      remedy: "request no more than the limit",
    });
  }
  return problems;
}

/** URLs that lead nowhere, or nobody knows where. */
function upstreamProblems({ software, clusterDomain = "cluster.local", networkAccess }: Node): Problem[] {
  if (networkAccess === false) return [];
  return (["all", "node"] as const).flatMap(which =>
    software.upstreams[which].flatMap((url, i): Problem[] => {
      const problem = hostProblem(url, clusterDomain);
      return problem ? [{ path: ["software", "upstreams", which, i], ...problem }] : [];
    }),
  );
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
