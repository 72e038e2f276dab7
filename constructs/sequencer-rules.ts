import { daEndpointProblem, sameDaProblem } from "./da-endpoint";
import { NODE_IMAGE } from "./fail-fast-gate";
import { genesisProblems, proposerOf } from "./genesis";
import { HAPROXY_IMAGE, haproxyProblem } from "./haproxy";
import { imageProblem } from "./image";
import { meshCommonName } from "./member-mesh";
import { DEFAULT_DENY } from "./network-namespace";
import { peerIdProblem } from "./node-key";
import type { Resources } from "./p2p-pod";
import type { Problem } from "./problem";
import { bytes } from "./quantity";
import type { RaftSequencerProps } from "./raft-sequencer";
import { type RaftTimingProps, raftTimingProblems } from "./raft-timing";
import { DEFAULT_BLOCK_TIME_MS, type SequencerMode, type SequencerProps } from "./sequencer";
import type { SequencerNode } from "./sequencer-node";
import { isBefore, parseVersion } from "./software/ev-node";
import { type IConstruct, TerraformStack } from "./terraform";

/** What no sequencer may be, whatever its members; paths in the problems are paths in the props. */
export function sequencerProblems(
  props: SequencerProps & { readonly name: string },
  mode: SequencerMode,
  members: number,
): Problem[] {
  return [
    ...nameProblems(props),
    ...softwareProblems(props, mode),
    ...daProblems(props, mode),
    ...nodeKeyProblems(props, members),
    ...signerProblems(props),
    ...genesisProblems(props.genesis, props.signer.address),
    ...sizeProblems(props),
    ...zoneProblems(props, mode, members),
  ];
}

/** What a raft may not be beside that. */
export function raftProblems(
  props: Omit<RaftSequencerProps, "members"> & RaftTimingProps & { readonly members: number },
): Problem[] {
  const problems = [...memberProblems(props.members), ...raftTimingProblems(props.blockTimeMs ?? DEFAULT_BLOCK_TIME_MS, props)];
  const commonName = meshCommonName(props.name ?? "", props.namespace);
  if (props.mesh.kind !== "plain" && commonName.length > 64) {
    problems.push({
      path: ["name"],
      message: `the mesh certificate's name ${commonName} has ${commonName.length} characters, at most 64 are allowed in a certificate`,
      remedy: "shorten the name or the namespace",
    });
  }
  return problems;
}

/** Why a number of members is no raft. */
export function memberProblems(members: number): Problem[] {
  if ([3, 5, 7].includes(members)) return [];
  const problem = (message: string, remedy: string) => [{ path: ["members"], message, remedy }];
  if (members === 1) return problem("a raft of 1 can never grow", "use single: {} now, and docs/runbooks/single-to-ha.md later");
  if (members === 2) return problem("a raft of 2 stops when either is lost", "use 3, or lease: {} for a pair");
  if (members > 7) return problem(`${members} members: every block waits for a quorum of them`, "use 3, 5 or 7");
  if (members % 2 === 0 && members > 0) {
    return problem(
      `${members} is even: a quorum of ${members} survives no more failures than one of ${members - 1}`,
      `use ${members - 1} or ${members + 1}`,
    );
  }
  return problem(`${members} members make no raft`, "use 3, 5 or 7");
}

/** Every name under which the key that signs is known: its Secret or KMS key, and its address where the props or the genesis say it. */
export function signersOf({ signer, namespace, genesis }: SequencerProps): string[] {
  const key =
    signer.kind === "file"
      ? `Secret ${namespace}/${signer.secret}`
      : `key ${signer.kind === "aws" ? signer.keyId : signer.keyName}`;
  const address = signer.address?.replace(/^0x/, "").toLowerCase() ?? proposerOf(genesis);
  return address ? [key, `address ${address}`] : [key];
}

