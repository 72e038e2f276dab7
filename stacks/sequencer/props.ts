import { type EvNode, evNode, type SequencerProps, type Signer } from "../../constructs";
import type { EnvironmentValues } from "../../values/schema/environment";
import type { SequencerValues } from "../../values/schema/sequencer";

/** An environment that has a sequencer section. */
export interface SequencerEnvironment extends EnvironmentValues {
  readonly sequencer: SequencerValues;
}

/** The text of a file that the values name, as they name it. */
export type FileText = (file: string) => string;

/** What every sequencer takes from the environment. */
export function sequencerProps(
  { sequencer, cluster, ...env }: SequencerEnvironment,
  fileText: FileText,
): SequencerProps {
  const { enabled, ...access } = sequencer.networkPolicies;
  const { authToken, endpoints, namespace, blockTime, wait } = sequencer.da;
  return {
    namespace: sequencer.namespace,
    name: sequencer.name,
    software: softwareOf(sequencer),
    blockTime: sequencer.blockTime,
    da: {
      endpoints,
      namespace,
      blockTime,
      authToken,
      wait,
    },
    signer: signerOf(sequencer),
    nodeKeys: sequencer.nodeKeys,
    genesis: "file" in sequencer.genesis ? { text: fileText(sequencer.genesis.file) } : sequencer.genesis,
    resources: sequencer.resources,
    executionResources: sequencer.executionResources,
    storage: sequencer.storage,
    executionStorage: sequencer.executionStorage,
    haproxyImage: sequencer.haproxyImage,
    gateImage: sequencer.gateImage,
    clusterDomain: cluster.domain,
    spread: sequencer.spread,
    zones: sequencer.zones,
    nodeSelector: sequencer.nodeSelector,
    priorityClassName: sequencer.priorityClassName ?? sequencer.namespace,
    imagePullSecrets: sequencer.imagePullSecrets,
    serviceAccountAnnotations: sequencer.serviceAccountAnnotations,
    requireDigest: env.requireDigests,
    networkAccess: enabled && access,
    protected: env.protected,
  };
}

function softwareOf({ software: { evNode: values } }: SequencerValues): EvNode {
  const { version, image, execution } = values;
  return evNode({
    version,
    image,
    execution: execution === "testapp" ? { kind: "testapp" } : { kind: "evm", ...execution.evm },
  });
}

function signerOf({ signer: values, signerAddress: address }: SequencerValues): Signer {
  if ("secret" in values) return { kind: "file", secret: values.secret, address };
  return "aws" in values.kms
    ? { kind: "aws", ...values.kms.aws, address }
    : { kind: "gcp", ...values.kms.gcp, address };
}
