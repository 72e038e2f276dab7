import { hostProblem } from "../../../kubernetes/network/host";
import type { Problem } from "../../../kubernetes/problem";

/** URLs of what members fetch, among what may be at one. */
export function fetchedUrls(...sources: readonly (object | undefined)[]): string[] {
  return sources.flatMap(from => (from && "url" in from ? [String(from.url)] : []));
}

/** What is wrong with a file that members fetch; `what` it is. */
export function fetchedProblems(
  path: readonly string[],
  { url, sha256 }: { readonly url: string; readonly sha256: string },
  what: string,
  clusterDomain = "cluster.local",
): Problem[] {
  const at = (key: string) => [...path, key];
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return [{ path: at("url"), message: `"${url}" is no http or https URL`, remedy: `name where ${what} is` }];
  }
  if (new URL(url).username || new URL(url).password) {
    return [
      { path: at("url"), message: "carries credentials", remedy: "serve it without: the hash is what protects it" },
    ];
  }
  const wrong = hostProblem(url, clusterDomain);
  if (wrong) return [{ path: at("url"), ...wrong }];
  if (/^[0-9a-f]{64}$/.test(sha256)) return [];
  const message = `"${sha256}" is not 64 hex digits in lower case`;
  return [{ path: at("sha256"), message, remedy: "copy what sha256sum says of the file" }];
}
