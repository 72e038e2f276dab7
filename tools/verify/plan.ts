import type { Suite } from "../../__tests__/cluster/suites";
import { changed, type Digests } from "./digest";
import type { Verified } from "./record";

/** What is to be done with a suite. */
export interface Step {
  readonly suite: Suite;
  readonly digests: Digests;
  readonly run: "all" | "some" | "none";
  /** Why, for those who read the output. */
  readonly why: string;
}

/** All of a suite without a record of these digests; of one with such a record, what runs always. */
export function plan(suite: Suite, digests: Digests, verified: Verified | undefined): Step {
  if (!verified) return { suite, digests, run: "all", why: "no green run is recorded" };
  const inputs = changed(verified.digests, digests);
  if (inputs.length > 0) {
    return { suite, digests, run: "all", why: `changed since ${verified.date}: ${inputs.join(", ")}` };
  }
  const run = suite.always === undefined ? "none" : "some";
  return { suite, digests, run, why: `unchanged since ${verified.date}` };
}
