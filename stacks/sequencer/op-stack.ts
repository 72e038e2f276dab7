import type { Named } from "../../constructs/sequencer/rules";
import type { OpStack } from "../../constructs/sequencer/software/op-stack/op-stack";
import type { OpStackSequencerProps } from "../../constructs/sequencer/software/op-stack/props";
import type { OpStackValues, SequencerValues } from "../../values/schema/sequencer";
import type { Placed } from "../placed";
import type { FileText } from "../section";
import type { Props, SharedProps } from "./props";

/** What every sequencer of an OP Stack chain takes from the environment. */
export function opStackProps({ member, sequencer, fileText }: SharedProps): Props<Named<OpStackSequencerProps>> {
  const opStack = sequencer.at("software").at("opStack") as Placed<OpStackValues>;
  const genesis = sequencer.at("genesis");
  const address = sequencer.at("signerAddress");
  return {
    ...member,
    software: opStack.as(values => softwareOf(values, genesis.value, fileText), {
      genesis: genesis.as(values => values, { text: genesis.at("file") }),
      rollup: opStack.at("rollup").at("file"),
    }),
    sequencerKey: sequencer.at("signer").as(values => keyOf(values, address.value), { address }),
  };
}

function softwareOf(values: OpStackValues, genesis: SequencerValues["genesis"], fileText: FileText): OpStack {
  const { rollup, l1, ...others } = values;
  return {
    ...others,
    rollup: rollup && fileText(rollup.file),
    genesis: genesis && "file" in genesis ? { text: fileText(genesis.file) } : genesis,
    l1: { ...l1, chainConfig: l1.chainConfig && fileText(l1.chainConfig.file) },
  };
}

function keyOf(values: SequencerValues["signer"], address: string | undefined) {
  return { secret: "secret" in values ? values.secret : "", address };
}
