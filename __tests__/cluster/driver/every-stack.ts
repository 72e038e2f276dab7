import { loadEnvironments } from "../../../values/load/load";
import { sectionsOf } from "../../../values/schema/sections";
import type { Stack } from "./stack";

/** Every section of every environment and example, each a stack. */
export const everyStack: readonly Stack[] = ["values", "examples/p2p", "examples/sequencer", "examples/spike"].flatMap(
  dir =>
    loadEnvironments({ dir }).flatMap(({ name, values }) =>
      sectionsOf(values).map(section => ({ dir, name, section: section.name })),
    ),
);
