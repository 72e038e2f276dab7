import { namespacesOf } from "../schema/section";
import { type PresentSection, type Section, sectionsOf } from "../schema/sections";
import type { Environment } from "./environment";
import { type Finding, finding, type Path, type Place, showPath } from "./finding";
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
  /** Whether only other environments are asked: what one environment has twice is found elsewhere. @default false */
  readonly ofOthers?: boolean;
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
    else if (!claim.ofOthers || other.file !== claim.file)
      findings.push(
        finding(claim.place, claim.path, `${claim.message}, and so does ${holder(claim, other)}`, claim.remedy),
      );
  }
  return findings;
}

/** Who has it already: another file, or another place of the same. */
function holder({ file }: Claim, other: Claim): string {
  return other.file === file ? `${showPath(other.path)} (line ${other.place.line})` : other.file;
}

export function claimsOf(environment: Environment): Claim[] {
  const { file, locate } = environment;
  return sectionsOf(environment.values)
    .flatMap(section => [
      stateClaim(environment, section.name),
      ...clusterClaims(environment, section),
      ...networkClaims(environment, section),
    ])
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

/** Addresses and keys that a section announces: in its cluster, or in the world. */
function networkClaims({ values: env, file }: Environment, { name: key, section, values }: PresentSection): Unplaced[] {
  return (section.announces?.(values) ?? []).map(({ thing, ofCluster, name, path }) => ({
    thing: `${thing} ${ofCluster ? (clusterKey(env) ?? file) : ""} ${name}`,
    path: [key, ...path],
    message: `announces the ${thing} ${name.length > 40 ? `${name.slice(0, 40)}…` : name}`,
    remedy: "give each node an address and a key of its own",
    ofOthers: true,
  }));
}

function clusterClaims(environment: Environment, { name: key, section, values }: PresentSection): Unplaced[] {
  const cluster = clusterKey(environment.values);
  // Which cluster the current context will name is not known, but all sections go to the same.
  const claims = namespacesOf(section, values).map(({ name, path }) => ({
    thing: `namespace ${cluster ?? environment.file} ${name}`,
    path: [key, ...path],
    message: `deploys into namespace ${name} of ${cluster ?? "the current context"}`,
    remedy: "give each section and each environment a namespace or a cluster of its own",
  }));
  if (!section.onePerCluster || !cluster) return claims;
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
