import type { EnvironmentValues } from "../values/schema/environment";
import { type Section, sectionsOf } from "../values/schema/sections";
import type { CliSection } from "./section";

/** What the commands ask of every section, each loaded when it is asked for. */
const SECTIONS: Readonly<Record<Section, () => CliSection<EnvironmentValues>>> = {
  p2p: () => (require("./check/p2p/p2p") as typeof import("./check/p2p/p2p")).p2pSection,
  sequencer: () => (require("./check/sequencer") as typeof import("./check/sequencer")).sequencerSection,
  spike: () => (require("./check/spike") as typeof import("./check/spike")).spikeSection,
};

export function cliSection(name: Section): CliSection<EnvironmentValues> {
  return SECTIONS[name]();
}

export function cliSectionsOf(values: EnvironmentValues): CliSection<EnvironmentValues>[] {
  return sectionsOf(values).map(({ name }) => cliSection(name));
}
