import type { Path } from "../load/finding";
import type { KubernetesValues } from "./kubernetes";
import { type Section, sectionsOf } from "./sections";

/** A place that may have a block `kubernetes`, and the places around it, from the outside in. */
export interface Level {
  readonly path: Path;
  readonly kubernetes?: KubernetesValues;
  readonly around: readonly Level[];
}

interface Holder {
  readonly kubernetes?: KubernetesValues;
}

type Environment = Holder & Parameters<typeof sectionsOf>[0];

/** The levels of an environment: itself, its sections, and the named things in the lists of each. */
export function levelsOf(environment: Environment): Level[] {
  const top: Level = { path: [], kubernetes: environment.kubernetes, around: [] };
  return [top, ...sectionsOf(environment).flatMap(({ name, values }) => levelsIn(name, values, top))];
}

function levelsIn(name: Section, values: Holder, top: Level): Level[] {
  const section: Level = { path: [name], kubernetes: values.kubernetes, around: [top] };
  const things = Object.entries(values).flatMap(([list, items]): Level[] =>
    Array.isArray(items) && items.every(isNamed)
      ? items.map(({ kubernetes }, i) => ({ path: [name, list, i], kubernetes, around: [top, section] }))
      : [],
  );
  return [section, ...things];
}

/** Nodes have names; what else is in lists has none. */
const isNamed = (item: unknown): item is Holder => typeof item === "object" && item !== null && "name" in item;
