import { mergeKubernetes } from "../../constructs/kubernetes/vocabulary/merge";
import { type EvNode, evNode } from "../../constructs/sequencer/member/ev-node";
import type { Named } from "../../constructs/sequencer/rules";
import type {
  DataAvailability,
  Genesis,
  MemberProps,
  SequencerProps,
  Signer,
} from "../../constructs/sequencer/sequencer";
import type { EnvironmentValues } from "../../values/schema/environment";
import type { EvNodeValues } from "../../values/schema/ev-node";
import type { SequencerValues } from "../../values/schema/sequencer";
import type { Placed, Prop } from "../placed";
import type { FileText } from "../section";

/** An environment that has a sequencer section. */
export interface SequencerEnvironment extends EnvironmentValues {
  readonly sequencer: SequencerValues;
}

export type SequencerPropsNamed = Named<SequencerProps>;

/** Props with their places in the values. */
export type Props<P> = { readonly [K in keyof P]: Prop<P[K]> };

/** What every sequencer takes from the environment, whatever its engine. */
export interface SharedProps {
  /** Whatever its software. */
  readonly member: Props<Named<MemberProps>>;
  /** Of ev-node. */
  readonly evNode: () => Props<SequencerPropsNamed>;
  /** Of the files that the values name. */
  readonly fileText: FileText;
  readonly sequencer: Placed<SequencerValues>;
}

export function sharedProps(env: Placed<SequencerEnvironment>, fileText: FileText): SharedProps {
  const member = memberProps(env);
  const sequencer = env.at("sequencer");
  return { member, evNode: () => ({ ...member, ...evNodeProps(sequencer, fileText) }), fileText, sequencer };
}

function evNodeProps(sequencer: Placed<SequencerValues>, fileText: FileText) {
  const node = sequencer.at("software").at("evNode") as Placed<EvNodeValues>;
  const genesis = sequencer.at("genesis");
  const signer = sequencer.at("signer");
  const kms = signer.at("kms");
  const address = sequencer.at("signerAddress");
  return {
    software: node.as(softwareOf, {
      version: node.at("version"),
      image: node.at("image"),
      execution: node.at("execution").at("evm"),
    }),
    da: sequencer.at("da") as Prop<DataAvailability>,
    signer: signer.as(values => signerOf(values, address.value), {
      address,
      keyId: kms.at("aws").at("keyId"),
      keyName: kms.at("gcp").at("keyName"),
    }),
    genesis: genesis.as(values => genesisOf(values, fileText), { text: genesis.at("file") }) as Prop<Genesis>,
    gateImage: sequencer.at("gateImage"),
  };
}

function memberProps(env: Placed<SequencerEnvironment>): Props<Named<MemberProps>> {
  const sequencer = env.at("sequencer");
  return {
    namespace: sequencer.at("namespace"),
    name: sequencer.at("name"),
    blockTime: sequencer.at("blockTime"),
    nodeKeys: sequencer.at("nodeKeys"),
    storage: sequencer.at("storage"),
    executionStorage: sequencer.at("executionStorage"),
    haproxyImage: sequencer.at("haproxyImage"),
    clusterDomain: env.at("cluster").at("domain"),
    spread: sequencer.at("spread"),
    zones: sequencer.at("zones"),
    kubernetes: env.as(values => ownPriorityOf(values)),
    requireDigest: env.at("requireDigests"),
    networkAccess: sequencer.at("networkPolicies").as(({ enabled, ...access }) => enabled && access),
    protected: env.at("protected"),
  };
}

const ownPriorityOf = (env: SequencerEnvironment) => {
  const priorityClassName = ownPriority(env);
  return priorityClassName === undefined ? {} : { priorityClassName };
};

/** Name of the PriorityClass that the section creates, unless the values name one. */
export function ownPriority({ kubernetes, sequencer }: SequencerEnvironment): string | undefined {
  const { priorityClassName } = mergeKubernetes(kubernetes, sequencer.kubernetes);
  return priorityClassName === undefined ? sequencer.namespace : undefined;
}

function softwareOf({ execution, ...values }: EvNodeValues): EvNode {
  return evNode({
    ...values,
    execution: execution === "testapp" ? { kind: "testapp" } : { kind: "evm", ...execution.evm },
  });
}

function signerOf(values: SequencerValues["signer"], address: string | undefined): Signer {
  if ("secret" in values) return { kind: "file", secret: values.secret, address };
  return "aws" in values.kms
    ? { kind: "aws", ...values.kms.aws, address }
    : { kind: "gcp", ...values.kms.gcp, address };
}

function genesisOf(values: NonNullable<SequencerValues["genesis"]>, fileText: FileText): Genesis {
  if ("file" in values) return { text: fileText(values.file) };
  return { configMap: "configMap" in values ? values.configMap : "" };
}
