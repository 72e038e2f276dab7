import type { Grammar } from "./grammar";

const ALPHANUMERIC = "[a-z0-9]+";
const COMPONENT = `${ALPHANUMERIC}((\\.|_|__|-+)${ALPHANUMERIC})*`;
const HOST = "([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)(\\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*";
const REGISTRY = `(${HOST}|\\[[0-9a-fA-F:]+\\])(:[0-9]{1,5})?`;
const TAG = ":[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}";

/**
 * An image as registries and container runtimes read it: https://github.com/distribution/reference. What follows an `@`
 * is looked at by itself.
 */
export const IMAGE_REFERENCE: Grammar = {
  is: "an image reference",
  form: new RegExp(`^(${REGISTRY}/)?${COMPONENT}(/${COMPONENT})*(${TAG})?(@\\S+)?$`),
  longest: 255 + 1 + 128 + 1 + 71,
  wrong: text =>
    nameOf(text).length > 255 ? ["has a name of more than 255 characters", "shorten registry or path"] : undefined,
};

/** Registry and path, without tag and digest. */
const nameOf = (image: string) => (image.split("@")[0] as string).replace(/:[^/:]*$/, "");
