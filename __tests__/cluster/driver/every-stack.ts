import { sections } from "../../../values/load/environment";
import { loadEnvironments } from "../../../values/load/load";
import type { Stack } from "./stack";

/** Every section of every environment and example, each a stack. */
export const everyStack: readonly Stack[] = ["values", "examples/sequencer", "examples/spike"].flatMap(dir =>
  loadEnvironments({ dir }).flatMap(({ name, values }) =>
    sections.filter(section => values[section]).map(section => ({ dir, name, section })),
  ),
);
