import { isPrivateAddress } from "../kubernetes/address";
import { imageProblem } from "../kubernetes/image";
import { DEFAULT_DENY } from "../kubernetes/network-namespace";
import type { Problem } from "../kubernetes/problem";
import { bytes } from "../kubernetes/quantity";
import { P2P_AGENT_PORT } from "./agent-port";
import type { Announce } from "./announce";
import type { Bootnodes } from "./bootnodes";
import { type DecodedEnr, decodeEnr, enrMismatch } from "./enr";
import type { Identity } from "./identity";
import type { P2pNodeProps } from "./node";
import { MANAGED_ENV } from "./pod";

/** What the rules look at; paths in their problems are paths in these props. */
export interface NodeRulesInput extends P2pNodeProps {
  readonly name: string;
  readonly announce: Announce;
  readonly storage?: { readonly size?: string };
  readonly bootnodes?: readonly Bootnodes[];
}

/** What no p2p node may be, whatever its role; there is no more to a node that joins. */
export function nodeProblems(props: NodeRulesInput): Problem[] {
  return [
    ...nameProblems(props),
    ...imageProblems(props),
    ...sizeProblems(props),
    ...announceProblems(props),
    ...envProblems(props),
    ...bootnodeProblems(props),
  ];
}

/** What a bootstrap node may not be: anything whose ENR would change under its peers. */
export function bootstrapProblems(
  props: NodeRulesInput & { readonly identity: Identity; readonly pinEnr?: boolean },
): Problem[] {
  const problems = nodeProblems(props);
  if (props.pinEnr && !props.software.enrVotingModule) {
    problems.push({
      path: ["pinEnr"],
      message: `pinEnr is not known for software ${props.software.name}`,
      remedy: "leave pinEnr out, or name the software's enrVotingModule",
    });
  }
  if (!props.announce.stable) {
    problems.push({
      path: ["announce"],
      message:
        "a bootstrap node cannot announce its pod's address, which is gone with the pod while peers still hold the ENR",
      remedy: "use clusterIp (internal), publicIp or a reserved address",
    });
  }
  return [...problems, ...identityProblems(props)];
}

function bootnodeProblems(props: NodeRulesInput): Problem[] {
  const problems: Problem[] = [];
  const sources = (props.bootnodes ?? []).map(({ bootnodes }) => bootnodes);
  sources.forEach((source, i) => {
    if (source.kind === "known") {
      source.enrs.forEach((text, j) => {
        // What is wrong with the records of this configuration's own bootstrap nodes is said of those.
        const enr = decoded(text, ["bootnodes", i, j], source.namespace ? [] : problems);
        if (enr?.ip && props.announce.isPublic && isPrivateAddress(enr.ip))
          problems.push(privateBootnode(["bootnodes", i, j], enr.ip));
      });
    } else if (source.kind === "published") {
      if (source.namespace !== props.namespace) {
        problems.push({
          path: ["bootnodes", i],
          message: `the records of ${source.configMap} are published in namespace ${source.namespace}, which pods of ${props.namespace} cannot read`,
          remedy: "join by Bootnodes.fromEnrs or Bootnodes.fromUrl",
        });
      }
      if (props.announce.isPublic && !source.isPublic) problems.push(privateBootnode(["bootnodes", i], "a ClusterIP"));
    }
  });
  if (sources.filter(({ kind }) => kind === "url").length > 1) {
    problems.push({
      path: ["bootnodes"],
      message: "bootnodes from URLs are given twice",
      remedy: "give one Bootnodes.fromUrl all the URLs",
    });
  }
  return problems;
}

function privateBootnode(path: Problem["path"], address: string): Problem {
  return {
    path,
    message: `a public node cannot join through ${address}, which is private: peers outside could not reach what it tells them`,
    remedy: "join through a bootstrap node with a public address, or announce an internal one",
  };
}

