import { durationProblems } from "../kubernetes/duration";
import { NODE_IMAGE } from "../kubernetes/fail-fast-gate";
import { isToken } from "../kubernetes/framework/tokens";
import { grammarProblems } from "../kubernetes/grammar/grammar";
import { dnsLabel, OBJECT_NAME } from "../kubernetes/grammar/names";
import { referenceProblems, secretKeyProblems } from "../kubernetes/grammar/references";
import { workloadName } from "../kubernetes/grammar/reserved";
import { imageProblem } from "../kubernetes/image";
import { apiServerProblems } from "../kubernetes/network/api-server";
import { hostProblem } from "../kubernetes/network/host";
import type { Problem } from "../kubernetes/problem";
import { sizeProblems } from "../kubernetes/quantity";
import { parseVersion } from "../kubernetes/version";
import { blockTimeMs } from "./block-time";
import { daEndpointProblem, ownDaProblem, sameDaProblem } from "./da-endpoint";
import type { Engine } from "./engine";
import type { ExecutionParts } from "./execution/execution";
import { EV_NODE_IMAGES, executionParts } from "./execution/executions";
import { HAPROXY_IMAGE, haproxyProblem } from "./haproxy";
import { submitProblems } from "./member/da-submit";
import type { EvNode } from "./member/ev-node";
import { optionProblems } from "./member/ev-node-problems";
import type { NodeParts } from "./member/frame";
import { genesisProblems } from "./member/genesis";
import { EV_NODE_KEYS, type NodeKeys } from "./member/node-key";
import { type MeshSecurity, meshCommonName } from "./mesh/member-mesh";
import type { MemberProps, SequencerProps } from "./sequencer";
import { supportProblems } from "./support";

/** Props whose name is known. */
export type Named<P> = P & { readonly name: string };

/** What no sequencer may be, whatever its members; paths in the problems are paths in the props. */
export function sequencerProblems(props: Named<SequencerProps>, engine: Engine, members: number): Problem[] {
  return [
    ...nameProblems(props),
    ...referenceProblems(props),
    ...referredProblems(props),
    ...softwareProblems(props, engine),
    ...optionProblems(props),
    ...daProblems(props, engine),
    ...submitProblems(props.da.submit, props.da.signingAddresses),
    ...nodeKeyProblems(props, members),
    ...signerProblems(props),
    ...genesisProblems(props.genesis, props.signer.address),
    ...roomProblems(props, engine, members),
    ...(engine.lease ? apiServerProblems(props.networkAccess, props.protected ?? false) : []),
  ];
}

/** What is wrong with the props that every sequencer has, whatever its software. */
export function memberProblems(props: Named<MemberProps>, engine: Engine, members: number, keys: NodeKeys): Problem[] {
  return [
    ...nameProblems(props),
    ...referenceProblems(props),
    ...grammarProblems(["nodeKeys", "secret"], props.nodeKeys.secret, OBJECT_NAME),
    ...nodeKeyProblems(props, members, keys),
    ...roomProblems(props, engine, members),
    ...durationProblems([["blockTime"], props.blockTime]),
  ];
}

/** Volumes and zones. */
function roomProblems(props: MemberProps, engine: Engine, members: number): Problem[] {
  return [
    ...sizeProblems(["storage", "size"], props.storage?.size),
    ...sizeProblems(["executionStorage", "size"], props.executionStorage?.size),
    ...zoneProblems(props, engine, members),
  ];
}

/** A certificate has room for 64 characters of a name. */
export function meshNameProblems({
  name,
  namespace,
  mesh,
}: Named<MemberProps> & { readonly mesh: MeshSecurity }): Problem[] {
  const commonName = meshCommonName(name, namespace);
  if (mesh.kind === "plain" || isToken(commonName) || commonName.length <= 64) return [];
  return [
    {
      path: ["name"],
      message:
        `the mesh certificate's name ${commonName} has ${commonName.length} characters, ` +
        "at most 64 are allowed in a certificate",
      remedy: "shorten the name or the namespace",
    },
  ];
}

function nameProblems({ name, namespace }: Named<MemberProps>): Problem[] {
  return [
    ...grammarProblems(["name"], name, workloadName(40)),
    ...grammarProblems(["namespace"], namespace, dnsLabel()),
  ];
}

/** Objects that have to be there before the sequencer. */
function referredProblems({ da, nodeKeys, genesis, signer }: SequencerProps): Problem[] {
  return [
    ...(da.authToken ? secretKeyProblems(["da", "authToken"], da.authToken) : []),
    ...grammarProblems(["nodeKeys", "secret"], nodeKeys.secret, OBJECT_NAME),
    ...("configMap" in genesis ? grammarProblems(["genesis", "configMap"], genesis.configMap, OBJECT_NAME) : []),
    ...(signer.kind === "file" && signer.secret
      ? grammarProblems(["signer", "secret"], signer.secret, OBJECT_NAME)
      : []),
  ];
}

function softwareProblems(props: SequencerProps, engine: Engine): Problem[] {
  const { software, requireDigest = false } = props;
  const execution = executionParts(software.execution);
  return [
    ...supportProblems(software, engine),
    ...releaseProblems(software),
    ...imageProblems(imagesOf({ ...props, engine, execution }), requireDigest),
    ...execution.problems,
  ];
}

