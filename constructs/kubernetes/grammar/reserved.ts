import type { Fault, Grammar } from "./grammar";
import { dnsLabel, serviceName } from "./names";

/** Name of the policy that denies what no other allows. */
export const DEFAULT_DENY = "default-deny";

/**
 * Namespaces that Kubernetes creates, or keeps the prefix `kube-` for. If the package owned one, `destroy` would delete
 * everything in it.
 */
const takenNamespace = (text: string): Fault | undefined =>
  text === "default" || text.startsWith("kube-")
    ? ["is a namespace of Kubernetes itself", "name one that the package may create and delete"]
    : undefined;

/** The name of a namespace that the package creates and owns. */
export const ownNamespace = (longest = 63): Grammar => ({ ...dnsLabel(longest), wrong: takenNamespace });

/** Names that every namespace has already: of objects of the kinds that a workload has. */
const TAKEN: Readonly<Record<string, string>> = {
  default: "the ServiceAccount that Kubernetes makes in every namespace",
  [DEFAULT_DENY]: "the namespace's own NetworkPolicy",
};

/** The name of a workload, of its ServiceAccount and of its Services. */
export const workloadName = (longest: number): Grammar => ({
  ...serviceName(longest),
  wrong: text => (Object.hasOwn(TAKEN, text) ? [`is the name of ${TAKEN[text]}`, "use another one"] : undefined),
});

/** A PriorityClass that is made: Kubernetes keeps `system-` for itself. */
export const isSystemName = (name: string) => name.startsWith("system-");
