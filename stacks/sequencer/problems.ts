import type { Problem } from "../../constructs/kubernetes/problem";
import { sequencerProblems } from "../../constructs/sequencer/rules";
import { engineOf } from "./engines";
import { type FileText, type SequencerEnvironment, sequencerProps } from "./props";

/** Everything that is wrong with a sequencer section beyond its form, at paths in the values. */
export function sequencerEnvironmentProblems(env: SequencerEnvironment, fileText: FileText): Problem[] {
  const { sequencer } = env;
  const { engine, members, values, places = {}, ...inValues } = engineOf(sequencer);
  const props = { ...sequencerProps(env, fileText), name: sequencer.name };
  const ofEngine = inValues.problems(props, values, env, fileText);
  const place = ([first = "", ...rest]: Problem["path"]): Problem["path"] => {
    const within = Object.hasOwn(places, first) ? places[first]?.(rest) : undefined;
    return ["sequencer", ...(within ? ["ha", engine.name, ...within] : placed([first, ...rest]))];
  };
  return [...ofEngine, ...sequencerProblems(props, engine, members)].map(problem => ({
    ...problem,
    path: place(problem.path),
  }));
}

/** The place in the values of a place in the props that every sequencer takes. */
function placed([first = "", second, ...rest]: Problem["path"]): Problem["path"] {
  switch (first) {
    case "software":
      return second === "execution"
        ? ["software", "evNode", "execution", "evm", ...rest]
        : ["software", "evNode", second ?? ""];
    case "genesis":
      return ["genesis", second === "text" ? "file" : (second ?? "")];
    case "signer":
      if (second === "address") return ["signerAddress"];
      return [
        "signer",
        ...(second === "keyId" ? ["kms", "aws"] : second === "keyName" ? ["kms", "gcp"] : []),
        second ?? "",
      ];
    default:
      return second === undefined ? [first] : [first, second, ...rest];
  }
}
