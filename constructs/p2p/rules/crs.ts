import { isToken } from "../../kubernetes/framework/tokens";
import { bytes } from "../../kubernetes/grammar/amount";
import { grammarProblems } from "../../kubernetes/grammar/grammar";
import { OBJECT_NAME } from "../../kubernetes/grammar/names";
import { hostProblem } from "../../kubernetes/network/host";
import type { Problem } from "../../kubernetes/problem";
import { type CrsSource, crsBytes } from "../crs";
import type { P2pRole, P2pSoftware } from "../software/software";

interface Verifying {
  readonly role: P2pRole;
  readonly software: P2pSoftware;
  readonly storage?: { readonly size?: string };
  readonly crs?: CrsSource;
  readonly clusterDomain?: string;
  readonly networkAccess?: object | false;
}

/** A CRS that has no source, or no room. */
export function crsProblems(props: Verifying): Problem[] {
  return [...sourceProblems(props), ...roomProblems(props)];
}

function sourceProblems({ crs, clusterDomain = "cluster.local", networkAccess }: Verifying): Problem[] {
  if (!crs) return [];
  if ("claim" in crs) {
    return grammarProblems(["crs", "claim"], crs.claim, OBJECT_NAME);
  }
  const { mirror } = crs;
  const path = ["crs", "mirror"];
  if (isToken(mirror)) return [];
  if (!/^https?:\/\/[^\s,]+$/.test(mirror) || !URL.canParse(mirror)) {
    return [{ path, message: `"${mirror}" is not an http or https URL`, remedy: "give the URL of the files' folder" }];
  }
  const problem = networkAccess === false ? undefined : hostProblem(mirror, clusterDomain);
  return problem ? [{ path, ...problem }] : [];
}

/** A volume that cannot hold what is loaded onto it. */
function roomProblems({ role, software, storage, crs }: Verifying): Problem[] {
  const needed = crsBytes({ software, role, crs });
  const size = storage?.size === undefined || isToken(storage.size) ? undefined : bytes(storage.size);
  if (size === undefined || size >= needed) return [];
  const mebibytes = Math.ceil(needed / 2 ** 20);
  return [
    {
      path: ["storage", "size"],
      message: `${storage?.size} is less than the CRS that ${role} pods keep there: ${mebibytes}Mi`,
      remedy: called => `give more, or mount a filled claim (${called("crs")})`,
    },
  ];
}