/** What is wrong with images, at their places. */
export function imageProblems(images: NodeParts["images"], requireDigest = false): Problem[] {
  return images.flatMap(([path, image]) => {
    const problem = imageProblem(image, requireDigest) ?? haproxyProblem(image);
    return problem ? [{ path, ...problem }] : [];
  });
}

/** A release without a known image; what is no release at all is refused elsewhere. */
function releaseProblems({ version, image, execution }: EvNode): Problem[] {
  if (image !== undefined || !parseVersion(version)) return [];
  const message = `no image of ev-node ${version} with ${execution.kind} is known`;
  const remedy = `use ${Object.keys(EV_NODE_IMAGES[execution.kind]).join(", ")}, or name the image`;
  return [{ path: ["software", "version"], message, remedy }];
}

/** The images of a sequencer's pods, with their places in the props. */
export function imagesOf(
  props: SequencerProps & { readonly engine: Engine; readonly execution: ExecutionParts },
): [path: string[], image: string][] {
  const { software, haproxyImage, gateImage, da, engine, execution } = props;
  const images: [path: string[], image: string][] = [];
  if (software.image !== undefined) images.push([["software", "image"], software.image]);
  images.push(...execution.images.map(([path, image]): [string[], string] => [path, image]));
  if (engine.mesh) images.push([["haproxyImage"], haproxyImage ?? HAPROXY_IMAGE]);
  if (da.wait !== undefined) images.push([["gateImage"], gateImage ?? NODE_IMAGE]);
  return images;
}

function daProblems(
  { da, clusterDomain = "cluster.local", ...props }: Named<SequencerProps>,
  engine: Engine,
): Problem[] {
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
  problems.push(...pathProblems(da, engine));
  const self = { name: props.name, namespace: props.namespace, clusterDomain };
  da.endpoints.forEach((endpoint, i) => {
    const problem = ownDaProblem(endpoint, self);
    if (problem) problems.push({ path: ["da", "endpoints", i], ...problem });
  });
  problems.push(...endpointProblems(["da", "endpoints"], da.endpoints, clusterDomain));
  if (da.namespace === "") {
    const message = "empty: ev-node would make up another one in every process";
    problems.push({ path: ["da", "namespace"], message, remedy: "name the namespace of the rollup's blobs" });
  }
  if (da.dataNamespace === "") {
    const remedy = "name one, or leave it out";
    problems.push({ path: ["da", "dataNamespace"], message: "empty: ev-node takes namespace for it", remedy });
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

/** Secrets with paths that nobody would read, or that would be logged. */
function pathProblems({ endpoints, pathSecrets = {} }: SequencerProps["da"], { mesh }: Engine): Problem[] {
  const urls = Object.keys(pathSecrets);
  if (urls.length > 0 && !mesh) {
    const message = "a single sequencer has no mesh, and ev-node would write the path into its log";
    const remedy: Problem["remedy"] = called =>
      `leave it out, or use ${called("RaftSequencer")} or ${called("LeaseSequencer")}`;
    return [{ path: ["da", "pathSecrets"], message, remedy }];
  }
  return urls.flatMap(url => [
    ...(endpoints.includes(url)
      ? []
      : [
          {
            path: ["da", "pathSecrets", url],
            message: `"${url}" is not one of the endpoints`,
            remedy: "write it as in endpoints",
          },
        ]),
    ...secretKeyProblems(["da", "pathSecrets", url], pathSecrets[url] as { secret: string; key: string }),
  ]);
}

/** What is wrong with endpoints that a mesh has to reach. */
export function endpointProblems(
  path: readonly string[],
  endpoints: readonly string[],
  clusterDomain = "cluster.local",
): Problem[] {
  return endpoints.flatMap((endpoint, i) => {
    const problem =
      daEndpointProblem(endpoint) ?? hostProblem(endpoint, clusterDomain) ?? sameDaProblem(endpoints, i, clusterDomain);
    return problem ? [{ path: [...path, i], ...problem }] : [];
  });
}

function nodeKeyProblems({ nodeKeys }: MemberProps, members: number, keys = EV_NODE_KEYS): Problem[] {
  const problems: Problem[] = [];
  const { peerIds } = nodeKeys;
  if (peerIds.length !== members) {
    problems.push({
      path: ["nodeKeys", "peerIds"],
      message: `${peerIds.length} peer ids for ${members} ${members === 1 ? "member" : "members"}`,
      remedy: `give one per member, in the order of the pods: rollup-network ${keys.command} --members ${members}`,
    });
  }
  peerIds.forEach((id, i) => {
    const path = ["nodeKeys", "peerIds", i];
    const message = isToken(id) ? undefined : keys.peerIdProblem(id);
    if (message)
      problems.push({ path, message, remedy: `copy it again from where rollup-network ${keys.command} printed it` });
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

/** Zones in which the loss of one would take the quorum. */
function zoneProblems({ zones }: MemberProps, engine: Engine, members: number): Problem[] {
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
