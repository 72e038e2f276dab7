import type { MeshSecurity } from "../../constructs";
import type { Problem } from "../../constructs/kubernetes/problem";
import { memberHost, membersOf } from "../../constructs/sequencer/members";
import { meshCertificateProblems } from "../../constructs/sequencer/mesh/certificate";
import { meshCommonName } from "../../constructs/sequencer/mesh/member-mesh";
import type { RaftSequencerProps } from "../../constructs/sequencer/raft/props";
import { RaftSequencer } from "../../constructs/sequencer/raft/raft-sequencer";
import { raftProblems } from "../../constructs/sequencer/raft/rules";
import { secretData } from "../../values/load/secret-manifest";
import { type EngineInValues, type Ha, sameIn } from "./engine";
import type { FileText, SequencerEnvironment } from "./props";

/** `ha.raft` of the values. */
export const raft: EngineInValues<Ha<"raft">> = {
  problems: (props, values, env, fileText) => [
    ...raftProblems({ ...props, ...raftProps(values) }),
    ...meshProblems(env, values, fileText),
  ],
  create: (scope, id, props, values) => new RaftSequencer(scope, id, { ...props, ...raftProps(values) }),
  usesHelm: ({ mesh }) => typeof mesh === "object" && "certManager" in mesh,
  places: {
    ...sameIn("members", "mesh", "rttMax", "maintenanceWindow", "settings"),
  },
};

function raftProps({ members, mesh, ...timing }: Ha<"raft">) {
  return { ...timing, members: members as RaftSequencerProps["members"] & number, mesh: meshOf(mesh) };
}

function meshOf(values: Ha<"raft">["mesh"]): MeshSecurity {
  if (values === "plain") return { kind: "plain" };
  if ("secret" in values) return { kind: "secret", secret: values.secret };
  return { kind: "certManager", issuer: values.certManager.issuer, issuerKind: values.certManager.kind };
}

/** What is wrong with the mesh certificate, where its Secret is a file: looked at here, never written anywhere. */
function meshProblems(
  { sequencer, cluster }: SequencerEnvironment,
  { mesh, members }: Ha<"raft">,
  fileText: FileText,
): Problem[] {
  const { name, namespace } = sequencer;
  if (typeof mesh !== "object" || !("file" in mesh) || !mesh.file) return [];
  const { file } = mesh;
  const hosts = membersOf(members).map(ordinal => memberHost(name, namespace, cluster.domain, ordinal));
  const path = ["mesh", "file"];
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
