import { isPrivateAddress } from "../../kubernetes/address";
import { isToken } from "../../kubernetes/framework/tokens";
import { CLUSTER_IPV4 } from "../../kubernetes/grammar/address";
import { grammarProblems } from "../../kubernetes/grammar/grammar";
import { hostProblem } from "../../kubernetes/network/host";
import type { Problem } from "../../kubernetes/problem";
import type { Announce } from "../announce";
import type { Bootnodes } from "../bootnodes";
import { decoded } from "./enr-text";

interface Joining {
  readonly namespace: string;
  readonly announce: Announce;
  readonly bootnodes?: readonly Bootnodes[];
  readonly clusterDomain?: string;
  readonly networkAccess?: object | false;
}

/** Bootstrap nodes whose records are none, cannot be read, or lead nowhere. */
export function bootnodeProblems(props: Joining): Problem[] {
  const problems: Problem[] = [];
  const sources = (props.bootnodes ?? []).map(({ bootnodes }) => bootnodes);
  sources.forEach((source, i) => {
    if (source.kind === "known") {
      source.enrs.forEach((text, j) => {
        // What is wrong with the records of this configuration's own bootstrap nodes is said of those.
        const enr = decoded(text, ["bootnodes", i, j], source.namespace ? [] : problems);
        if (enr?.ip && !source.namespace) {
          problems.push(...grammarProblems(["bootnodes", i, j], enr.ip, CLUSTER_IPV4).map(ofRecord));
        }
        if (enr?.ip && props.announce.isPublic && isPrivateAddress(enr.ip))
          problems.push(privateBootnode(["bootnodes", i, j], enr.ip));
      });
    } else if (source.kind === "published") {
      const sure = !isToken(source.namespace) && !isToken(props.namespace);
      if (sure && source.namespace !== props.namespace) {
        problems.push({
          path: ["bootnodes", i],
          message:
            `the records of ${source.configMap} are published in namespace ${source.namespace}, which pods ` +
            `of ${props.namespace} cannot read`,
          remedy: "join by Bootnodes.fromEnrs or Bootnodes.fromUrl",
        });
      }
      if (props.announce.isPublic && !source.isPublic) problems.push(privateBootnode(["bootnodes", i], "a ClusterIP"));
    } else if (props.networkAccess !== false) {
      source.urls.forEach((url, j) => {
        const problem = hostProblem(url, props.clusterDomain ?? "cluster.local");
        if (problem) problems.push({ path: ["bootnodes", i, "urls", j], ...problem });
      });
    }
  });
  if (sources.filter(({ kind }) => kind === "url").length > 1) {
    problems.push({
      path: ["bootnodes"],
      message: "bootnodes from URLs are given twice",
      remedy: "give one Bootnodes.fromUrl all the URLs",
    });
  }
  return problems;
}

const ofRecord = ({ path, message }: Problem): Problem => ({
  path,
  message: `the ENR announces an address where nobody is: ${message}`,
  remedy: "take the ENR of a node that others reach",
});

function privateBootnode(path: Problem["path"], address: string): Problem {
  return {
    path,
    message:
      `a public node cannot join through ${address}, which is private: peers outside could not reach what it ` +
      `tells them`,
    remedy: "join through a bootstrap node with a public address, or announce an internal one",
  };
}
