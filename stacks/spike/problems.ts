import { NODE_IMAGE } from "../../constructs/kubernetes/fail-fast-gate";
import { imageProblem } from "../../constructs/kubernetes/image";
import type { Problem } from "../../constructs/kubernetes/problem";
import { spikeBootstrapProblems } from "../../constructs/spike/bootstrap";
import { spikeReleaseProblems } from "../../constructs/spike/release";
import { chartVersionProblems } from "../../constructs/spike/spire";
import { spireNamespace } from "../../values/schema/spike";
import { bootstrapProps, type SpikeEnvironment, spikeProps } from "./props";

/** Everything that is wrong with a spike section beyond its form, at paths in the values. */
export function spikeProblems(env: SpikeEnvironment): Problem[] {
  const { spike, requireDigests } = env;
  const problems = [...spikeReleaseProblems(spikeProps(env)), ...sharesProblems(spike), ...spireProblems(spike)];
  const props = bootstrapProps(spike);
  if (props) {
    // Keepers and the threshold are the release's, and were looked at there.
    const found = spikeBootstrapProblems({ ...props, keepers: [KEEPER], threshold: 1, nexusUrl: KEEPER.url });
    for (const [name, image] of Object.entries({ image: props.image, gateImage: props.gateImage ?? NODE_IMAGE })) {
      const fault = image && imageProblem(image, requireDigests);
      if (fault) found.push({ path: [name], ...fault });
    }
    if (requireDigests && !props.image && !props.digest) {
      const message = "the image of the bootstrap is named by tag, but digests are required";
      found.push({ path: ["image"], message, remedy: "give digests.bootstrap, or an image by digest" });
    }
    problems.push(...found.map(problem => ({ ...problem, path: placed(problem.path) })));
  } else if (spike.backendStore === "sqlite") {
    const message = "no bootstrap: without a root key Nexus never becomes ready";
    problems.push({ path: ["bootstrap"], message, remedy: "leave it out, or use another backendStore" });
  }
  return problems.map(problem => ({ ...problem, path: ["spike", ...problem.path] }));
}

const KEEPER = { url: "https://keeper" };

function sharesProblems({ shares, keepers }: SpikeEnvironment["spike"]): Problem[] {
  if (shares === undefined || shares === keepers) return [];
  const message = `${shares} shares for ${keepers} ${keepers === 1 ? "keeper" : "keepers"}: every keeper has exactly one`;
  return [{ path: ["shares"], message, remedy: `use ${keepers}, or leave it out` }];
}

function spireProblems(spike: SpikeEnvironment["spike"]): Problem[] {
  const { chartVersion, crdsVersion } = spike.spire;
  const versions = {
    ...(chartVersion !== undefined && { chartVersion }),
    ...(crdsVersion !== undefined && { crdsVersion }),
  };
  const problems = chartVersionProblems(versions).map(problem => ({ ...problem, path: ["spire", ...problem.path] }));
  if (spireNamespace(spike) === spike.namespace) {
    const message = `"${spike.namespace}" is SPIKE's own, which enforces restricted: SPIRE's agent and CSI driver use the host`;
    problems.push({ path: ["spire", "namespace"], message, remedy: "use another one" });
  }
  return problems;
}

/** The place in the values of a place in the bootstrap's props. */
function placed([first = "", ...rest]: Problem["path"]): Problem["path"] {
  if (first === "backendStore") return [first];
  if (first === "digest") return ["digests", "bootstrap"];
  return ["bootstrap", String(first).replace(/Ms$/, ""), ...rest];
}
