import type { Grammar } from "./grammar";

const PART = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = new RegExp(`^${PART}(\\.${PART})*$`);

/** RFC 1123: names of namespaces and pods. */
export const dnsLabel = (longest = 63): Grammar => ({
  is: "a DNS label: lower-case letters, digits and dashes",
  form: new RegExp(`^${PART}$`),
  longest,
});

/** RFC 1035: names of Services begin with a letter, and so do those of workloads that have one. */
export const serviceName = (longest: number): Grammar => ({
  is: "a DNS label that begins with a letter: lower-case letters, digits and dashes",
  form: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  longest,
});

/** RFC 1123 subdomain: names of most objects, such as Secrets and StorageClasses. */
export const OBJECT_NAME: Grammar = {
  is: "a Kubernetes name: DNS labels in lower case, with dots between them",
  form: SUBDOMAIN,
  longest: 253,
};

/** A DNS domain whose names a pod looks up: the longest name that is put before it still fits. */
export const DNS_DOMAIN: Grammar = {
  is: "a DNS domain such as cluster.local",
  form: SUBDOMAIN,
  longest: 100,
  wrong: text =>
    text.split(".").some(part => part.length > 63)
      ? ["has a part of more than 63 characters", "give the domain that the cluster's DNS serves"]
      : undefined,
};

/** A key of a Secret or a ConfigMap: it becomes the name of a file. */
export const DATA_KEY: Grammar = {
  is: "the key of a Secret or ConfigMap: letters, digits, dashes, dots and underscores",
  form: /^[-._a-zA-Z0-9]+$/,
  longest: 253,
  wrong: text =>
    /^\.(\.|$)/.test(text) ? ["begins like a path, and a key is the name of a file", "use another key"] : undefined,
};

/** What every shell can set. */
export const ENV_NAME: Grammar = {
  is: "the name of an environment variable: letters, digits and underscores",
  form: /^[A-Za-z_][A-Za-z0-9_]*$/,
  longest: 253,
};

const NAME = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

/** A key of a label or an annotation: a name of at most 63 characters, which may have a domain before it. */
export const LABEL_KEY: Grammar = {
  is: "the key of a label or annotation: example.org/name or name, of letters, digits, dashes, dots and underscores",
  form: new RegExp(`^(${PART}(\\.${PART})*/)?${NAME}$`),
  longest: 253 + 1 + 63,
  wrong: text => (text.indexOf("/") > 253 ? ["has more than 253 characters before the /", "shorten it"] : undefined),
};

export const LABEL_VALUE: Grammar = {
  is: "the value of a label: letters, digits, dashes, dots and underscores",
  form: new RegExp(`^(${NAME})?$`),
  longest: 63,
};
