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

/** A registry with or without a path. Kubernetes takes a host without a dot or a port for a name of Docker Hub. */
export const MIRROR: Grammar = {
  is:
    "a registry with or without a path, such as mirror.example.org/rollup or mirror:5000: no scheme, and a dot or a " +
    "port in its host",
  form: /^(localhost|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+|[-a-z0-9]+(?=:))(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
  longest: 200,
};

/** A repository of charts. */
export const CHART_REPOSITORY: Grammar = {
  is: "the URL of a chart repository, such as https://charts.example.org or oci://mirror.example.org/charts",
  form: /^(https?|oci):\/\/[^\s/@]+(\/\S*)?$/,
  longest: 2048,
};
