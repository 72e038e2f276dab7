import { imageProblem } from "../../constructs/kubernetes/image";
import type { Problem } from "../../constructs/kubernetes/problem";
import { leaseTimingProblems } from "../../constructs/sequencer/lease/timing";
import { meshCertificateProblems } from "../../constructs/sequencer/mesh/certificate";
import { meshCommonName } from "../../constructs/sequencer/mesh/member-mesh";
import { raftProblems } from "../../constructs/sequencer/raft/rules";
import { sequencerProblems } from "../../constructs/sequencer/rules";
import { memberHost, membersOf } from "../../constructs/sequencer/sequencer";
import { secretData } from "../../values/load/secret-manifest";
import type { FileText } from "../section";
import { leaseProps, raftProps, type SequencerEnvironment, sequencerProps } from "./props";

/** Everything that is wrong with a sequencer section beyond its form, at paths in the values. */
export function sequencerEnvironmentProblems(env: SequencerEnvironment, fileText: FileText): Problem[] {
  const { sequencer } = env;
  const { ha } = sequencer;
  const props = { ...sequencerProps(env, fileText), name: sequencer.name };
  const problems: Problem[] = [];
  if ("raft" in ha) {
    const raft = raftProps(ha.raft);
    problems.push(...raftProblems({ ...props, ...raft }), ...sequencerProblems(props, "raft", raft.members));
    problems.push(...meshProblems(env, raft.members, fileText));
  } else if ("lease" in ha) {
    const { timing, agentImage } = leaseProps(ha.lease);
    const fault = agentImage && imageProblem(agentImage, env.requireDigests);
    problems.push(...leaseTimingProblems(timing), ...(fault ? [{ path: ["agentImage"], ...fault }] : []));
    problems.push(...sequencerProblems(props, "lease", 2));
  } else problems.push(...sequencerProblems(props, "single", 1));
  return problems.map(problem => ({ ...problem, path: ["sequencer", ...placed(problem.path)] }));
}

/** What is wrong with the mesh certificate, where its Secret is a file: looked at here, never written anywhere. */
function meshProblems({ sequencer, cluster }: SequencerEnvironment, members: number, fileText: FileText): Problem[] {
  const { ha, name, namespace } = sequencer;
  if (!("raft" in ha) || typeof ha.raft.mesh !== "object" || !("file" in ha.raft.mesh) || !ha.raft.mesh.file) return [];
  const { file } = ha.raft.mesh;
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

/** The place in the values of a place in the props. */
function placed([first = "", second, ...rest]: Problem["path"]): Problem["path"] {
  const inValues = (name: unknown) => String(name).replace(/Ms$/, "");
  switch (first) {
    case "software":
      return second === "execution"
        ? ["software", "evNode", "execution", "evm", ...rest]
        : ["software", "evNode", second ?? ""];
    case "mesh":
      return ["ha", "raft", "mesh", second ?? ""];
    case "members":
      return ["ha", "raft", "members"];
    case "raft":
      return ["ha", "raft", "settings", inValues(second)];
    case "timing":
      return ["ha", "lease", inValues(second)];
    case "agentImage":
      return ["ha", "lease", "agentImage"];
    case "blockTimeMs":
      return ["blockTime"];
    case "genesis":
      return ["genesis", second === "text" ? "file" : (second ?? "")];
    case "signer":
      if (second === "address") return ["signerAddress"];
      return [
        "signer",
        ...(second === "keyId" ? ["kms", "aws"] : second === "keyName" ? ["kms", "gcp"] : []),
        second ?? "",
      ];
    default:
      return second === undefined ? [first] : [first, second, ...rest];
  }
}