function nameProblems({ name, namespace }: NodeRulesInput): Problem[] {
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

function imageProblems({ software, requireDigest }: NodeRulesInput): Problem[] {
  const problem = imageProblem(software.image, requireDigest ?? false);
  return problem ? [{ path: ["software", "image"], ...problem }] : [];
}

function sizeProblems({ replicas = 1, storage, resources }: NodeRulesInput): Problem[] {
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

function announceProblems({ announce, replicas = 1, software }: NodeRulesInput): Problem[] {
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
      message: `an address on the host with ${replicas} replicas: a pod would announce it from whichever node it runs on`,
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

function envProblems({ env = {}, secretEnv = {} }: NodeRulesInput): Problem[] {
  const names = [env, secretEnv].flatMap((variables, i) =>
    Object.keys(variables).flatMap(name => {
      const path = [i === 0 ? "env" : "secretEnv", name];
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        return [
          {
            path,
            message: `"${name}" is not the name of an environment variable`,
            remedy: "use letters, digits and underscores",
          },
        ];
      }
      if (!MANAGED_ENV.test(name)) return [];
      const message = `${name} is set by the package, since identity and reachability hang on it`;
      return [{ path, message, remedy: "remove it and use the prop it follows from" }];
    }),
  );
  const secrets = Object.entries(env)
    .filter(
      ([name, value]) => SECRET_NAME.test(name) || (/^(0x)?[0-9a-fA-F]{64}$/.test(value) && !name.includes("HASH")),
    )
    .map(([name]) => ({
      path: ["env", name],
      message: `${name} looks like a secret, which would stand in manifests and in Terraform's state`,
      remedy: "put it into a Secret and name that in secretEnv",
    }));
  return [...names, ...secrets];
}

const SECRET_NAME = /(PRIVATE_KEYS?|PASSWORD|PASSPHRASE|MNEMONIC|SECRET|TOKEN|API_KEYS?)$/;

function identityProblems({
  identity,
  announce,
  name,
  replicas = 1,
}: NodeRulesInput & { readonly identity: Identity }): Problem[] {
  if (!identity.secret) return [];
  const problems: Problem[] = [];
  const place = (i: number) => ["identity", "enrs", i];
  if (identity.enrs.length < replicas) {
    problems.push({
      path: ["identity", "enrs"],
      message: `${replicas} replicas, but ${identity.enrs.length} keys with a known ENR`,
      remedy: "make one key per replica: rollup-network keys bootstrap with one --address each",
    });
  }
  if (announce.addresses.length === 0) {
    problems.push({
      path: ["announce"],
      message: `known ENRs need a known address, but ${announce.mode} finds its address at start`,
      remedy: "reserve addresses (clusterIp: { addresses }, or address), or use identity: persisted",
    });
  }
  const records = identity.enrs.map((text, i) => decoded(text, place(i), problems));
  records.forEach((record, i) => {
    if (!record) return;
    const twin = records.findIndex(other => other?.publicKey === record.publicKey);
    if (twin < i) {
      problems.push({
        path: place(i),
        message: `the ENR is of the same key as enrs[${twin}]`,
        remedy: "every replica needs a key of its own",
      });
    }
    const ip = announce.addresses[i];
    const mismatch = ip && enrMismatch(record, { ip, port: announce.port });
    if (mismatch)
      problems.push({
        path: place(i),
        message: `the ENR ${mismatch} by ${name}-${i}`,
        remedy: swapOrRemake(announce, i, record),
      });
  });
  return problems;
}

function swapOrRemake(announce: Announce, i: number, record: DecodedEnr): string {
  const owner = announce.addresses.indexOf(record.ip ?? "");
  const remake = `make a new key: rollup-network keys bootstrap --l1-chain-id … --port ${announce.port} --address ${announce.addresses[i]} …`;
  return owner >= 0 && owner !== i ? `it belongs to replica ${owner}: swap the ENRs, or ${remake}` : remake;
}

/** Decodes an ENR, or adds the reason why it is none to `problems`. */
function decoded(text: string, path: Problem["path"], problems: Problem[]): DecodedEnr | undefined {
  try {
    return decodeEnr(text);
  } catch (error) {
    problems.push({
      path,
      message: (error as Error).message,
      remedy: "copy the whole ENR again from where it was published",
    });
    return undefined;
  }
}
