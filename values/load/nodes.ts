import { closest } from "./closest";
import { quote } from "./describe";
import type { Environment } from "./environment";
import { type Finding, finding, showPath } from "./finding";

/** Names of nodes are names of workloads: each stands once, and `join` names a bootstrap node. */
export function checkNodes({ values, locate }: Environment): Finding[] {
  const { bootstrap = [], nodes = [] } = values.p2p ?? {};
  const findings: Finding[] = [];

  const named = [
    ...bootstrap.map(({ name }, i) => ({ name, path: ["p2p", "bootstrap", i, "name"] })),
    ...nodes.map(({ name }, i) => ({ name, path: ["p2p", "nodes", i, "name"] })),
  ];
  const first = new Map<string, (typeof named)[number]>();
  for (const node of named) {
    const other = first.get(node.name);
    if (other) {
      const { line } = locate(other.path);
      const message = `${quote(node.name)} is the name of ${showPath(other.path.slice(0, -1))} already (line ${line})`;
      findings.push(
        finding(locate(node.path), node.path, message, "names are unique across p2p.bootstrap and p2p.nodes"),
      );
    } else first.set(node.name, node);
  }

  const boots = [...new Set(bootstrap.map(({ name }) => name))];
  nodes.forEach(({ join }, i) => {
    join.forEach((name, j) => {
      if (boots.includes(name)) return;
      const path = ["p2p", "nodes", i, "join", j];
      const meant = closest(name, boots);
      const have = boots.length > 0 ? `there are ${boots.join(", ")}` : "there are none";
      findings.push(
        finding(
          locate(path),
          path,
          `${quote(name)} is no bootstrap node of this environment; ${have}`,
          meant
            ? `did you mean ${quote(meant)}?`
            : "add it to p2p.bootstrap, or give nodes that live elsewhere by externalEnrs or joinUrls",
        ),
      );
    });
  });
  return findings;
}
