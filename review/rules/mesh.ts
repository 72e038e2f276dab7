import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../manifests/json";
import { containersSeen } from "../effective/containers";
import { at, nameOf, replicasOf } from "../read";
import type { Side } from "../sides";
import { altered, type Rule, stays, together } from "./rule";

/** By what members know each other. */
export const meshRules: readonly Rule[] = [
  {
    id: "mesh-trust",
    kinds: ["StatefulSet", "HelmRelease"],
    why:
      "Members restart one at a time, and the first one with another CA, or without TLS, is refused by the others: " +
      "the roll waits for it for ever.",
    remedy:
      "let both trust each other first: docs/runbooks/key-rotation.md has the steps; to turn TLS on or off, stop all " +
      "members and start them together",
    loses: (change, sides) => {
      const { kind, before, after } = change;
      if (!stays(change)) return undefined;
      if (kind === "HelmRelease")
        return together(issuersOf(before).map(([name, issuer]) => issuerLost(name, issuer, after)));
      if (replicasOf(before) < 2) return undefined;
      return altered("what members trust", trustOf(before, sides.before), trustOf(after, sides.after));
    },
  },
];

/** The Secret with certificate and CA; nothing for a workload without a mesh for raft. */
function trustOf(body: JsonObject | undefined, side: Side): string | undefined {
  const mesh = containersSeen(body, side).find(
    ({ told }) => told.variables.has("MESH_RAFT") || told.variables.has("MESH_TLS_DIR"),
  );
  if (!mesh) return undefined;
  const folder = mesh.told.variables.get("MESH_TLS_DIR");
  return folder ? mesh.at(folder).text : "no TLS";
}

/** The issuers of cert-manager's Certificates that a release makes. */
function issuersOf(release?: JsonObject): [name: string, issuer: unknown][] {
  const objects = at(release, "values", "objects");
  const certificates = Array.isArray(objects) ? objects.filter(each => at(each, "kind") === "Certificate") : [];
  return certificates.map(each => [nameOf(each), [at(each, "spec", "issuerRef"), at(each, "spec", "commonName")]]);
}

function issuerLost(name: string, issuer: unknown, after?: JsonObject): string | undefined {
  const now = issuersOf(after).find(([other]) => other === name)?.[1];
  if (isDeepStrictEqual(issuer, now)) return undefined;
  return `the CA of ${name}: ${JSON.stringify(issuer)} → ${now === undefined ? "none" : JSON.stringify(now)}`;
}
