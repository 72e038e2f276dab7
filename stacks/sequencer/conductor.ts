import { ConductorSequencer } from "../../constructs/sequencer/conductor/conductor-sequencer";
import type { ConductorMembers, ConductorSequencerProps } from "../../constructs/sequencer/conductor/props";
import { conductorSequencerProblems } from "../../constructs/sequencer/conductor/rules";
import type { Named } from "../../constructs/sequencer/rules";
import type { OpStack } from "../../constructs/sequencer/software/op-stack/op-stack";
import type { OpStackValues, SequencerValues } from "../../values/schema/sequencer";
import { type Placed, propsOf } from "../placed";
import type { FileText } from "../section";
import type { EngineInValues, Ha } from "./engine";
import { meshOf, meshProblems, usesHelm } from "./mesh";

/** `ha.conductor` of the values. */
export const conductor: EngineInValues<Ha<"conductor">, Named<ConductorSequencerProps>> = {
  props: ({ member, sequencer, fileText }, own) => {
    const opStack = sequencer.at("software").at("opStack") as Placed<OpStackValues>;
    const genesis = sequencer.at("genesis");
    const address = sequencer.at("signerAddress");
    return propsOf<Named<ConductorSequencerProps>>(own.path, {
      ...member,
      software: opStack.as(values => softwareOf(values, genesis.value, fileText), {
        genesis: genesis.as(values => values, { text: genesis.at("file") }),
        rollup: opStack.at("rollup").at("file"),
      }),
      members: own.at("members").as(members => members as ConductorMembers),
      rttMax: own.at("rttMax"),
      sequencerKey: sequencer.at("signer").as(values => keyOf(values, address.value), { address }),
      mesh: own.at("mesh").as(meshOf),
    });
  },
  problemsOf: conductorSequencerProblems,
  fileProblems: meshProblems,
  create: (scope, id, props) => new ConductorSequencer(scope, id, props),
  usesHelm,
};

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
