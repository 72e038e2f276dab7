import type { Problem } from "../../constructs/kubernetes/problem";
import { memberHost, membersOf } from "../../constructs/sequencer/members";
import { meshCertificateProblems } from "../../constructs/sequencer/mesh/certificate";
import { type MeshSecurity, meshCommonName } from "../../constructs/sequencer/mesh/member-mesh";
import type { RaftMembers, RaftSequencerProps } from "../../constructs/sequencer/raft/props";
import { RaftSequencer } from "../../constructs/sequencer/raft/raft-sequencer";
import { raftSequencerProblems } from "../../constructs/sequencer/raft/rules";
import type { Named } from "../../constructs/sequencer/rules";
import { secretData } from "../../values/load/secret-manifest";
import { type Placed, propsOf } from "../placed";
import type { FileText } from "../section";
import type { EngineInValues, Ha } from "./engine";
import type { SequencerEnvironment } from "./props";

/** `ha.raft` of the values. */
export const raft: EngineInValues<Ha<"raft">, Named<RaftSequencerProps>> = {
  props: (shared, own) =>
    propsOf<Named<RaftSequencerProps>>(own.path, {
      ...shared,
      members: own.at("members").as(members => members as RaftMembers),
      rttMax: own.at("rttMax"),
      maintenanceWindow: own.at("maintenanceWindow"),
      settings: own.at("settings"),
      mesh: own.at("mesh").as(meshOf),
    }),
  problemsOf: raftSequencerProblems,
  fileProblems: meshProblems,
  create: (scope, id, props) => new RaftSequencer(scope, id, props),
  usesHelm: ({ mesh }) => typeof mesh === "object" && "certManager" in mesh,
};

function meshOf(values: Ha<"raft">["mesh"]): MeshSecurity {
  if (values === "plain") return { kind: "plain" };
  if ("secret" in values) return { kind: "secret", secret: values.secret };
  return { kind: "certManager", issuer: values.certManager.issuer, issuerKind: values.certManager.kind };
}

/** What is wrong with the mesh certificate, where its Secret is a file: looked at here, never written anywhere. */
function meshProblems(
  { value: { sequencer, cluster } }: Placed<SequencerEnvironment>,
  own: Placed<Ha<"raft">>,
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
