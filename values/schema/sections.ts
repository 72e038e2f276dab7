import type { z } from "zod";
import { p2pSection } from "./p2p";
import type { SectionValues, ValuesSection } from "./section";
import { sequencerSection } from "./sequencer";
import { spikeSection } from "./spike";

/** Every section, in the order of the schema. `stacks/sections.ts` and `cli/sections.ts` list what else each has. */
export const sections = { p2p: p2pSection, sequencer: sequencerSection, spike: spikeSection };

export type Section = keyof typeof sections;

export const sectionNames = Object.keys(sections) as Section[];

type Shape = { [name in Section]: z.ZodOptional<(typeof sections)[name]["schema"]> };

/** The sections as keys of an environment. */
export const sectionShape = Object.fromEntries(
  Object.entries(sections).map(([name, { schema, is }]) => [
    name,
    schema.optional().describe(`${is}: the stack \`<env>-${name}\`.`),
  ]),
) as Shape;

/** A section that an environment has. */
export interface PresentSection {
  readonly name: Section;
  readonly section: ValuesSection<SectionValues>;
  readonly values: SectionValues;
}

export function sectionsOf(environment: { readonly [name in Section]?: SectionValues }): PresentSection[] {
  return sectionNames.flatMap(name => {
    const values = environment[name];
    return values ? [{ name, section: sections[name] as ValuesSection<SectionValues>, values }] : [];
  });
}
