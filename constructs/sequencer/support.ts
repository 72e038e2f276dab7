import type { Problem } from "../kubernetes/problem";
import { isBefore, parseVersion } from "../kubernetes/version";
import type { Engine } from "./engine";
import type { EvNode } from "./member/ev-node";

/** The first release of a software that an engine can run, and what is wrong with earlier ones. */
interface Support {
  readonly since?: string;
  readonly before?: string;
}

const OF_SEVERAL: Support = {
  since: "v1.1.1",
  before: "members could elect a leader that lags, or restart for ever (upstream #3255, #3230)",
};

/** Which engine can run which software. What is not in the table is refused. */
const SUPPORT: Readonly<Record<string, Readonly<Record<string, Support>>>> = {
  "ev-node": { single: {}, raft: OF_SEVERAL, lease: OF_SEVERAL },
};

/** Why a software cannot be run by an engine. */
export function supportProblems({ name, version }: EvNode, engine: Engine): Problem[] {
  const path = ["software", "version"];
  const support = SUPPORT[name]?.[engine.name];
  if (!support) {
    const known = Object.keys(SUPPORT).filter(each => SUPPORT[each]?.[engine.name]);
    const message = `${name} cannot be run by a ${engine.noun}`;
    return [{ path: ["software"], message, remedy: `use ${known.join(" or ") || "another engine"}` }];
  }
  const numbers = parseVersion(version);
  if (!numbers) {
    return [{ path, message: `"${version}" is not a release of ${name}`, remedy: "use one such as v1.2.2" }];
  }
  const { since, before } = support;
  if (!since || !isBefore(numbers, parseVersion(since) ?? [])) return [];
  return [{ path, message: `${version} is before ${since}, in which ${before}`, remedy: `use ${since} or later` }];
}
