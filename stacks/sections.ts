import type { EnvironmentValues } from "../values/schema/environment";
import type { Section } from "../values/schema/sections";
import type { StackSection } from "./section";

/** Every section's stack. It is loaded only for environments that have the section: loading takes most of the time. */
const SECTIONS: Readonly<Record<Section, () => StackSection<EnvironmentValues>>> = {
  p2p: () => (require("./p2p/section") as typeof import("./p2p/section")).p2pSection,
  sequencer: () => (require("./sequencer/section") as typeof import("./sequencer/section")).sequencerSection,
  spike: () => (require("./spike/section") as typeof import("./spike/section")).spikeSection,
};

export function stackSection(name: Section): StackSection<EnvironmentValues> {
  return SECTIONS[name]();
}
