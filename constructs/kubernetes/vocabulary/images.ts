import { isToken } from "../framework/tokens";

/** Hosts of Docker Hub, whose images may also go without. */
const DOCKER_HUB = /^(docker\.io|index\.docker\.io|registry-1\.docker\.io)$/;

/** Whether the first part of a name is a registry: it has a dot or a port, or is this machine. */
const isHost = (part: string) => /[.:]/.test(part) || part === "localhost";

/**
 * An image in a mirror: its registry is replaced, and the rest stays, its digest too. `haproxy:3.2` is
 * `<registry>/haproxy:3.2`, and `ghcr.io/x/y:1` is `<registry>/x/y:1`. What is in the mirror already stays.
 *
 * @throws Error for an image whose registry is a token
 */
export function mirrored(image: string, registry: string | undefined): string {
  if (!registry || image.startsWith(`${registry}/`)) return image;
  const [first = "", ...rest] = image.split("/");
  if (isToken(first)) {
    throw new Error(
      "kubernetes.registry: the registry of an image must be known at synthesis, and is a token → give the image as " +
        "text",
    );
  }
  if (rest.length === 0 || !isHost(first)) return `${registry}/${image}`;
  // Docker Hub's own images are known by both names.
  const path = DOCKER_HUB.test(first) && rest[0] === "library" ? rest.slice(1) : rest;
  return `${registry}/${path.join("/")}`;
}

/** An image as every registry knows it, so that two names of one image are one. */
export function canonical(image: string): string {
  const [first = "", ...rest] = image.split("/");
  if (rest.length > 0 && isHost(first)) return DOCKER_HUB.test(first) ? hub(rest) : image;
  return hub([first, ...rest]);
}

const hub = (parts: readonly string[]) => `docker.io/${parts.length === 1 ? "library/" : ""}${parts.join("/")}`;
