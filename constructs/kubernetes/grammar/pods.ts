import { isIP } from "node:net";
import type { Grammar } from "./grammar";
import { DNS_DOMAIN } from "./names";

/** Where a volume is mounted: Kubernetes takes no colon, and the root is the image's. */
export const MOUNT_PATH: Grammar = {
  is: "an absolute path such as /etc/company, without a colon",
  form: /^(\/[^/:\s]+)+$/,
  longest: 4096,
  wrong: text => (/\/\.{1,2}(\/|$)/.test(text) ? ["leads through . or ..", "write where it ends"] : undefined),
};

/** A folder or file in a volume. */
export const SUB_PATH: Grammar = {
  is: "a path in the volume, such as chain/data, without a slash before it",
  form: /^[^/\s][^\n\r]*$/,
  longest: 4096,
  wrong: text => (/(^|\/)\.\.(\/|$)/.test(text) ? ["leads out of the volume", "write a path inside it"] : undefined),
};

/** A seccomp profile: a path below kubelet's folder of profiles. */
export const SECCOMP_PROFILE: Grammar = {
  is: "a path below kubelet's folder of profiles, such as profiles/rollup.json",
  form: /^[^/\s][^\s]*$/,
  longest: 4096,
  wrong: text => (/(^|\/)\.\.(\/|$)/.test(text) ? ["leads out of that folder", "write a path inside it"] : undefined),
};

/** An address of IPv4 or IPv6. */
export const IP_ADDRESS: Grammar = {
  is: "an IP address",
  form: /^[0-9a-fA-F.:]+$/,
  longest: 45,
  wrong: text => (isIP(text) === 0 ? ["is not an IP address", "give one such as 10.0.0.5 or fd00::5"] : undefined),
};

/** A host as DNS has it. */
export const HOST_NAME: Grammar = { ...DNS_DOMAIN, is: "the name of a host, such as l1.example.org", longest: 253 };

/** The value of an option of the resolver: a file of lines has it. */
export const RESOLVER_VALUE: Grammar = { is: "one word", form: /^[^\s:]*$/, longest: 63 };

/** An option of the resolver, such as `ndots`. */
export const RESOLVER_OPTION: Grammar = { is: "an option of resolv.conf", form: /^[a-z0-9-]+$/, longest: 63 };