/** Two sequencers of one environment that would sign with one key; environments may be on different clusters. */
export function soleSignerProblems(sequencer: SequencerNode): string[] {
  const environmentOf = (node: IConstruct) => (TerraformStack.of(node) as { readonly environment?: string }).environment;
  const mine = environmentOf(sequencer);
  return sequencer.node.root.node.findAll().flatMap(other => {
    const shared = (other as Partial<SequencerNode>).signers?.find(signer => sequencer.signers.includes(signer));
    if (other === sequencer || !shared || environmentOf(other) !== mine) return [];
    return [
      `sequencer ${sequencer.name} signs with ${shared}, and so does ${other.node.path}: two writers with one key fork the chain → ` +
        "remove one of them, or give it a signer of its own",
    ];
  });
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function nameProblems({ name, namespace }: SequencerProps & { readonly name: string }): Problem[] {
  const check = (path: string, value: string, longest: number): Problem[] => {
    if (value.length > longest) {
      const message = `"${value}" has ${value.length} characters, at most ${longest} are allowed`;
      return [{ path: [path], message, remedy: "shorten it" }];
    }
    if (LABEL.test(value)) return [];
    return [{ path: [path], message: `"${value}" is not a DNS label`, remedy: "use lower-case letters, digits and dashes" }];
  };
  if (name === DEFAULT_DENY) {
    return [{ path: ["name"], message: `"${name}" is the name of the namespace's own NetworkPolicy`, remedy: "use another one" }];
  }
  return [...check("name", name, 40), ...check("namespace", namespace, 63)];
}

const HA_MINIMUM = [1, 1, 1];

function softwareProblems(props: SequencerProps, mode: SequencerMode): Problem[] {
  const { software, requireDigest = false } = props;
  const problems: Problem[] = [];
  const version = parseVersion(software.version);
  if (!version) {
    const message = `"${software.version}" is not a release of ev-node`;
    problems.push({ path: ["software", "version"], message, remedy: "use one such as v1.2.2" });
  } else if (mode !== "single" && isBefore(version, HA_MINIMUM)) {
    problems.push({
      path: ["software", "version"],
      message: `${software.version} is before v1.1.1, in which members could elect a leader that lags, or restart for ever (upstream #3255, #3230)`,
      remedy: "use v1.1.1 or later",
    });
  }
  for (const [path, image] of imagesOf(props, mode)) {
    const problem = imageProblem(image, requireDigest) ?? haproxyProblem(image);
    if (problem) problems.push({ path, ...problem });
  }
  if (software.execution.kind === "evm") {
    const { genesisHash, feeRecipient } = software.execution;
    const hex = (field: string, value: string, digits: number): Problem[] =>
      new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(value)
        ? []
        : [{ path: ["software", "execution", field], message: `"${value}" is not 0x and ${digits} hex digits` }];
    problems.push(...hex("genesisHash", genesisHash, 64), ...hex("feeRecipient", feeRecipient, 40));
  }
  return problems;
}

/** The images of a sequencer's pods, with their places in the props. */
export function imagesOf(
  { software, haproxyImage, gateImage, da }: Pick<SequencerProps, "software" | "haproxyImage" | "gateImage" | "da">,
  mode: SequencerMode,
): [path: string[], image: string][] {
  const images: [path: string[], image: string][] = [[["software", "image"], software.image]];
  if (software.execution.kind === "evm") images.push([["software", "execution", "image"], software.execution.image]);
  if (mode !== "single") images.push([["haproxyImage"], haproxyImage ?? HAPROXY_IMAGE]);
  if (da.waitMs !== undefined) images.push([["gateImage"], gateImage ?? NODE_IMAGE]);
  return images;
}

function daProblems(
  { da, blockTimeMs = DEFAULT_BLOCK_TIME_MS, clusterDomain = "cluster.local" }: SequencerProps,
  mode: SequencerMode,
): Problem[] {
  const problems: Problem[] = [];
  if (da.endpoints.length === 0) {
    problems.push({
      path: ["da", "endpoints"],
      message: "no DA: a sequencer does not start without",
      remedy: "name at least one endpoint",
    });
  }
  if (mode === "single" && da.endpoints.length > 1) {
    problems.push({
      path: ["da", "endpoints", 1],
      message: "a single sequencer dials one endpoint, since it has no mesh to choose among several",
      remedy: "keep one, or use raft or lease",
    });
  }
  da.endpoints.forEach((endpoint, i) => {
    const problem = daEndpointProblem(endpoint) ?? sameDaProblem(da.endpoints, i, clusterDomain);
    if (problem) problems.push({ path: ["da", "endpoints", i], ...problem });
  });
  if (da.waitMs !== undefined && !(Number.isInteger(da.waitMs) && da.waitMs > 0)) {
    problems.push({
      path: ["da", "waitMs"],
      message: `${da.waitMs} is no time`,
      remedy: "use milliseconds above 0, or leave it out",
    });
  }
  if (da.namespace === "") {
    const message = "empty: ev-node would make up another one in every process";
    problems.push({ path: ["da", "namespace"], message, remedy: "name the namespace of the rollup's blobs" });
  }
  if (!Number.isInteger(blockTimeMs) || blockTimeMs < 10) {
    problems.push({ path: ["blockTimeMs"], message: `${blockTimeMs} ms between blocks`, remedy: "use a whole number from 10" });
  }
  return problems;
}

function nodeKeyProblems({ nodeKeys }: SequencerProps, members: number): Problem[] {
  const problems: Problem[] = [];
  const { peerIds } = nodeKeys;
  if (peerIds.length !== members) {
    problems.push({
      path: ["nodeKeys", "peerIds"],
      message: `${peerIds.length} peer ids for ${members} ${members === 1 ? "member" : "members"}`,
      remedy: `give one per member, in the order of the pods: rollup-network keys sequencer --members ${members}`,
    });
  }
  peerIds.forEach((id, i) => {
    const path = ["nodeKeys", "peerIds", i];
    const message = peerIdProblem(id);
    if (message) problems.push({ path, message, remedy: "copy it again from where rollup-network keys sequencer printed it" });
    const twin = peerIds.indexOf(id);
    if (twin < i) {
      problems.push({ path, message: `the same node key as peerIds[${twin}]`, remedy: "every member needs a key of its own" });
    }
  });
  return problems;
}

function signerProblems({ signer }: SequencerProps): Problem[] {
  const [field, value] =
    signer.kind === "file"
      ? ["secret", signer.secret]
      : signer.kind === "aws"
        ? ["keyId", signer.keyId]
        : ["keyName", signer.keyName];
  if (value) return [];
  return [
    { path: ["signer", field as string], message: "empty: nobody could sign blocks", remedy: "name the Secret or the key" },
  ];
}

function sizeProblems(props: SequencerProps): Problem[] {
  const problems: Problem[] = [];
  const size = (path: string[], value: string | undefined) => {
    if (value === undefined || bytes(value)) return;
    problems.push({ path, message: `"${value}" is not a size`, remedy: "use a Kubernetes quantity above 0, such as 2Gi" });
  };
  const both = (name: string, resources: Resources | undefined) => {
    size([name, "memory"], resources?.memory);
    size([name, "memoryLimit"], resources?.memoryLimit);
    if (resources && (bytes(resources.memory) ?? 0) > (bytes(resources.memoryLimit) ?? Infinity)) {
      const message = `${resources.memory} is requested, but ${resources.memoryLimit} is the limit`;
      problems.push({ path: [name, "memory"], message, remedy: "request no more than the limit" });
    }
  };
  size(["storage", "size"], props.storage?.size);
  size(["executionStorage", "size"], props.executionStorage?.size);
  both("resources", props.resources);
  both("executionResources", props.executionResources);
  return problems;
}

/** Zones in which the loss of one would take the quorum. */
function zoneProblems({ zones }: SequencerProps, mode: SequencerMode, members: number): Problem[] {
  if (!zones || zones.length === 0 || mode === "single") return [];
  const path = ["zones"];
  const unique = new Set(zones).size;
  if (unique < zones.length) return [{ path, message: "a zone is named twice", remedy: "name every zone once" }];
  const survives = mode === "raft" ? (members - 1) / 2 : 1;
  const most = Math.ceil(members / unique);
  if (most <= survives) return [];
  return [
    {
      path,
      message: `${members} members in ${unique} ${unique === 1 ? "zone" : "zones"}: the loss of one zone takes ${most}, and only ${survives} may be lost`,
      remedy: mode === "raft" ? "name at least 3 zones, or none" : "name 2 zones, or none",
    },
  ];
}
