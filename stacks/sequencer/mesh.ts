import type { Problem } from "../../constructs/kubernetes/problem";
import { memberHost, membersOf } from "../../constructs/sequencer/members";
import { meshCertificateProblems } from "../../constructs/sequencer/mesh/certificate";
import { type MeshSecurity, meshCommonName } from "../../constructs/sequencer/mesh/member-mesh";
import { secretData } from "../../values/load/secret-manifest";
import type { Placed } from "../placed";
import type { FileText } from "../section";
import type { Ha } from "./engine";
import type { SequencerEnvironment } from "./props";

type Mesh = Ha<"raft">["mesh"];

/** How members of a raft know each other, as the values say it. */
export function meshOf(values: Mesh): MeshSecurity {
  if (values === "plain") return { kind: "plain" };
  if ("secret" in values) return { kind: "secret", secret: values.secret };
  return { kind: "certManager", issuer: values.certManager.issuer, issuerKind: values.certManager.kind };
}

/** cert-manager's Certificate comes with a Helm release. */
export function usesHelm({ mesh }: { readonly mesh: Mesh }): boolean {
  return typeof mesh === "object" && "certManager" in mesh;
}

/** What is wrong with the mesh certificate, where its Secret is a file: looked at here, never written anywhere. */
export function meshProblems(
  { value: { sequencer, cluster } }: Placed<SequencerEnvironment>,
  own: Placed<{ readonly mesh: Mesh; readonly members: number }>,
  fileText: FileText,
): Problem[] {
  const { name, namespace } = sequencer;
  const { mesh, members } = own.value;
  if (typeof mesh !== "object" || !("file" in mesh) || !mesh.file) return [];
  const { file } = mesh;
  const hosts = membersOf(members).map(ordinal => memberHost(name, namespace, cluster.domain, ordinal));
  const path = [...own.path, "mesh", "file"];
  try {
    const { "tls.crt": crt = "", "tls.key": key, "ca.crt": ca = "" } = secretData(fileText(file), file);
    const problems = meshCertificateProblems({ crt, ca, key }, hosts, new Date(), meshCommonName(name, namespace));
    const errors = problems.filter(({ severity }) => severity === "error");
    return errors.map(({ path: [part], message, remedy }) => ({
      path,
      message: `${part} of ${file}: ${message}`,
      remedy,
    }));
  } catch (error) {
    return [{ path, message: (error as Error).message, remedy: "name the Secret that rollup-network keys mesh wrote" }];
  }
}
