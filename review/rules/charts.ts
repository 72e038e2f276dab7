import type { JsonObject } from "../../manifests/json";
import { objectsIn } from "../../manifests/read/release";
import { at, chartOf, nameOf, spoken } from "../read";
import { altered, gone, type Rule } from "./rule";

/** What Helm releases keep. */
export const chartRules: readonly Rule[] = [
  {
    id: "lease",
    kinds: ["HelmRelease"],
    why:
      "The Lease counts the leaders. A new Lease counts from zero, so its fencing tokens are lower than those " +
      "already given out.",
    remedy: "keep the name of the sequencer and its Lease",
    loses: change => {
      const left = gone(change) ? [] : leasesOf(change.after);
      const lost = leasesOf(change.before).filter(name => !left.includes(name));
      return lost.length > 0 ? `the Lease ${spoken(lost)}, and its count of leaders` : undefined;
    },
  },
  {
    id: "release",
    kinds: ["HelmRelease"],
    why:
      "Helm uninstalls a release that is deleted, renamed or replaced, with whatever its chart keeps in the " +
      "cluster. Volumes that remain belong to the old name.",
    remedy: "keep name, namespace and address; to give it up for good, back up what it keeps first",
    loses: change =>
      gone(change) && !objectsIn(change.before?.values)
        ? `what ${chartOf(change.before)} keeps as ${nameOf(change.before)}`
        : undefined,
  },
  {
    id: "chart-major",
    kinds: ["HelmRelease"],
    why:
      "A chart may store its data differently after a new major version (before 1.0: a minor version), and Helm " +
      "does not migrate the data.",
    remedy: "read the chart's notes on upgrading and back up first; then accept it",
    loses: ({ action, before, after }) => {
      const [from, to] = [before?.version, after?.version].map(version => (version ? String(version) : undefined));
      if (action !== "update" || !from || !to || major(from) === major(to)) return undefined;
      return `perhaps what ${chartOf(before)} keeps, on the way from ${from} to ${to}`;
    },
  },
  {
    id: "root-key",
    kinds: ["HelmRelease"],
    why:
      "SPIKE's root key exists only as shares in the keepers' memory, created once for one number of keepers, " +
      "one threshold and one store.",
    remedy: "put them back; docs/runbooks/spike-bootstrap.md says how they change",
    loses: ({ differences }) => {
      const changed = differences.find(({ path }) => ROOT_KEY.test(path));
      return (
        changed &&
        `the root key, or the shares of it: ${changed.path} ${changed.before ?? "unset"} → ${changed.after ?? "unset"}`
      );
    },
  },
  {
    id: "trust-domain",
    kinds: ["HelmRelease"],
    why: "Every SPIFFE ID begins with the trust domain: in another trust domain, no issued certificate is accepted.",
    remedy: "keep the trust domain",
    loses: ({ before, after, action }) => {
      if (action !== "update") return undefined;
      const path = ["values", "global", "spire", "trustDomain"];
      return altered("the trust domain", at(before, ...path), at(after, ...path));
    },
  },
  {
    id: "chart-storage",
    kinds: ["HelmRelease"],
    why:
      "A chart's claim template cannot change on a live StatefulSet: the upgrade fails, or the data is on " +
      "another volume.",
    remedy: "put it back; to grow, patch the claim and replace the StatefulSet with --cascade=orphan first",
    loses: ({ action, differences }) => {
      const changed = action === "update" ? differences.find(({ path }) => STORAGE.test(path)) : undefined;
      return (
        changed && `the data of the release: ${changed.path} ${changed.before ?? "unset"} → ${changed.after ?? "unset"}`
      );
    },
  },
];

const ROOT_KEY = /^values\.(spike-nexus\.(shamir|backendStore|keeperPeers)\b|spike-keeper\.replicas$)/;
const STORAGE = /^values\..*\bpersistence\b/;

function leasesOf(body?: JsonObject): string[] {
  const objects = at(body, "values", "objects");
  const leases = Array.isArray(objects) ? objects.filter(object => at(object, "kind") === "Lease") : [];
  return leases.map(lease => `${at(lease, "metadata", "namespace")}/${at(lease, "metadata", "name")}`);
}

/** Before 1.0 the minor number counts as the major one. */
const major = (version: string) => /^v?(0\.\d+|\d+)/.exec(version)?.[1];
