import { namespacesOf } from "../schema/section";
import { type PresentSection, type Section, sectionsOf } from "../schema/sections";
import type { Environment } from "./environment";
import { type Finding, finding, type Path } from "./finding";
import { clusterKey, statePath, stateSetting } from "./state";

interface Claim {
  readonly thing: string;
  readonly environment: Environment;
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

/**
 * What two environments must not share: a state, and a namespace of one cluster. Each environment of `later` is held
 * against those of `earlier` and those of `later` before it.
 */
export function checkCollisions(earlier: readonly Environment[], later: readonly Environment[]): Finding[] {
  const taken = new Map<string, Claim>();
  for (const claim of earlier.flatMap(claims)) if (!taken.has(claim.thing)) taken.set(claim.thing, claim);
  const findings: Finding[] = [];
  for (const claim of later.flatMap(claims)) {
    const other = taken.get(claim.thing);
    if (!other) taken.set(claim.thing, claim);
    else {
      const message = `${claim.message}, and so does ${other.environment.file}`;
      findings.push(finding(claim.environment.locate(claim.path), claim.path, message, claim.remedy));
    }
  }
  return findings;
}

function claims(environment: Environment): Claim[] {
  return sectionsOf(environment.values).flatMap(section => [
    stateClaim(environment, section.name),
    ...clusterClaims(environment, section),
  ]);
}

function stateClaim(environment: Environment, section: Section): Claim {
  const state = statePath(environment.name, section, environment.values);
  return {
    thing: `state ${state}`,
    environment,
    path: stateSetting(environment.values.backend),
    message: `keeps its state at ${state}`,
    remedy: "give each environment its own: one of the two would destroy what the other made",
  };
}

function clusterClaims(environment: Environment, { name: key, section, values }: PresentSection): Claim[] {
  const cluster = clusterKey(environment.values);
  if (!cluster) return [];
  const claims = namespacesOf(section, values).map(({ name, path }) => ({
    thing: `namespace ${cluster} ${name}`,
    environment,
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
      environment,
      path: [key],
      message: `installs ${thing} on ${cluster}, ${reason}`,
      remedy: `give one environment of a cluster the section ${key}`,
    },
  ];
}
