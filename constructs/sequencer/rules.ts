import { durationProblems } from "../kubernetes/duration";
import { NODE_IMAGE } from "../kubernetes/fail-fast-gate";
import { imageProblem } from "../kubernetes/image";
import { apiServerProblems } from "../kubernetes/network/api-server";
import { hostProblem } from "../kubernetes/network/host";
import { DEFAULT_DENY } from "../kubernetes/network-namespace";
import type { Problem } from "../kubernetes/problem";
import { bytes } from "../kubernetes/quantity";
import type { Resources } from "../kubernetes/resources";
import { blockTimeMs } from "./block-time";
import { daEndpointProblem, sameDaProblem } from "./da-endpoint";
import type { Engine } from "./engine";
import { executionParts } from "./execution/executions";
import { HAPROXY_IMAGE, haproxyProblem } from "./haproxy";
import { genesisProblems } from "./member/genesis";
import { peerIdProblem } from "./member/node-key";
import type { SequencerProps } from "./sequencer";
import { supportProblems } from "./support";

/** Props whose name is known. */
export type Named<P> = P & { readonly name: string };

/** What no sequencer may be, whatever its members; paths in the problems are paths in the props. */
export function sequencerProblems(props: Named<SequencerProps>, engine: Engine, members: number): Problem[] {
  return [
    ...nameProblems(props),
    ...softwareProblems(props, engine),
    ...daProblems(props, engine),
    ...nodeKeyProblems(props, members),
    ...signerProblems(props),
    ...genesisProblems(props.genesis, props.signer.address),
    ...sizeProblems(props),
    ...zoneProblems(props, engine, members),
    ...(engine.lease ? apiServerProblems(props.networkAccess, props.protected ?? false) : []),
  ];
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function nameProblems({ name, namespace }: SequencerProps & { readonly name: string }): Problem[] {
  const check = (path: string, value: string, longest: number): Problem[] => {
    if (value.length > longest) {
      const message = `"${value}" has ${value.length} characters, at most ${longest} are allowed`;
      return [{ path: [path], message, remedy: "shorten it" }];
    }
    if (LABEL.test(value)) return [];
    return [
      { path: [path], message: `"${value}" is not a DNS label`, remedy: "use lower-case letters, digits and dashes" },
    ];
  };
  if (name === DEFAULT_DENY) {
    return [
      {
        path: ["name"],
        message: `"${name}" is the name of the namespace's own NetworkPolicy`,
        remedy: "use another one",
      },
    ];
  }
  return [...check("name", name, 40), ...check("namespace", namespace, 63)];
}

function softwareProblems(props: SequencerProps, engine: Engine): Problem[] {
  const { software, requireDigest = false } = props;
  const problems = supportProblems(software, engine);
  for (const [path, image] of imagesOf(props, engine)) {
    const problem = imageProblem(image, requireDigest) ?? haproxyProblem(image);
    if (problem) problems.push({ path, ...problem });
  }
  return [...problems, ...executionParts(software.execution).problems];
}

/** The images of a sequencer's pods, with their places in the props. */
export function imagesOf(
  { software, haproxyImage, gateImage, da }: Pick<SequencerProps, "software" | "haproxyImage" | "gateImage" | "da">,
  engine: Engine,
): [path: string[], image: string][] {
  const images: [path: string[], image: string][] = [[["software", "image"], software.image]];
  images.push(...executionParts(software.execution).images.map(([path, image]): [string[], string] => [path, image]));
  if (engine.mesh) images.push([["haproxyImage"], haproxyImage ?? HAPROXY_IMAGE]);
  if (da.wait !== undefined) images.push([["gateImage"], gateImage ?? NODE_IMAGE]);
  return images;
}

function daProblems({ da, clusterDomain = "cluster.local", ...props }: SequencerProps, engine: Engine): Problem[] {
  const problems: Problem[] = [];
  if (da.endpoints.length === 0) {
    problems.push({
      path: ["da", "endpoints"],
      message: "no DA: a sequencer does not start without",
      remedy: "name at least one endpoint",
    });
  }
  if (!engine.mesh && da.endpoints.length > 1) {
    problems.push({
      path: ["da", "endpoints", 1],
      message: "a single sequencer dials one endpoint, since it has no mesh to choose among several",
      remedy: called => `keep one, or use ${called("RaftSequencer")} or ${called("LeaseSequencer")}`,
    });
  }
  da.endpoints.forEach((endpoint, i) => {
    const problem =
      daEndpointProblem(endpoint) ??
      hostProblem(endpoint, clusterDomain) ??
      sameDaProblem(da.endpoints, i, clusterDomain);
    if (problem) problems.push({ path: ["da", "endpoints", i], ...problem });
  });
  if (da.namespace === "") {
    const message = "empty: ev-node would make up another one in every process";
    problems.push({ path: ["da", "namespace"], message, remedy: "name the namespace of the rollup's blobs" });
  }
  const between = blockTimeMs(props);
  if (between < 10) {
    problems.push({ path: ["blockTime"], message: `${between} ms between blocks`, remedy: "use 10ms or more" });
  }
  problems.push(
    ...durationProblems(
      [["blockTime"], props.blockTime],
      [["da", "blockTime"], da.blockTime],
      [["da", "wait"], da.wait],
    ),
  );
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
    if (message)
      problems.push({ path, message, remedy: "copy it again from where rollup-network keys sequencer printed it" });
    const twin = peerIds.indexOf(id);
    if (twin < i) {
      problems.push({
        path,
        message: `the same node key as peerIds[${twin}]`,
        remedy: "every member needs a key of its own",
      });
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
    {
      path: ["signer", field as string],
      message: "empty: nobody could sign blocks",
      remedy: "name the Secret or the key",
    },
  ];
}

function sizeProblems(props: SequencerProps): Problem[] {
  const problems: Problem[] = [];
  const size = (path: string[], value: string | undefined) => {
    if (value === undefined || bytes(value)) return;
    problems.push({
      path,
      message: `"${value}" is not a size`,
      remedy: "use a Kubernetes quantity above 0, such as 2Gi",
    });
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
function zoneProblems({ zones }: SequencerProps, engine: Engine, members: number): Problem[] {
  const survives = engine.survives(members);
  if (!zones || zones.length === 0 || survives === 0) return [];
  const path = ["zones"];
  const unique = new Set(zones).size;
  if (unique < zones.length) return [{ path, message: "a zone is named twice", remedy: "name every zone once" }];
  const most = Math.ceil(members / unique);
  if (most <= survives) return [];
  return [
    {
      path,
      message:
        `${members} members in ${unique} ${unique === 1 ? "zone" : "zones"}: ` +
        `the loss of one zone takes ${most}, and only ${survives} may be lost`,
      remedy: `name at least ${Math.ceil(members / survives)} zones, or none`,
    },
  ];
}
