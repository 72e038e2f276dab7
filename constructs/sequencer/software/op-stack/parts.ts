import { join } from "node:path";
import { escapeTerraform } from "../../../kubernetes/framework/escape";
import { Scripts } from "../../../kubernetes/scripts";
import { HAPROXY_IMAGE } from "../../haproxy";
import type { NodeParts } from "../../member/frame";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { namesOfKey } from "../../signers";
import { filesOf, packedGenesis } from "./chain";
import { opStackExecution } from "./execution";
import { fetchedUrls } from "./fetched";
import { BRING_GENESIS, genesisDelivery } from "./genesis";
import { LOOK_UP, nodeContainer, START_NODE } from "./node";
import type { OpStack } from "./op-stack";
import { OP_STACK, OP_STACK_PORTS as PORTS } from "./ports";
import type { OpStackSequencerProps } from "./props";
import type { Sequencing } from "./sequencing";
import { BRING_SNAPSHOT } from "./snapshot";
import { submittersOf } from "./submitters/kinds";
import { opStackSubmitters } from "./submitters/op-stack-submitter";
import { submitterCallers } from "./submitters/policy";

/** op-node and an execution client in the frame of a sequencer, and what decides when they make blocks. */
export function opStackParts(props: OpStackSequencerProps, sequencing: Sequencing): NodeParts {
  const { software, sequencerKey, namespace, haproxyImage = HAPROXY_IMAGE } = props;
  const { images, l1 } = software;
  return {
    name: OP_STACK.name,
    writePort: PORTS.rpc,
    execution: opStackExecution(software),
    upstreams: [
      { name: "l1", port: PORTS.l1, endpoints: l1.endpoints },
      ...(l1.beacon?.length ? [{ name: "beacon", port: PORTS.beacon, endpoints: l1.beacon }] : []),
    ],
    calls: fetchedUrls(software.genesis, software.snapshot),
    signerInKms: false,
    signers: namesOfKey(`Secret ${namespace}/${sequencerKey.secret}`, sequencerKey.address),
    images: [
      [["software", "images", "node"], images.node],
      ...sequencing.images,
      [["software", "images", "execution"], images.execution],
      ...submittersOf(software).map(({ component, settings }): [string[], string] => [
        ["software", component, "image"],
        settings.image,
      ]),
      [["haproxyImage"], haproxyImage],
    ],
    config: (scope, frame) =>
      new Scripts(scope, "Config", {
        namespace,
        name: `${frame.name}-config`,
        labels: frame.metadata.labels,
        files: [...scriptsOf(software), ...sequencing.scripts].map(name => join(__dirname, "scripts", name)),
        texts: { ...chainTexts(software), ...sequencing.texts(frame) },
        binary: binary(software),
      }),
    referenced: [
      {
        volumes: [{ name: "sequencer-key", secret: { secretName: sequencerKey.secret, defaultMode: "0440" } }],
        mounts: [{ name: "sequencer-key", mountPath: PATHS.signer, readOnly: true }],
      },
    ],
    containers: (frame, parts) => [nodeContainer(props, frame, parts, sequencing), ...sequencing.containers(frame)],
    submitters: opStackSubmitters(software),
    callers: named => submitterCallers(software, named),
    mesh: sequencing.mesh,
  };
}

function scriptsOf(software: OpStack): string[] {
  return [
    ...["supervise.sh", "start-execution.sh", START_NODE],
    ...(genesisDelivery(software)?.part ? [BRING_GENESIS] : []),
    ...(software.snapshot ? [BRING_SNAPSHOT] : []),
    ...(software.network ? [LOOK_UP] : []),
  ];
}

function binary(software: OpStack): Record<string, string> {
  const packed = packedGenesis(filesOf(software));
  return packed ? { "genesis.json.gz": packed.toString("base64") } : {};
}

/** Configuration of the chain. */
function chainTexts(software: OpStack): Record<string, string> {
  const { chainConfig } = software.l1;
  const files = filesOf(software);
  const genesis = files && "text" in files.genesis && !packedGenesis(files) ? files.genesis.text : undefined;
  return {
    ...(files && { "rollup.json": escapeTerraform(files.rollup) }),
    ...(genesis !== undefined && { "genesis.json": escapeTerraform(genesis) }),
    ...(chainConfig && { "l1-chain.json": escapeTerraform(chainConfig) }),
  };
}
