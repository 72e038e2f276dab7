import { namespacesOf } from "../schema/section";
import { type PresentSection, type Section, sectionsOf } from "../schema/sections";
import type { Environment } from "./environment";
import { type Finding, finding, type Path, type Place } from "./finding";
import { clusterKey, statePath, stateSetting } from "./state";

/** One thing that an environment takes, and no other may. */
export interface Claim {
  readonly thing: string;
  /** The environment's. */
  readonly file: string;
  readonly place: Place;
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

/**
 * What two environments must not share: a state, and a namespace of one cluster. Each claim of `later` is held against
 * those of `earlier` and those of `later` before it.
 */
export function collisions(earlier: readonly Claim[], later: readonly Claim[]): Finding[] {
  const taken = new Map<string, Claim>();
  for (const claim of earlier) if (!taken.has(claim.thing)) taken.set(claim.thing, claim);
  const findings: Finding[] = [];
  for (const claim of later) {
    const other = taken.get(claim.thing);
    if (!other) taken.set(claim.thing, claim);
    else findings.push(finding(claim.place, claim.path, `${claim.message}, and so does ${other.file}`, claim.remedy));
  }
  return findings;
}

export function claimsOf(environment: Environment): Claim[] {
  const { file, locate } = environment;
  return sectionsOf(environment.values)
    .flatMap(section => [stateClaim(environment, section.name), ...clusterClaims(environment, section)])
    .map(claim => ({ ...claim, file, place: locate(claim.path) }));
}

type Unplaced = Omit<Claim, "file" | "place">;

function stateClaim(environment: Environment, section: Section): Unplaced {
  const state = statePath(environment.name, section, environment.values);
  return {
    thing: `state ${state}`,
    path: stateSetting(environment.values.backend),
    message: `keeps its state at ${state}`,
    remedy: "give each environment its own: one of the two would destroy what the other made",
  };
}

function clusterClaims(environment: Environment, { name: key, section, values }: PresentSection): Unplaced[] {
  const cluster = clusterKey(environment.values);
  if (!cluster) return [];
  const claims = namespacesOf(section, values).map(({ name, path }) => ({
    thing: `namespace ${cluster} ${name}`,
    path: [key, ...path],
    message: `deploys into namespace ${name} of ${cluster}`,
    remedy: "give each environment a namespace or a cluster of its own",
  }));
  if (!section.onePerCluster) return claims;
  const { thing, reason } = section.onePerCluster;
  return [
    ...claims,
    {
      thing: `${thing} ${cluster}`,
      path: [key],
      message: `installs ${thing} on ${cluster}, ${reason}`,
      remedy: `give one environment of a cluster the section ${key}`,
    },
  ];
}
