import { Annotations, type Construct } from "./framework/terraform";
import { isToken } from "./framework/tokens";
import { faultOf } from "./grammar/grammar";
import { IMAGE_REFERENCE } from "./grammar/image";
import type { Problem } from "./problem";

/** Warns of an image without a digest. */
export function warnOfTag(scope: Construct, image: string): void {
  if (image.includes("@") || isToken(image)) return;
  Annotations.of(scope).addWarning(`image ${image} is named by tag: a registry can serve another image under it`);
}

const isDigest = (text: string) => /^sha256:[0-9a-f]{64}$/.test(text);

/** What is wrong with a digest that is given by itself. */
export function digestProblems(path: Problem["path"], digest: string | undefined): Problem[] {
  if (digest === undefined || isToken(digest) || isDigest(digest)) return [];
  return [
    { path, message: `"${digest}" is not sha256 and 64 hex digits`, remedy: "copy the digest from the registry" },
  ];
}

/**
 * What is wrong with an image reference: it must not change under the same name, so a fixed tag or a digest is asked
 * for.
 */
export function imageProblem(image: string, requireDigest: boolean): Omit<Problem, "path"> | undefined {
  if (isToken(image)) {
    if (!requireDigest || image.includes("@")) return undefined;
    const message = "whether the image has a digest must be known at synthesis, and it is a token";
    return { message, remedy: "give name@… with a token for a part of it, or do not require digests" };
  }
  const [fault, remedy = "use registry/name:tag or registry/name@sha256:…"] = faultOf(IMAGE_REFERENCE, image) ?? [];
  if (fault) return { message: `image "${image}" ${fault}`, remedy };
  const [name = "", digest] = image.split("@");
  if (digest !== undefined) {
    if (isDigest(digest)) return undefined;
    return {
      message: `image "${image}" has a digest that is not sha256 and 64 hex digits`,
      remedy: "copy the digest from the registry",
    };
  }
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  if (tag === undefined)
    return { message: `image "${image}" has no tag`, remedy: "name a fixed tag or, better, a digest (…@sha256:…)" };
  if (tag === "latest")
    return { message: `image "${image}" uses the tag latest, which changes`, remedy: "name a fixed tag or a digest" };
  if (requireDigest)
    return { message: `image "${image}" is named by tag, but digests are required`, remedy: "use name@sha256:…" };
  return undefined;
}
